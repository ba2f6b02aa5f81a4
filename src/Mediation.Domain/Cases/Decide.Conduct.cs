using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    private static Decision Assign(Case c, CaseCommand.Assign command, DecideContext context)
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

    private static Decision RecordConsent(Case c, CaseCommand.RecordConsent command) =>
        Has(c, command.Party)
            ? new CaseEvent.ConsentRecorded(command.Party, command.Given, command.How)
            : Refusals.UnknownParty("party");

    private static Decision ScheduleSession(Case c, CaseCommand.ScheduleSession command) =>
        new CaseEvent.SessionScheduled(
            c.Sessions.Select(session => session.N).DefaultIfEmpty().Max() + 1, command.StartsAt, command.Minutes, command.Place, command.Kind);

    private static Decision HoldSession(Case c, CaseCommand.HoldSession command, DecideContext context)
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

    private static Decision CancelSession(Case c, CaseCommand.CancelSession command) =>
        Scheduled(c, command.N, out _) is { } refusal ? refusal : new CaseEvent.SessionCancelled(command.N, command.Reason);

    private static Decision RecordNoShow(Case c, CaseCommand.RecordNoShow command, DecideContext context)
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

    private static Decision Extend(Case c, CaseCommand.Extend command, DecideContext context)
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

    private static DeadlinePolicy PolicyOf(Clock clock, DecideContext context) => context.Policies.Single(policy => policy.Id == clock.PolicyId);

    /// <summary>Before a case is closed each session whose time has come is told as held, missed or cancelled.</summary>
    private static Refusal? SessionsRecorded(Case c, DecideContext context) =>
        c.Sessions.Any(session => session.State == SessionState.Scheduled && session.StartsAt <= context.Now && session.NoShows.Count == 0)
            ? Refusals.OpenSession
            : null;
}
