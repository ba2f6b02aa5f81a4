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
    public virtual Sentence? Wording() => null;

    /// <summary>What it does to the case; clocks and the version are not its matter.</summary>
    internal abstract Case Apply(Case c, Recorded recorded);

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

        internal override Case Apply(Case c, Recorded recorded) => throw Evolve.Impossible(this, c);
    }

    /// <summary>The clock in <see cref="Clocks"/> has come near its due day.</summary>
    public sealed record DueSoon(string Clock) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c;
    }

    /// <summary>The clock in <see cref="Clocks"/> has run out.</summary>
    public sealed record Overdue(string Clock) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c;
    }

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

        internal override Case Apply(Case c, Recorded recorded) => c;
    }

    /// <summary>Whoever was told has answered: nothing moves but the repetitions of that step, which end.</summary>
    /// <param name="Clock">Which clock's telling was answered; null for other news.</param>
    public sealed record NoticeAnswered(Guid Notice, TextRef Text, string? Clock, DateOnly? DueOn, int? Step) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c;
    }

    /// <summary>The clock in <see cref="Clocks"/> was computed again: its due day before and after, and why.</summary>
    public sealed record ClockRecomputed(string Clock, DateOnly From, DateOnly To, RecountCause Cause, string By) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c;
    }
}

/// <summary>What only a newer version can read: shown by its kind, never written.</summary>
public sealed record OtherEvent(string Kind) : CaseEvent
{
    internal override Case Apply(Case c, Recorded recorded) => c;
}

/// <summary>An event as the journal holds it, without its hashes.</summary>
/// <param name="Seq">1, 2, 3, … within the case.</param>
/// <param name="At">When it was written: UTC, whole microseconds, never before the last event's.</param>
/// <param name="On">The business date (Asia/Shanghai) on which it happened: clocks and months go by it.</param>
/// <param name="Actor">User name, or <c>system</c>.</param>
public sealed record Recorded(Guid CaseId, int Seq, DateTimeOffset At, DateOnly On, string Actor, string? OnBehalfOf, CaseEvent Event);
