using System.Text.Json.Serialization;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>A text that stands outside the journal: its id and its HMAC under a key kept with the text.</summary>
public sealed record TextRef(Guid Id, string Digest);

/// <summary>A mediation body, court or centre, as far as a decision needs to know it.</summary>
public sealed record BodyRef(string Code, string Division, Level Level);

/// <summary>A representative of a party; signing for the party needs special authority or guardianship.</summary>
public sealed record Representative(RepresentativeKind Kind, Authority Authority);

/// <summary>A party without its personal data: <paramref name="Digest"/> is the HMAC of those, under the party's own key.</summary>
/// <param name="Id">p1, p2, … in the order given at registration.</param>
public sealed record Party(
    string Id, Side Side, PartyKind Kind, bool Minor, string Digest, IReadOnlyList<Representative> Representatives);

public sealed record Session(int N, DateTimeOffset StartsAt, int Minutes, TextRef Place, SessionKind Kind, SessionState State)
{
    public IReadOnlyList<string> Attendance { get; init; } = [];
    public IReadOnlyList<string> NoShows { get; init; } = [];
    public TextRef? Record { get; init; }

    /// <summary>The round of mediation in which it was scheduled.</summary>
    public int Round { get; init; } = 1;
}

/// <summary>The due date of a term that hangs on an event still to come, e.g. seven days after confirmation.</summary>
/// <param name="Event">The event's kind, e.g. <c>confirmationGranted</c>.</param>
public sealed record DueAfter(string Event, int Days);

/// <summary>One promise of an agreement. Part payments add up in <see cref="Paid"/> (yuan).</summary>
public sealed record Term(int N, string Obligor, string Obligee, TextRef What, decimal? Amount, DateOnly? DueOn, DueAfter? DueAfter)
{
    public IReadOnlyList<string> Jointly { get; init; } = [];
    public decimal Paid { get; init; }
    public TermState State { get; init; } = TermState.Open;

    /// <summary>The round of mediation that it ended; terms of earlier rounds stay to be seen.</summary>
    public int Round { get; init; } = 1;
}

/// <summary>An agreement as signed or recorded. It takes effect on <paramref name="EffectiveOn"/>.</summary>
/// <param name="Round">The round of mediation that it ended; remediation opens the next.</param>
/// <param name="Signatures">Party ids, <c>p1.r1</c> where representative 1 signed for p1, or the mediator's user name.</param>
public sealed record Agreement(
    int Round, AgreementForm Form, TextRef? Facts, TextRef? Issues, TextRef? Way, bool Sealed,
    DateOnly SignedOn, DateOnly EffectiveOn, IReadOnlyList<string> Signatures, bool Partial);

public sealed record Confirmation(string Court, DateOnly RequestedOn, bool ByBothParties, ConfirmationState State)
{
    public string? ConfirmationNo { get; init; }
}

/// <summary>A body (or the centre of a division) that was asked to take the case over and has not answered.</summary>
public sealed record TransferOffer(BodyRef To, string? Division);

/// <summary>The stored fold of a case's journal. Holds no personal data and no free text.</summary>
public sealed record Case
{
    public required Guid Id { get; init; }

    /// <summary>The number of the last event, and the ETag over HTTP.</summary>
    public int Version { get; init; }

    /// <summary><c>&lt;county&gt;-&lt;year&gt;-&lt;8 digits&gt;</c>; gaps are allowed.</summary>
    public required string CaseNo { get; init; }

    public Status Status { get; init; }
    public Outcome? Outcome { get; init; }
    public Channel Channel { get; init; }
    public Initiation Initiation { get; init; }
    public Track Track { get; init; }
    public Procedure? Procedure { get; init; }
    public required string Category { get; init; }

    /// <summary>GB/T 2260 code of the division where the dispute lies, to the village.</summary>
    public required string Division { get; init; }

    public TextRef? Summary { get; init; }
    public TextRef? Description { get; init; }

    /// <summary>Yuan.</summary>
    public decimal? Amount { get; init; }

    public DateOnly? OccurredOn { get; init; }
    public int? PersonsInvolved { get; init; }
    public bool Major { get; init; }

    /// <summary>Papers still missing at intake (容缺受理).</summary>
    public TextRef? MissingItems { get; init; }

    /// <summary>Same party and same category as an earlier case within 180 days (最多访一次).</summary>
    public bool Repeat { get; init; }

    /// <summary>The case of which this one is the rest (split) or the next round (court).</summary>
    public Guid? LinkedTo { get; init; }

    /// <summary>Body code of the referring court.</summary>
    public string? Court { get; init; }

    public string? CourtCaseNo { get; init; }
    public int CourtRound { get; init; } = 1;

    /// <summary>Date of referral or filing: chooses the term's policy for a court's case.</summary>
    public DateOnly? RegimeOn { get; init; }

    public DateOnly? ReceivedOn { get; init; }
    public string? WantedBody { get; init; }

    /// <summary>The body at whose desk the case came in.</summary>
    public required BodyRef Desk { get; init; }

    /// <summary>The centre (综治中心) that dispatches in the case's division.</summary>
    public required BodyRef Centre { get; init; }

    /// <summary>The mediation body that has taken the case; null until one has.</summary>
    public BodyRef? Body { get; init; }

    public BodyRef? OfferedTo { get; init; }
    public TransferOffer? Transfer { get; init; }
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>User name of the assigned mediator.</summary>
    public string? Mediator { get; init; }

    public IReadOnlyList<string> RecusedMediators { get; init; } = [];

    /// <summary>What mediators said of themselves: none of them is assigned again.</summary>
    public IReadOnlyList<Disclosure> Disclosures { get; init; } = [];

    public DateTimeOffset OpenedAt { get; init; }
    public DateOnly OpenedOn { get; init; }

    /// <summary>The day a mediation body took it in (受理); base of the success rate and of the duration.</summary>
    public DateOnly? AcceptedOn { get; init; }

    public DateOnly? ClosedOn { get; init; }

    public IReadOnlyList<Party> Parties { get; init; } = [];

    /// <summary>Party id to consent given or refused.</summary>
    public IReadOnlyDictionary<string, bool> Consents { get; init; } = new Dictionary<string, bool>();

    public IReadOnlyList<Session> Sessions { get; init; } = [];

    /// <summary>1 at first, one more after each remediation.</summary>
    public int Round { get; init; } = 1;

    public Agreement? Agreement { get; init; }
    public IReadOnlyList<Term> Terms { get; init; } = [];
    public Confirmation? Confirmation { get; init; }
    public FailReason? FailedBecause { get; init; }

    /// <summary>Every clock that ever ran, by <see cref="Clock.Key"/>; a restarted one replaces its forerunner.</summary>
    public IReadOnlyList<Clock> Clocks { get; init; } = [];

    public Risk Risk { get; init; }
    public DateOnly? RiskUntil { get; init; }
    public IReadOnlyList<string> RiskItems { get; init; } = [];

    /// <summary>What the checklist says, while a level set by hand stands over it.</summary>
    public Risk? RiskBase { get; init; }

    /// <summary>When the leader took note that the case is red; null: he has not since the last warning.</summary>
    public DateTimeOffset? RedConfirmedAt { get; init; }

    /// <summary>User name of the leader named for a red or major case.</summary>
    public string? Lead { get; init; }

    public IReadOnlyList<Letter> Letters { get; init; } = [];
    public IReadOnlyList<Whistle> Whistles { get; init; } = [];
    public int FollowUps { get; init; }
    public bool PapersReturned { get; init; }

    /// <summary>The lawsuit's number when the dispute became one.</summary>
    public string? FiledAs { get; init; }

    public ConclusionKind? Concluded { get; init; }
    public DateOnly LastOn { get; init; }
    public DateTimeOffset LastAt { get; init; }

    /// <summary>The user who wrote the last event.</summary>
    public string LastActor { get; init; } = "";

    /// <summary>A newer version has written what this one does not know.</summary>
    [JsonIgnore]
    public bool IsOfNewerVersion { get; init; }

    [JsonIgnore]
    public Stage Stage => Status switch
    {
        Status.Registered or Status.NotAccepted or Status.Guided => Stage.Intake,
        Status.Accepted when Body is null => Stage.Referral,
        Status.Referred => Stage.Referral,
        Status.Accepted or Status.Assigned or Status.InSession or Status.Suspended => Stage.Mediation,
        _ => Stage.Closure,
    };

    /// <summary>Open: somebody still has to bring the dispute to an end.</summary>
    [JsonIgnore]
    public bool IsOpen => IsOpenIn(Status);

    /// <summary>Whether a case of that status still waits for its end.</summary>
    public static bool IsOpenIn(Status status) => status is Status.Registered or Status.Accepted or Status.Referred
        or Status.Assigned or Status.InSession or Status.Suspended;

    /// <summary>A part was agreed in this round and mediation went on: failing now leaves the outcome partial.</summary>
    [JsonIgnore]
    public bool HasPartialAgreement => Agreement is { Partial: true } agreed && agreed.Round == Round;

    /// <summary>A red or major case that nobody answers for yet (包案领导).</summary>
    [JsonIgnore]
    public bool LacksLead => Lead is null && (Risk == Risk.Red || Major) && Status != Status.Archived;

    /// <summary>Bodies beside the case's own that have to do with it: they mediate too, or were asked by letter or whistle.</summary>
    [JsonIgnore]
    public IEnumerable<string> Concerned =>
        Joined.Concat(Letters.Select(letter => letter.To.Code))
            .Concat(Whistles.SelectMany(whistle => whistle.Departments, (_, body) => body.Code)).Distinct(StringComparer.Ordinal);

    [JsonIgnore]
    public IEnumerable<Clock> RunningClocks => Clocks.Where(clock => clock.State == ClockState.Running);

    /// <summary>The worst of the running clocks.</summary>
    [JsonIgnore]
    public Timeliness Timeliness => RunningClocks.Select(clock => clock.Timeliness).DefaultIfEmpty(Timeliness.OnTime).Max();

    /// <summary>The next deadline: the earliest due instant of the running clocks; null when none runs.</summary>
    [JsonIgnore]
    public DateTimeOffset? Due => RunningClocks.Select(clock => (DateTimeOffset?)clock.DueAt).Min();

    /// <summary>The day at whose end (Asia/Shanghai) the first running clock runs out; null when none runs.</summary>
    [JsonIgnore]
    public DateOnly? DueOn => RunningClocks.Select(clock => (DateOnly?)clock.DueOn).Min();

    public Clock? Clock(ClockName name, int? subject = null) =>
        Clocks.FirstOrDefault(clock => clock.Name == name && clock.Subject == subject);
}
