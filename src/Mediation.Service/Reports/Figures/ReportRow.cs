using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// One line of a report, with the figures of <see cref="ReportColumns"/>. What was brought forward and came in equals what
/// went out and is pending; closed is the sum of the six outcomes before it.
/// </summary>
/// <param name="Key">Null: none yet, e.g. no body has taken the case.</param>
/// <param name="Tallies">By measure, and by days, step or marks where a measure has them.</param>
/// <param name="Month">First day of the last month that it counts.</param>
public sealed record ReportRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Key, string Name,
    [property: JsonIgnore] IReadOnlyDictionary<(string Measure, int Part), decimal> Tallies, [property: JsonIgnore] DateOnly Month)
    : IMoreMembers
{
    public static Message NotCounted { get; } = new("当时未统计", "Not counted then");

    /// <summary>Null where there is no value, and where the column was not counted in that month.</summary>
    public decimal? this[ReportColumn column] => column.IsCountedIn(Month) ? column.Of(Tallies) : null;

    /// <summary>A tally of the row; those that moved between the rows stay apart from the totals'.</summary>
    public long Count(string measure) => Tally.CountOf(Tallies, measure);

    public long Count(ReportColumn column) => (long)(this[column] ?? 0);

    [JsonIgnore]
    public bool Reconciles =>
        Count(Tally.BroughtForward) + Count(Tally.Registered) + Count(Tally.TransferredIn) + Count(Tally.Reopened)
            == Count(Tally.NotAccepted) + Count(Tally.Guided) + Count(Tally.TransferredOut) + Count(ReportColumns.Closed)
                + Count(ReportColumns.Pending);

    /// <summary>As a page or a file shows it.</summary>
    public string Shown(ReportColumn column) => column.IsCountedIn(Month) ? FigureText.Figure(this[column]) : NotCounted.In();

    /// <summary>A member for each column: null where there is no value, and before the column's first month.</summary>
    public static IReadOnlyList<JsonMember> Members { get; } = [.. ReportColumns.All.Select(Member)];

    private static JsonMember Member(ReportColumn column)
    {
        var said =
            $"{column.How.En}.{(column.FirstMonth is { } first ? $" Null before {AskedPeriod.MonthOf(first)}: not counted then." : "")}";
        // Whole numbers but for yuan and days.
        return column.Made is not null
            ? new JsonMember(column.Name, MayBeNull(column) ? typeof(decimal?) : typeof(decimal), said, row => ((ReportRow)row)[column])
            : new JsonMember(column.Name, MayBeNull(column) ? typeof(long?) : typeof(long), said, row => (long?)((ReportRow)row)[column]);
    }

    private static bool MayBeNull(ReportColumn column) =>
        column.FirstMonth is not null || column.Of(new Dictionary<(string, int), decimal>()) is null;
}
