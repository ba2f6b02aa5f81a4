using System.Globalization;
using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Reports.Figures;

/// <summary>A month or a period as it is answered: the counts by one dimension, and the named rates.</summary>
/// <param name="Surveys">Rounds of surveys.</param>
/// <param name="Found">Disputes that they found.</param>
/// <param name="Prevented">Entries of matters that were kept from growing worse.</param>
/// <param name="Counts">What divides by nothing and is no column; absent in a month that was published before it was counted.</param>
/// <param name="Work">Sessions, absences and steps of ladders: a row for each of the report's, and last the totals.</param>
public record Report(
    IReadOnlyList<ReportRow> Rows, ReportRow Totals, long Surveys, long Found, long Prevented, IReadOnlyList<Report.Measure> Measures,
    IReadOnlyList<ReportCount>? Counts, IReadOnlyList<WorkRow>? Work)
{
    /// <param name="Value">An unrounded fraction; null when the denominator is 0.</param>
    /// <param name="Interval">95 %, low and high; null where there is none.</param>
    /// <param name="Cases">The list that comes nearest to the cases behind it.</param>
    public sealed record Measure(string Name, string Definition, long Numerator, long Denominator,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<double>? Interval, string Cases);

    /// <param name="by">Without it one row: the whole.</param>
    public static Report Of(ReportScope scope, Period period, ReportBy? by, MonthFigures read) => new(
        by is not null ? read.Rows : read.Totals.Tallies.Count > 0 ? [read.Totals] : [], read.Totals, read.Surveys, read.Found,
        read.Prevented, [.. MeasureDefinitions.All.Select(measure => Rated(measure, read, scope, period))],
        ReportCount.Of(read), WorkRow.Of(by is null ? [] : read.Rows, read.Totals));

    private static Measure Rated(MeasureDefinition measure, MonthFigures read, ReportScope scope, Period period)
    {
        var rate = Rate.Of(measure, read.Count);
        return new Measure(measure.Name, measure.Whole.In(read.Language), rate.Numerator, rate.Denominator, rate.Value,
            rate.Interval is { } interval ? [interval.Low, interval.High] : null, Link(measure, scope, period));
    }

    private static string Link(MeasureDefinition measure, ReportScope scope, Period period)
    {
        var place = $"/api/v1/cases?{scope.Query}";
        if (measure.Denominator is not [Tally.Registered or Tally.CourtRegistered]) return place + "&stage=closure&sort=-updated";
        var opened = string.Create(CultureInfo.InvariantCulture,
            $"&openedFrom={period.First:yyyy-MM-dd}&openedTo={period.LastDay:yyyy-MM-dd}&sort=-opened");
        return place + (measure.Denominator[0] == Tally.CourtRegistered ? "&channel=court" : "") + opened;
    }
}

/// <summary>A rate as the API gives it.</summary>
/// <param name="Interval">95 %, low and high; absent where there is none.</param>
public sealed record RateShown(long Numerator, long Denominator, double? Value, IReadOnlyList<double>? Interval)
{
    public static RateShown Of(Rate rate) =>
        new(rate.Numerator, rate.Denominator, rate.Value, rate.Interval is { } interval ? [interval.Low, interval.High] : null);
}
