using System.Globalization;

namespace Mediation.Domain.Cases;

/// <summary>Folds the journal into the state. Knows no rules, calendar or policy: an event that was written counts.</summary>
public static class Evolve
{
    public static Case Fold(IEnumerable<Recorded> journal) =>
        journal.Aggregate((Case?)null, Apply) ?? throw new InvalidOperationException("A case has at least one event.");

    /// <exception cref="InvalidOperationException">The event cannot follow on this state: the journal is broken.</exception>
    public static Case Apply(Case? current, Recorded recorded)
    {
        if (recorded.Seq != (current?.Version ?? 0) + 1)
            throw new InvalidOperationException($"Event {recorded.Seq} does not follow version {current?.Version ?? 0}.");
        if (current is not null && current.Id != recorded.CaseId)
            throw new InvalidOperationException("The event belongs to another case.");
        var next = recorded.Event is CaseEvent.Registered facts
            ? current is null ? Begin(facts, recorded) : throw Impossible(recorded.Event, current)
            : Then(current ?? throw new InvalidOperationException("The first event of a case registers it."), recorded);
        return next with
        {
            Version = recorded.Seq,
            LastAt = recorded.At,
            // A late entry tells of an earlier day, and what the sweep finds makes nobody's entry a late one.
            LastOn = recorded.On > next.LastOn && !recorded.Event.IsOfSweep ? recorded.On : next.LastOn,
            LastActor = recorded.Actor,
            Clocks = recorded.Event.Clocks.Count == 0 ? next.Clocks : Replace(next.Clocks, recorded.Event.Clocks, clock => clock.Key),
        };
    }

    private static Case Begin(CaseEvent.Registered e, Recorded recorded) => new()
    {
        Id = recorded.CaseId,
        CaseNo = e.CaseNo,
        Status = Status.Registered,
        Channel = e.Channel,
        Initiation = e.Initiation,
        Track = e.Track,
        Procedure = e.Procedure,
        Category = e.Category,
        Division = e.Division,
        Summary = e.Summary,
        Description = e.Description,
        Amount = e.Amount,
        OccurredOn = e.OccurredOn,
        PersonsInvolved = e.PersonsInvolved,
        Major = e.Major,
        MissingItems = e.MissingItems,
        Repeat = e.Repeat,
        LinkedTo = e.LinkedTo,
        Court = e.Court,
        CourtCaseNo = e.CourtCaseNo,
        CourtRound = e.CourtRound,
        RegimeOn = e.RegimeOn,
        ReceivedOn = e.ReceivedOn,
        WantedBody = e.WantedBody,
        Desk = e.Desk,
        Centre = e.Centre,
        OpenedAt = recorded.At,
        OpenedOn = recorded.On,
        Parties = e.Parties,
        Risk = e.Risk,
        LastOn = recorded.On,
    };

    private static Case Then(Case c, Recorded recorded) => recorded.Event switch
    {
        CaseEvent.Accepted e => e.Body is null
            ? c with { Status = Status.Accepted }
            : c with
            {
                Status = e.Mediator is null ? Status.Accepted : Status.Assigned,
                Body = e.Body,
                Mediator = e.Mediator,
                AcceptedOn = recorded.On,
            },
        CaseEvent.NotAccepted => End(c, Status.NotAccepted, Outcome.NotAccepted, recorded.On),
        CaseEvent.Guided => End(c, Status.Guided, Outcome.Guided, recorded.On),
        CaseEvent.Referred e => c with { Status = Status.Referred, OfferedTo = e.Body },
        CaseEvent.ReferralAccepted e => c with
        {
            Status = Status.Accepted,
            Body = e.Body,
            OfferedTo = null,
            // A case that comes to its second body through a transfer has been taken in already.
            AcceptedOn = c.AcceptedOn ?? recorded.On,
        },
        CaseEvent.ReferralDeclined => c with { Status = Status.Accepted, OfferedTo = null },
        CaseEvent.TransferOffered e => c with { Transfer = new(e.To, e.Division) },
        CaseEvent.TransferAccepted e => Move(c, e),
        CaseEvent.TransferDeclined => c with { Transfer = null },
        CaseEvent.Assigned e => c with { Mediator = e.Mediator, Status = c.Status == Status.Accepted ? Status.Assigned : c.Status },
        CaseEvent.Recused e => c with
        {
            Mediator = null,
            RecusedMediators = [.. c.RecusedMediators, e.Mediator],
            Status = c.Status == Status.Suspended ? Status.Suspended : Status.Accepted,
        },
        CaseEvent.ConsentRecorded e => c with { Consents = Consent(c.Consents, e.Party, e.Given) },
        CaseEvent.SessionScheduled e => c with
        {
            Sessions = [.. c.Sessions, new(e.N, e.StartsAt, e.Minutes, e.Place, e.Kind, SessionState.Scheduled) { Round = c.Round }],
        },
        CaseEvent.SessionHeld e => ChangeSession(c, e.N, session => session with
        {
            State = SessionState.Held,
            Attendance = e.Attendance,
            Record = e.Record,
        }) with
        { Status = Status.InSession },
        CaseEvent.SessionCancelled e => ChangeSession(c, e.N, session => session with { State = SessionState.Cancelled }),
        CaseEvent.NoShowRecorded e => ChangeSession(c, e.N, session => session with { NoShows = [.. session.NoShows, e.Party] }),
        CaseEvent.Suspended => c with { Status = Status.Suspended },
        CaseEvent.Resumed => c with
        {
            Status = c.Mediator is null ? Status.Accepted
                : c.Sessions.Any(session => session.State == SessionState.Held && session.Round == c.Round) ? Status.InSession
                : Status.Assigned,
        },
        CaseEvent.Extended => c,
        CaseEvent.Settled e => End(c, Status.Settled, Outcome.Settled, recorded.On) with
        {
            Agreement = e.Agreement,
            Terms = [.. c.Terms, .. e.Terms],
        },
        CaseEvent.PartiallySettled e => (e.Rest == Rest.Continue ? c : End(c, Status.PartiallySettled, Outcome.Partial, recorded.On)) with
        {
            Agreement = e.Agreement,
            Terms = [.. c.Terms, .. e.Terms],
        },
        CaseEvent.Failed e => (c.HasPartialAgreement
            ? End(c, Status.PartiallySettled, Outcome.Partial, recorded.On)
            : End(c, Status.Failed, Outcome.Failed, recorded.On)) with
        { FailedBecause = e.Reason },
        CaseEvent.Withdrawn => End(c, Status.Withdrawn, Outcome.Withdrawn, recorded.On),
        CaseEvent.Terminated => End(c, Status.Terminated, Outcome.Terminated, recorded.On),
        CaseEvent.Recalled => End(c, Status.Recalled, Outcome.Recalled, recorded.On),
        CaseEvent.ConfirmationRequested e => c with { Confirmation = new(e.Court, e.RequestedOn, e.ByBothParties, ConfirmationState.Requested) },
        CaseEvent.ConfirmationNotAccepted => Confirm(c, recorded.Event, ConfirmationState.NotAccepted),
        CaseEvent.ConfirmationGranted e => Confirm(c, e, ConfirmationState.Granted, e.ConfirmationNo),
        CaseEvent.ConfirmationRejected => Confirm(c, recorded.Event, ConfirmationState.Rejected),
        CaseEvent.ConfirmationWithdrawn => Confirm(c, recorded.Event, ConfirmationState.Withdrawn),
        CaseEvent.TermPerformed e => ChangeTerm(c, e.N, term => term with
        {
            Paid = e.Amount is { } paid ? term.Paid + paid : term.Amount ?? term.Paid,
            State = e.Complete ? TermState.Performed : term.State,
        }),
        CaseEvent.TermDefaulted e => ChangeTerm(c, e.N, term => term with { State = TermState.Defaulted }),
        CaseEvent.RemediationStarted => Again(c) with { Status = c.Mediator is null ? Status.Accepted : Status.Assigned, Round = c.Round + 1 },
        CaseEvent.Corrected e => Mend(c, e),
        CaseEvent.FollowedUp => c with { FollowUps = c.FollowUps + 1 },
        CaseEvent.Archived => c with { Status = Status.Archived },
        CaseEvent.Reopened => Again(c) with
        {
            Status = c.Body is null ? Status.Registered : c.Mediator is null ? Status.Accepted : Status.Assigned,
            Round = c.Agreement is null ? c.Round : c.Round + 1,
        },
        CaseEvent.RiskSet e => c with { Risk = e.Risk, RiskItems = e.Items, RiskUntil = e.Until, RiskBase = e.Base, RedConfirmedAt = null },
        CaseEvent.RiskFellBack e => c with { Risk = e.Risk, RiskItems = e.Items, RiskUntil = null, RiskBase = null, RedConfirmedAt = null },
        CaseEvent.RedConfirmed => c with { RedConfirmedAt = recorded.At },
        CaseEvent.LeadNamed e => c with { Lead = e.Person, RedConfirmedAt = null },
        CaseEvent.LetterSent e => c with { Letters = [.. c.Letters, new(e.N, e.Kind, e.Issuer, e.Year, e.Number, e.To, e.Text, recorded.On, recorded.Actor, e.ReplyBy)] },
        CaseEvent.LetterReplied e => c with { Letters = Replace(c.Letters, [c.Letters[e.N - 1] with { Reply = e.Text, RepliedOn = recorded.On, RepliedBy = recorded.Actor }], letter => letter.N) },
        CaseEvent.LetterClosed e => c with { Letters = Replace(c.Letters, [c.Letters[e.N - 1] with { Remarks = e.Remarks, ClosedOn = recorded.On }], letter => letter.N) },
        CaseEvent.WhistleBlown e => c with { Whistles = [.. c.Whistles, new(e.N, e.From, e.Departments, e.Question, recorded.On, e.AnswerBy)] },
        CaseEvent.WhistleAnswered e => c with { Whistles = Replace(c.Whistles, [c.Whistles[e.N - 1] with { Answers = [.. c.Whistles[e.N - 1].Answers, new(e.Department, e.Text, recorded.On)] }], whistle => whistle.N) },
        CaseEvent.PapersReturned => c with { PapersReturned = true },
        CaseEvent.LawsuitFiled e => c with { FiledAs = e.NewCaseNo },
        CaseEvent.LawsuitConcluded e => c with { Concluded = e.Kind },
        CaseEvent.DueSoon or CaseEvent.Overdue or CaseEvent.Escalated or CaseEvent.ClockRecomputed or CaseEvent.NoticeAnswered => c,
        OtherEvent => c,
        _ => recorded.Event.Apply(c, recorded),
    };

    private static Case End(Case c, Status status, Outcome outcome, DateOnly on) => c with
    {
        Status = status,
        Outcome = outcome,
        ClosedOn = on,
        OfferedTo = null,
        Transfer = null,
        Sessions = [.. c.Sessions.Select(session =>
            session.State == SessionState.Scheduled ? session with { State = SessionState.Cancelled } : session)],
    };

    private static Case Again(Case c) => c with
    {
        Outcome = null,
        ClosedOn = null,
        FailedBecause = null,
        Confirmation = null,
        PapersReturned = false,
    };

    private static Case Move(Case c, CaseEvent.TransferAccepted e)
    {
        if (c.Transfer is null)
            throw Impossible(e, c);
        var moved = c with { Status = Status.Accepted, Transfer = null, Mediator = null, OfferedTo = null };
        return e.Division is null
            ? moved with { Body = e.To, Joined = [.. c.Joined.Where(code => code != e.To.Code)] }
            : moved with { Division = e.Division, Centre = e.To, Body = null, Joined = [] };
    }

    private static Case Confirm(Case c, CaseEvent e, ConfirmationState state, string? number = null) =>
        c.Confirmation is { State: ConfirmationState.Requested } asked
            ? c with { Confirmation = asked with { State = state, ConfirmationNo = number } }
            : throw Impossible(e, c);

    private static Case Mend(Case c, CaseEvent.Corrected e) => e.Field switch
    {
        "amount" => c with { Amount = e.To is null ? null : decimal.Parse(e.To, CultureInfo.InvariantCulture) },
        "category" => c with { Category = e.To ?? throw Impossible(e, c) },
        "division" => c with { Division = e.To ?? throw Impossible(e, c), Centre = e.Centre ?? c.Centre },
        _ when e.Party is not null && e.PartyDigest is not null && c.Parties.Any(party => party.Id == e.Party) => c with
        {
            Parties = [.. c.Parties.Select(party => party.Id == e.Party ? party with { Digest = e.PartyDigest } : party)],
        },
        _ => throw Impossible(e, c),
    };

    private static Case ChangeSession(Case c, int n, Func<Session, Session> change) => c.Sessions.Any(session => session.N == n)
        ? c with { Sessions = [.. c.Sessions.Select(session => session.N == n ? change(session) : session)] }
        : throw new InvalidOperationException($"There is no session {n}.");

    private static Case ChangeTerm(Case c, int n, Func<Term, Term> change) => c.Terms.Any(term => term.N == n)
        ? c with { Terms = [.. c.Terms.Select(term => term.N == n ? change(term) : term)] }
        : throw new InvalidOperationException($"There is no term {n}.");

    private static SortedDictionary<string, bool> Consent(IReadOnlyDictionary<string, bool> consents, string party, bool given)
    {
        var next = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (id, answer) in consents)
            next[id] = answer;
        next[party] = given;
        return next;
    }

    private static List<T> Replace<T, TKey>(IReadOnlyList<T> old, IReadOnlyList<T> changed, Func<T, TKey> key) where TKey : notnull
    {
        List<T> next = [.. old];
        foreach (var item in changed)
        {
            var at = next.FindIndex(other => key(other).Equals(key(item)));
            if (at < 0)
                next.Add(item);
            else
                next[at] = item;
        }
        return next;
    }

    internal static InvalidOperationException Impossible(CaseEvent happened, Case c) =>
        new($"{CaseJson.Kind(happened)} cannot happen to a case that is {c.Status}.");
}
