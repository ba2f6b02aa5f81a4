using System.Globalization;
using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Reports.Figures;

/// <summary>What was kept from growing worse, of one kind.</summary>
public sealed record PreventedOf(string Kind, long Entries, long Persons);

/// <summary>A count of the month that divides by nothing and is no column of its rows.</summary>
/// <param name="Definition">What is counted, by which day, and what is left out.</param>
/// <param name="Value">Null where there is nothing to take the mean of.</param>
/// <param name="Parts">By step, or by kind; absent where it has none.</param>
public sealed record ReportCount(
    string Name, string Title, string Definition, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Value,
    IReadOnlyList<ReportCount.Part>? Parts = null)
{
    /// <param name="Key">The number of the step, or the kind.</param>
    public sealed record Part(string Key, string Name, decimal Value);

    public static IReadOnlyList<ReportCount> Of(MonthFigures read)
    {
        var steps = Tally.PartsOf(read.Totals.Tallies, Tally.Escalated);
        var marks = Tally.PartsOf(read.Totals.Tallies, Tally.FollowedUp).Where(part => part.Key > 0).ToList();
        var answered = marks.Sum(part => part.Value);
        return
        [
            Shown(read.Language, CountDefinitions.Attempts, read.Count(Tally.Attempts)),
            Shown(read.Language, CountDefinitions.NoShows, read.Count(Tally.NoShows)),
            Shown(read.Language, CountDefinitions.Escalations, read.Count(Tally.Escalated), [.. steps.OrderBy(step => step.Key).Select(
                step => new Part(step.Key.ToString(CultureInfo.InvariantCulture), Step(step.Key).In(read.Language), (long)step.Value))]),
            Shown(read.Language, CountDefinitions.Prevented, read.Prevented,
                [.. read.PreventedKinds.Select(of => new Part(of.Kind, Kind(of.Kind).In(read.Language), of.Entries))]),
            Shown(read.Language, CountDefinitions.PreventedPersons, read.PreventedKinds.Sum(of => of.Persons),
                [.. read.PreventedKinds.Select(of => new Part(of.Kind, Kind(of.Kind).In(read.Language), of.Persons))]),
            Shown(read.Language, CountDefinitions.AmountSettled, read.Totals.Tallies.GetValueOrDefault((Tally.AmountSettled, 0))),
            Shown(read.Language, CountDefinitions.MeanMarks, answered == 0
                ? null : decimal.Round(marks.Sum(part => part.Key * part.Value) / answered, 2, MidpointRounding.AwayFromZero)),
        ];
    }

    public static Message Step(int step) => new($"第{step}步", $"Step {step}");

    private static ReportCount Shown(string language, CountDefinition count, decimal? value, IReadOnlyList<Part>? parts = null) =>
        new(count.Name, count.Title.In(language), count.Whole.In(language), value, parts is { Count: > 0 } ? parts : null);

    private static Message Kind(string kind) => kind switch
    {
        "criminal" => new("民转刑", "Crime"),
        "massPetition" => new("群体性上访", "Mass petition"),
        "brawl" => new("群体性械斗", "Brawl"),
        _ => new("自杀", "Suicide"),
    };
}

/// <summary>How much work the cases of a row were, beside how many were closed.</summary>
/// <param name="Escalations">Steps of ladders taken: the first number is step 1; as many for every row.</param>
public sealed record WorkRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Key, string Name, long Attempts, long NoShows, long Closed,
    IReadOnlyList<long> Escalations)
{
    [JsonIgnore]
    public decimal? AttemptsPerClosed => Closed == 0 ? null : decimal.Round((decimal)Attempts / Closed, 2, MidpointRounding.AwayFromZero);

    /// <summary>The rows of a view, and last the totals.</summary>
    public static IReadOnlyList<WorkRow> Of(IEnumerable<ReportRow> rows, ReportRow totals)
    {
        var most = Tally.PartsOf(totals.Tallies, Tally.Escalated).Keys.DefaultIfEmpty(0).Max();
        return [.. rows.Append(totals).Select(row =>
        {
            var steps = Tally.PartsOf(row.Tallies, Tally.Escalated);
            return new WorkRow(row.Key, row.Name, row.Count(Tally.Attempts), row.Count(Tally.NoShows), row.Count(ReportColumns.Closed),
                [.. Enumerable.Range(1, most).Select(step => (long)steps.GetValueOrDefault(step))]);
        })];
    }
}
