using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    public sealed record Assign(MediatorCheck Mediator) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Assign(c, this, context);
    }

    public sealed record Recuse(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Recused(c.Mediator!, Reason);
    }

    public sealed record RecordConsent(string Party, bool Given, TextRef How) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.RecordConsent(c, this);
    }

    public sealed record ScheduleSession(DateTimeOffset StartsAt, int Minutes, TextRef Place, SessionKind Kind) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.ScheduleSession(c, this);
    }

    public sealed record HoldSession(int N, IReadOnlyList<string> Attendance, TextRef Record) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.HoldSession(c, this, context);
    }

    public sealed record CancelSession(int N, TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.CancelSession(c, this);
    }

    public sealed record RecordNoShow(int N, string Party) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.RecordNoShow(c, this, context);
    }

    public sealed record Suspend(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Suspended(Reason);
    }

    public sealed record Resume : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Resumed();
    }

    public sealed record Extend(int Days, IReadOnlyList<string> Consents) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Extend(c, this, context);
    }
}

public abstract partial record CaseEvent
{
    public sealed record Assigned(string Mediator) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Mediator = Mediator, Status = c.Status == Status.Accepted ? Status.Assigned : c.Status };
    }

    public sealed record Recused(string Mediator, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Mediator = null,
            RecusedMediators = [.. c.RecusedMediators, Mediator],
            Status = c.Status == Status.Suspended ? Status.Suspended : Status.Accepted,
        };
    }

    public sealed record ConsentRecorded(string Party, bool Given, TextRef How) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Consents = Evolve.Consent(c.Consents, Party, Given) };
    }

    public sealed record SessionScheduled(int N, DateTimeOffset StartsAt, int Minutes, TextRef Place, SessionKind Kind) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Sessions = [.. c.Sessions, new(N, StartsAt, Minutes, Place, Kind, SessionState.Scheduled) { Round = c.Round }],
        };
    }

    public sealed record SessionHeld(int N, IReadOnlyList<string> Attendance, TextRef Record) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.ChangeSession(c, N, session => session with
        {
            State = SessionState.Held,
            Attendance = Attendance,
            Record = Record,
        }) with
        { Status = Status.InSession };
    }

    public sealed record SessionCancelled(int N, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            Evolve.ChangeSession(c, N, session => session with { State = SessionState.Cancelled });
    }

    public sealed record NoShowRecorded(int N, string Party) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            Evolve.ChangeSession(c, N, session => session with { NoShows = [.. session.NoShows, Party] });
    }

    public sealed record Suspended(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Status = Status.Suspended };
    }

    public sealed record Resumed : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Status = c.Mediator is null ? Status.Accepted
                : c.Sessions.Any(session => session.State == SessionState.Held && session.Round == c.Round) ? Status.InSession
                : Status.Assigned,
        };
    }

    public sealed record Extended(int Days, IReadOnlyList<string> Consents) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c;
    }
}

public static partial class Decide
{
    internal static Decision Assign(Case c, CaseCommand.Assign command, DecideContext context)
    {
        if (command.Mediator.User == c.Mediator)
            return Refusals.AlreadyAssigned;
        return CheckMediator(c, command.Mediator, context) is { } refusal ? refusal : new CaseEvent.Assigned(command.Mediator.User);
    }

    private static Refusal? CheckMediator(Case c, MediatorCheck mediator, DecideContext context) =>
        mediator.Body != c.Body!.Code && !c.Joined.Contains(mediator.Body) ? Refusals.OtherBody
        : mediator.TermUntil < context.On ? Refusals.TermExpired
        : mediator.Conflict || c.Disclosures.Any(told => told.Mediator == mediator.User) ? Refusals.Conflict
        // A party's request is enough to replace a mediator, so it also keeps that one away.
        : c.RecusedMediators.Contains(mediator.User) ? Refusals.RecusedBefore
        : null;

    internal static Decision RecordConsent(Case c, CaseCommand.RecordConsent command) =>
        Has(c, command.Party)
            ? new CaseEvent.ConsentRecorded(command.Party, command.Given, command.How)
            : Refusals.UnknownParty("party");

    internal static Decision ScheduleSession(Case c, CaseCommand.ScheduleSession command) =>
        new CaseEvent.SessionScheduled(
            c.Sessions.Select(session => session.N).DefaultIfEmpty().Max() + 1, command.StartsAt,
            command.Minutes, command.Place, command.Kind);

    internal static Decision HoldSession(Case c, CaseCommand.HoldSession command, DecideContext context)
    {
        if (Scheduled(c, command.N, out var session) is { } refusal)
            return refusal;
        if (session.StartsAt > context.Now)
            return Refusals.FutureDate;
        if (context.On < ShanghaiTime.DateOf(session.StartsAt))
            return Refusals.BeforeStart;
        if (command.Attendance.Count == 0)
            return Refusals.NobodyThere;
        return Known(c, command.Attendance, "attendance") is { } unknown
            ? unknown
            : new CaseEvent.SessionHeld(command.N, [.. command.Attendance.Distinct(StringComparer.Ordinal)], command.Record);
    }

    internal static Decision CancelSession(Case c, CaseCommand.CancelSession command) =>
        Scheduled(c, command.N, out _) is { } refusal ? refusal : new CaseEvent.SessionCancelled(command.N, command.Reason);

    internal static Decision RecordNoShow(Case c, CaseCommand.RecordNoShow command, DecideContext context)
    {
        if (Scheduled(c, command.N, out var session) is { } refusal)
            return refusal;
        if (!Has(c, command.Party))
            return Refusals.UnknownParty("party");
        if (session.StartsAt > context.Now)
            return Refusals.FutureDate;
        if (context.On < ShanghaiTime.DateOf(session.StartsAt))
            return Refusals.BeforeStart;
        return session.NoShows.Contains(command.Party) ? Refusals.NoShowKnown : new CaseEvent.NoShowRecorded(command.N, command.Party);
    }

    private static Refusal? Scheduled(Case c, int n, out Session session)
    {
        session = c.Sessions.FirstOrDefault(one => one.N == n)!;
        return session is null ? Refusals.UnknownSession : session.State == SessionState.Scheduled ? null : Refusals.NotScheduled;
    }

    private static Refusal? CheckExtension(Case c, DecideContext context)
    {
        if (c.Clock(ClockName.Term) is not { State: ClockState.Running } term)
            return Refusals.NoRunningTerm;
        return PolicyOf(term, context) is { Extension: null } policy ? Refusals.ExtensionNotAllowed(policy.Basis) : null;
    }

    internal static Decision Extend(Case c, CaseCommand.Extend command, DecideContext context)
    {
        if (command.Days is < 1 or > 365)
            return Refusals.ExtensionDays;
        if (Known(c, command.Consents, "consents") is { } unknown)
            return unknown;
        var term = c.Clock(ClockName.Term)!;
        var policy = PolicyOf(term, context);
        if (policy.Extension!.Consent == ExtensionConsent.AllParties && Missing(c, command.Consents).Count > 0)
            return Refusals.ExtensionConsent(policy.Basis);
        if (command.Days > policy.Extension.CapDays || term.Extensions.Count >= policy.Extension.MaxTimes)
            return Refusals.ExtensionCap(policy.Basis);
        return new CaseEvent.Extended(command.Days, command.Consents);
    }

    private static DeadlinePolicy PolicyOf(Clock clock, DecideContext context) =>
        context.Policies.Single(policy => policy.Id == clock.PolicyId);

    /// <summary>Before a case is closed each session whose time has come is recorded as held, missed or cancelled.</summary>
    private static Refusal? SessionsRecorded(Case c, DecideContext context) =>
        c.Sessions.Any(session => session.State == SessionState.Scheduled && session.StartsAt <= context.Now && session.NoShows.Count == 0)
            ? Refusals.OpenSession
            : null;
}
