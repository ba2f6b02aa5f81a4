using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Measures;

/// <summary>
/// What the tallies count, by the names in the table. Each counts in the month (Asia/Shanghai) of the event's business date.
/// </summary>
public static class Tally
{
    // The flows: they make the identity of a row.
    public const string Registered = "registered";
    public const string Reopened = "reopened";
    public const string TransferredIn = "transferredIn";
    public const string TransferredOut = "transferredOut";
    public const string NotAccepted = "notAccepted";
    public const string Guided = "guided";
    public const string Settled = "settled";
    public const string Partial = "partial";
    public const string Failed = "failed";
    public const string Withdrawn = "withdrawn";
    public const string Terminated = "terminated";
    public const string Recalled = "recalled";

    /// <summary>An open case changed its place; it becomes the two transfers, or nothing for whoever holds both places.</summary>
    public const string Moved = "moved";

    /// <summary>What the flows add up to: the change of what is pending. Derived from them, never a fact by itself.</summary>
    public const string Stock = "stock";

    /// <summary>What was pending when a period began: the stock of all earlier months. Derived like the stock.</summary>
    public const string BroughtForward = "broughtForward";

    /// <summary>A mediation body took it in for the first time; remediation and a second body count no more.</summary>
    public const string Accepted = "accepted";

    public const string Referred = "referred";

    /// <summary>A case, not a clock: nothing of it was overdue before.</summary>
    public const string Overdue = "overdue";

    /// <summary>Steps of the ladder that were taken; kept by the number of the step.</summary>
    public const string Escalated = "escalated";

    /// <summary>Sessions that were held.</summary>
    public const string Attempts = "attempts";

    /// <summary>Parties that stayed away from a session.</summary>
    public const string NoShows = "noShows";

    public const string Major = "major";

    /// <summary>As registered: the persons involved, else the parties.</summary>
    public const string Persons = "persons";

    public const string Oral = "oral";
    public const string Written = "written";
    public const string Confirmed = "confirmed";

    /// <summary>Every term of the agreement that ended the case was performed.</summary>
    public const string Performed = "performed";

    public const string FiledLater = "filedLater";

    /// <summary>Yuan, at the signing.</summary>
    public const string AmountSettled = "amountSettled";

    /// <summary>Closed cases by whole days; those that were not accepted or guided elsewhere have none.</summary>
    public const string Days = "days";

    public const string TermMet = "termMet";
    public const string TermMissed = "termMissed";
    public const string CourtRegistered = "courtRegistered";
    public const string CourtAccepted = "courtAccepted";
    public const string CourtSettled = "courtSettled";
    public const string SettledInVillage = "settledInVillage";
    public const string SettledInTownship = "settledInTownship";
    public const string SettledInCounty = "settledInCounty";
    public const string ConfirmationRequested = "confirmationRequested";

    /// <summary>First broken promise of an agreement.</summary>
    public const string Defaulted = "defaulted";

    public const string Repeat = "repeat";

    /// <summary>A visit or call after the closure; kept by its marks, 0 without.</summary>
    public const string FollowedUp = "followedUp";

    /// <summary>Those of <see cref="FollowedUp"/> with marks; satisfied are four and five.</summary>
    public const string Answered = "answered";

    public const string Satisfied = "satisfied";

    /// <summary>
    /// The first month in which a measure is counted; one that is not here is counted from the first event on. A measure that
    /// a version adds stands here with the month in which that version starts to count it: what was entered before has no
    /// entry of it, and counting again must find none either. The flows make the identity of a row and are always counted.
    /// </summary>
    public static IReadOnlyDictionary<string, DateOnly> FirstMonths { get; } = new Dictionary<string, DateOnly>();

    /// <summary>
    /// Clocks whose ends are counted. Inactivity only reminds, and the time for a confirmation is a right of the parties.
    /// </summary>
    public static IReadOnlyList<ClockName> Clocks { get; } =
    [
        ClockName.Intake, ClockName.ReferralAnswer, ClockName.FirstSession, ClockName.Term, ClockName.TransferAnswer,
        ClockName.WhistleAnswer, ClockName.LetterReply, ClockName.ReturnToCourt, ClockName.Performance, ClockName.FollowUp,
    ];

    public static IReadOnlyList<string> Closures { get; } = [Settled, Partial, Failed, Withdrawn, Terminated, Recalled];

    /// <summary>Clocks of that name that ended in time.</summary>
    public static string Kept(ClockName clock) => Clock.KeyOf(clock) + "Met";

    public static string Missed(ClockName clock) => Clock.KeyOf(clock) + "Missed";

    /// <summary>A count by its name, from what a line keeps.</summary>
    /// <param name="kept">By measure, and by days, step or marks where a measure has them.</param>
    public static long CountOf(IReadOnlyDictionary<(string Measure, int Part), decimal> kept, string name) => name switch
    {
        Escalated or FollowedUp => (long)PartsOf(kept, name).Values.Sum(),
        Answered => (long)PartsOf(kept, FollowedUp).Where(part => part.Key > 0).Sum(part => part.Value),
        Satisfied => (long)PartsOf(kept, FollowedUp).Where(part => part.Key >= 4).Sum(part => part.Value),
        _ => (long)kept.GetValueOrDefault((name, 0)),
    };

    /// <summary>What a line keeps of a measure, by days, step or marks.</summary>
    public static IReadOnlyDictionary<int, decimal> PartsOf(IReadOnlyDictionary<(string Measure, int Part), decimal> kept, string name) =>
        kept.Where(pair => pair.Key.Measure == name).ToDictionary(pair => pair.Key.Part, pair => pair.Value);

    /// <summary>
    /// Whether a scope's figures are kept folded: the province, a prefecture, a county. Everything narrower has few entries
    /// and is summed from them. The function tally_is_kept of the database says the same.
    /// </summary>
    public static bool IsKept(string scope) => scope.Length is > 0 and <= 6 && scope.All(char.IsAsciiDigit);

    /// <summary>1 for what comes in, -1 for what goes out, 0 for what does not touch the stock.</summary>
    public static int Sign(string measure) => measure switch
    {
        Registered or Reopened or TransferredIn => 1,
        TransferredOut or NotAccepted or Guided or Settled or Partial or Failed or Withdrawn or Terminated or Recalled => -1,
        _ => 0,
    };

    /// <summary>What a fact adds to which lines. The function tally_of of the database does the same.</summary>
    public static IEnumerable<(Coordinate Line, string Measure, decimal Amount)> Expand(Fact fact) =>
        Expand(fact.Measure, fact.Amount, fact.From?.Coordinates(), fact.At.Coordinates());

    /// <summary>
    /// The same for lines of any kind. A move leaves the lines that count the case no longer and enters those that did not
    /// count it before; everything else is counted where the case is. A flow changes the stock of its line too.
    /// </summary>
    /// <param name="left">The lines that counted an open case before; null where it did not move.</param>
    /// <param name="at">The lines that count it now. Neither names a line twice.</param>
    public static IEnumerable<(TLine Line, string Measure, decimal Amount)> Expand<TLine>(
        string measure, decimal amount, IReadOnlyCollection<TLine>? left, IReadOnlyCollection<TLine> at) =>
        left is null
            ? Add(measure, amount, at) : Add(TransferredOut, amount, left.Except(at)).Concat(Add(TransferredIn, amount, at.Except(left)));

    private static IEnumerable<(TLine, string, decimal)> Add<TLine>(string measure, decimal amount, IEnumerable<TLine> lines)
    {
        var sign = Sign(measure);
        foreach (var line in lines)
        {
            yield return (line, measure, amount);
            if (sign != 0) yield return (line, Stock, sign * amount);
        }
    }

    /// <summary>
    /// As what a report that begins on a day shows what was counted on another: the stock of earlier days was brought
    /// forward, the rest of them is not shown (null).
    /// </summary>
    public static string? Since(DateOnly first, DateOnly on, string measure) =>
        on >= first ? measure : measure == Stock ? BroughtForward : null;
}
