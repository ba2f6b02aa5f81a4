namespace Mediation.Domain.Deadlines;

/// <summary>What a clock is for; its name in the API is the same in lower camel case.</summary>
public enum ClockName
{
    Intake, ReferralAnswer, FirstSession, Term, Inactivity, WhistleAnswer, LetterReply, TransferAnswer, ReturnToCourt,
    Confirmation, Performance, FollowUp, Appeal,
}

public enum TimeUnit { CalendarDays, WorkingDays, FixedDate }

/// <summary>Whose consent an extension needs.</summary>
public enum ExtensionConsent { AllParties, Nobody }

/// <summary>Who must consent to an extension, how many days at once at most, and how often. Null: no limit.</summary>
public sealed record ExtensionRule(int? CapDays, int? MaxTimes, ExtensionConsent Consent = ExtensionConsent.AllParties);

/// <summary>
/// How long a clock runs, for which cases, under the law of which dates. Null in a key means every value; the most
/// specific policy wins.
/// </summary>
/// <param name="Id">Stable; a running clock names it and keeps it when the law changes.</param>
/// <param name="From">First day of referral, filing or start to which it applies (Asia/Shanghai).</param>
/// <param name="Rolls">A last day that is a rest day moves to the next workday (civil code art. 203, civil procedure law art. 85).</param>
/// <param name="WarnWorkingDays">The clock counts as due soon from this many workdays before its due day.</param>
/// <param name="Basis">The law and its article, or that it is a rule of the house.</param>
public sealed record DeadlinePolicy(
    string Id, ClockName Clock, Track? Track, Procedure? Procedure, string? Category, Risk? Risk, DateOnly From, DateOnly? To,
    TimeUnit Unit, int Days, bool Rolls, ExtensionRule? Extension, bool PausesOnSuspension, int WarnWorkingDays, Message Basis)
{
    /// <summary>What sets it going, of <see cref="ClockEvents.StartsOf"/>.</summary>
    public ClockEvent Starts { get; init; } = ClockEvents.StartsOf(Clock)[0];

    /// <summary>What it waits for, of <see cref="ClockEvents.StopsOf"/>.</summary>
    public ClockEvent Stops { get; init; } = ClockEvents.StopsOf(Clock)[0];

    /// <summary>A rule of the house: no law sets this time.</summary>
    public bool OfHouse { get; init; }

    /// <summary>For which cases: two policies of one key must not be in force on the same day.</summary>
    public (ClockName Clock, Track? Track, Procedure? Procedure, string? Category, Risk? Risk) Key =>
        (Clock, Track, Procedure, Category, Risk);

    public bool IsInForce(DateOnly on) => From <= on && (To is null || on <= To);

    public bool Applies(ClockName clock, Track track, Procedure? procedure, string category, Risk risk, DateOnly on) =>
        Clock == clock && (Track is null || Track == track) && (Procedure is null || Procedure == (procedure ?? Domain.Procedure.Summary))
        && (Category is null || Category == category) && (Risk is null || Risk == risk) && IsInForce(on);

    public int Specificity => (Track is null ? 0 : 1) + (Procedure is null ? 0 : 1) + (Category is null ? 0 : 1) + (Risk is null ? 0 : 1);
}
