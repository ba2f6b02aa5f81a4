using System.Text.Json.Serialization;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>
/// What happened. The name of the record in lower camel case is the event's <c>kind</c> in the journal; the record
/// without its nulls is the body. No event holds personal data or free text: those are named by id and HMAC.
/// </summary>
public abstract partial record CaseEvent
{
    /// <summary>The new value of each clock that this event starts, moves or stops (docs/adr/0008).</summary>
    public IReadOnlyList<Clock> Clocks { get; init; } = [];

    /// <summary>Why it was entered after a later event had already been entered.</summary>
    public TextRef? LateReason { get; init; }

    /// <summary>Found by the sweep, not done by anybody.</summary>
    [JsonIgnore]
    public bool IsOfSweep => this is DueSoon or Overdue or Escalated or ClockRecomputed or RiskFellBack;

    /// <summary>In words; null where the service words it.</summary>
    public virtual Sentence? Told() => null;

    /// <summary>What an event does to the case when that stands beside it; of the others it stands in <see cref="Evolve"/>.</summary>
    internal virtual Case Apply(Case current, Recorded recorded) => throw Evolve.Impossible(this, current);

    public sealed record Registered(
        string CaseNo, Channel Channel, Initiation Initiation, Track Track, string Category, string Division,
        BodyRef Desk, BodyRef Centre, TextRef Summary, IReadOnlyList<Party> Parties) : CaseEvent
    {
        public TextRef? Description { get; init; }
        public decimal? Amount { get; init; }
        public DateOnly? OccurredOn { get; init; }
        public int? PersonsInvolved { get; init; }
        public bool Major { get; init; }
        public TextRef? MissingItems { get; init; }
        public TextRef? Source { get; init; }
        public bool Repeat { get; init; }
        public Guid? LinkedTo { get; init; }
        public Procedure? Procedure { get; init; }
        public string? Court { get; init; }
        public string? CourtCaseNo { get; init; }
        public int CourtRound { get; init; } = 1;
        public DateOnly? RegimeOn { get; init; }
        public DateOnly? ReceivedOn { get; init; }
        public string? WantedBody { get; init; }
        public Risk Risk { get; init; }
    }

    /// <param name="Body">The body that took it in for itself; null when the centre took it in to refer it.</param>
    public sealed record Accepted(BodyRef? Body, string? Mediator) : CaseEvent
    {
        /// <summary>Where the traffic police's term starts, when it is not the day of acceptance.</summary>
        public DateOnly? TermFrom { get; init; }
    }
    public sealed record NotAccepted(NotAcceptReason Reason) : CaseEvent;
    public sealed record Guided(GuideRoute Route) : CaseEvent;
    public sealed record Referred(BodyRef Body, TextRef? Reason) : CaseEvent;
    public sealed record ReferralAccepted(BodyRef Body, DateOnly SignedOn) : CaseEvent;
    public sealed record ReferralDeclined(string Body, TextRef Reason) : CaseEvent;
    public sealed record TransferOffered(BodyRef To, string? Division, TextRef Reason) : CaseEvent;

    /// <param name="Division">Set when the whole case went to another division, whose centre dispatches it anew.</param>
    public sealed record TransferAccepted(BodyRef To, string? Division) : CaseEvent;
    public sealed record TransferDeclined(string By, TextRef Reason) : CaseEvent;
    public sealed record Assigned(string Mediator) : CaseEvent;
    public sealed record Recused(string Mediator, TextRef Reason) : CaseEvent;
    public sealed record ConsentRecorded(string Party, bool Given, TextRef How) : CaseEvent;
    public sealed record SessionScheduled(int N, DateTimeOffset StartsAt, int Minutes, TextRef Place, SessionKind Kind) : CaseEvent;
    public sealed record SessionHeld(int N, IReadOnlyList<string> Attendance, TextRef Record) : CaseEvent;
    public sealed record SessionCancelled(int N, TextRef Reason) : CaseEvent;
    public sealed record NoShowRecorded(int N, string Party) : CaseEvent;
    public sealed record Suspended(TextRef Reason) : CaseEvent;
    public sealed record Resumed : CaseEvent;
    public sealed record Extended(int Days, IReadOnlyList<string> Consents) : CaseEvent;
    public sealed record Settled(Agreement Agreement, IReadOnlyList<Term> Terms) : CaseEvent;

    /// <param name="RestCase">The new case that carries the rest, when it was split off.</param>
    public sealed record PartiallySettled(
        Agreement Agreement, IReadOnlyList<Term> Terms, IReadOnlyList<string> SettledParties, TextRef? SettledIssues,
        Rest Rest, Guid? RestCase) : CaseEvent;
    public sealed record Failed(FailReason Reason) : CaseEvent;
    public sealed record Withdrawn(string Party, TextRef Reason) : CaseEvent;
    public sealed record Terminated(TextRef Reason) : CaseEvent;
    public sealed record ConfirmationRequested(string Court, DateOnly RequestedOn, bool ByBothParties) : CaseEvent;
    public sealed record ConfirmationNotAccepted(TextRef Reason) : CaseEvent;
    public sealed record ConfirmationGranted(string ConfirmationNo) : CaseEvent;
    public sealed record ConfirmationRejected(TextRef Reason) : CaseEvent;
    public sealed record ConfirmationWithdrawn : CaseEvent;

    /// <param name="Amount">Yuan paid this time; null when the whole term was performed.</param>
    /// <param name="Complete">With this the term is performed.</param>
    public sealed record TermPerformed(int N, decimal? Amount, bool Complete) : CaseEvent;
    public sealed record TermDefaulted(int N) : CaseEvent;
    public sealed record RemediationStarted(IReadOnlyList<string> Consents) : CaseEvent;

    /// <param name="Field">amount, category, division or parties.p1.name and the like.</param>
    /// <param name="From">The old value, or its HMAC where it is personal.</param>
    /// <param name="PartyDigest">The party's new HMAC, when a party was mended.</param>
    public sealed record Corrected(string Field, string? From, string? To, TextRef Reason) : CaseEvent
    {
        public string? Party { get; init; }
        public string? PartyDigest { get; init; }
        public BodyRef? Centre { get; init; }
    }

    /// <param name="Satisfaction">1 to 5.</param>
    public sealed record FollowedUp(TextRef Method, int? Satisfaction, bool Performed, TextRef? Remarks) : CaseEvent;
    public sealed record Archived : CaseEvent;
    public sealed record Reopened(TextRef Reason) : CaseEvent;
    public sealed record RiskSet(Risk Risk, IReadOnlyList<string> Items, DateOnly? Until, TextRef Reason) : CaseEvent
    {
        /// <summary>What the checklist says, when a level was set by hand.</summary>
        public Risk? Base { get; init; }

        /// <summary>What the ticked items weigh together.</summary>
        public int? Points { get; init; }
    }

    /// <param name="Items">The codes that still stand.</param>
    public sealed record RiskFellBack(Risk Risk, IReadOnlyList<string> Items) : CaseEvent;

    /// <summary>The leader has taken note that the case is red: the receipt of what he was told at once.</summary>
    public sealed record RedConfirmed : CaseEvent;
    public sealed record LetterSent(int N, LetterKind Kind, string Issuer, int Year, int Number, BodyRef To, TextRef Text, DateOnly ReplyBy) : CaseEvent;
    public sealed record LetterReplied(int N, TextRef Text) : CaseEvent;
    public sealed record LetterClosed(int N, TextRef? Remarks) : CaseEvent;
    public sealed record WhistleBlown(int N, string From, IReadOnlyList<BodyRef> Departments, TextRef Question, DateOnly AnswerBy) : CaseEvent;
    public sealed record WhistleAnswered(int N, string Department, TextRef Text) : CaseEvent;
    public sealed record LeadNamed(string Person) : CaseEvent;
    public sealed record Recalled(TextRef Reason) : CaseEvent;
    public sealed record PapersReturned : CaseEvent;
    public sealed record LawsuitFiled(string NewCaseNo) : CaseEvent;
    public sealed record LawsuitConcluded(ConclusionKind Kind) : CaseEvent;

    /// <summary>The clock in <see cref="Clocks"/> has come near its due day.</summary>
    public sealed record DueSoon(string Clock) : CaseEvent;

    /// <summary>The clock in <see cref="Clocks"/> has run out.</summary>
    public sealed record Overdue(string Clock) : CaseEvent;

    /// <param name="To">The body whose people are told: the mediator's, the head's, the centre's or that of a centre above.</param>
    /// <param name="Person">User name, when the rung is the mediator.</param>
    public sealed record Escalated(string Clock, int Step, LadderRung Rung, string To, string? Person) : CaseEvent
    {
        /// <summary>2 when the step is told for the second time, and so on; null for the first.</summary>
        public int? Time { get; init; }

        /// <summary>What is asked; null in the events of before.</summary>
        public LadderAsk? Ask { get; init; }

        /// <summary>Beside the inbox.</summary>
        public IReadOnlyList<LadderChannel>? Channels { get; init; }
    }

    /// <summary>Whoever was told has answered: nothing moves but the repetitions of that step, which end.</summary>
    /// <param name="Clock">Which clock's telling was answered; null for other news.</param>
    public sealed record NoticeAnswered(Guid Notice, TextRef Text, string? Clock, DateOnly? DueOn, int? Step) : CaseEvent;

    /// <summary>The clock in <see cref="Clocks"/> was computed again: its due day before and after, and why.</summary>
    public sealed record ClockRecomputed(string Clock, DateOnly From, DateOnly To, RecountCause Cause, string By) : CaseEvent;
}

/// <summary>What only a newer version can read: shown by its kind, never written.</summary>
public sealed record OtherEvent(string Kind) : CaseEvent;

/// <summary>An event as the journal holds it, without its hashes.</summary>
/// <param name="Seq">1, 2, 3, … within the case.</param>
/// <param name="At">When it was written: UTC, whole microseconds, never before the last event's.</param>
/// <param name="On">The business date (Asia/Shanghai) on which it happened: clocks and months go by it.</param>
/// <param name="Actor">User name, or <c>system</c>.</param>
public sealed record Recorded(Guid CaseId, int Seq, DateTimeOffset At, DateOnly On, string Actor, string? OnBehalfOf, CaseEvent Event);
