using System.Text.Json.Serialization;
using Mediation.Domain.Measures;

namespace Mediation.Service.Reports;

/// <summary>
/// One line of the return. What was brought forward and came in equals what went out and is pending; closed is the sum
/// of the six outcomes before it.
/// </summary>
/// <param name="Key">Null: none yet, e.g. no body has taken the case.</param>
/// <param name="AmountSettled">Yuan.</param>
/// <param name="DaysMedian">From acceptance to closure, of the cases closed in the month.</param>
public sealed record ReportRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Key, string Name,
    long BroughtForward, long Registered, long TransferredIn, long Reopened, long NotAccepted, long Guided, long TransferredOut,
    long Accepted, long Referred, long Settled, long Partial, long Failed, long Withdrawn, long Terminated, long Recalled, long Closed, long Pending,
    long Overdue, long Escalated, long Major, long Persons, long Oral, long Written, long Confirmed, long Performed, long FiledLater, decimal AmountSettled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? DaysMedian,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? DaysP90)
{
    public const string Before = "broughtForward";

    [JsonIgnore]
    public bool Reconciles => BroughtForward + Registered + TransferredIn + Reopened == NotAccepted + Guided + TransferredOut + Closed + Pending
        && Closed == Settled + Partial + Failed + Withdrawn + Terminated + Recalled;

    /// <param name="tallies">Of one line: measure and, for the histogram, whole days.</param>
    public static ReportRow Of(string? key, string name, IReadOnlyDictionary<(string Measure, int Days), decimal> tallies)
    {
        var days = new DayCounts(tallies.Where(pair => pair.Key.Measure == Tally.Days).Select(pair => KeyValuePair.Create(pair.Key.Days, (long)pair.Value)));
        return new ReportRow(key, name, Count(Before), Count(Tally.Registered), Count(Tally.TransferredIn), Count(Tally.Reopened), Count(Tally.NotAccepted),
            Count(Tally.Guided), Count(Tally.TransferredOut), Count(Tally.Accepted), Count(Tally.Referred), Count(Tally.Settled), Count(Tally.Partial),
            Count(Tally.Failed), Count(Tally.Withdrawn), Count(Tally.Terminated), Count(Tally.Recalled), Tally.Closures.Sum(Count),
            Count(Before) + Count(Tally.Stock), Count(Tally.Overdue), Count(Tally.Escalated), Count(Tally.Major), Count(Tally.Persons), Count(Tally.Oral),
            Count(Tally.Written), Count(Tally.Confirmed), Count(Tally.Performed), Count(Tally.FiledLater), tallies.GetValueOrDefault((Tally.AmountSettled, 0)),
            days.Median, days.P90);

        long Count(string measure) => Tally.CountOf(tallies, measure);
    }
}
