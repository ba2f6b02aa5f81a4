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
            : recorded.Event.Apply(current ?? throw new InvalidOperationException("The first event of a case registers it."), recorded);
        return next with
        {
            Version = recorded.Seq,
            LastAt = recorded.At,
            // A late entry is of an earlier day, and what the sweep finds makes nobody's entry a late one.
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

    internal static Case End(Case c, Status status, Outcome outcome, DateOnly on) => c with
    {
        Status = status,
        Outcome = outcome,
        ClosedOn = on,
        OfferedTo = null,
        Transfer = null,
        Sessions = [.. c.Sessions.Select(session =>
            session.State == SessionState.Scheduled ? session with { State = SessionState.Cancelled } : session)],
    };

    internal static Case Reopen(Case c) => c with
    {
        Outcome = null,
        ClosedOn = null,
        FailedBecause = null,
        Confirmation = null,
        PapersReturned = false,
    };

    internal static Case Move(Case c, CaseEvent.TransferAccepted e)
    {
        if (c.Transfer is null)
            throw Impossible(e, c);
        var moved = c with { Status = Status.Accepted, Transfer = null, Mediator = null, OfferedTo = null };
        return e.Division is null
            ? moved with { Body = e.To, Joined = [.. c.Joined.Where(code => code != e.To.Code)] }
            : moved with { Division = e.Division, Centre = e.To, Body = null, Joined = [] };
    }

    internal static Case Confirm(Case c, CaseEvent e, ConfirmationState state, string? number = null) =>
        c.Confirmation is { State: ConfirmationState.Requested } asked
            ? c with { Confirmation = asked with { State = state, ConfirmationNo = number } }
            : throw Impossible(e, c);

    internal static Case ApplyCorrection(Case c, CaseEvent.Corrected e) => e.Field switch
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

    internal static Case ChangeSession(Case c, int n, Func<Session, Session> change) => c.Sessions.Any(session => session.N == n)
        ? c with { Sessions = [.. c.Sessions.Select(session => session.N == n ? change(session) : session)] }
        : throw new InvalidOperationException($"There is no session {n}.");

    internal static Case ChangeTerm(Case c, int n, Func<Term, Term> change) => c.Terms.Any(term => term.N == n)
        ? c with { Terms = [.. c.Terms.Select(term => term.N == n ? change(term) : term)] }
        : throw new InvalidOperationException($"There is no term {n}.");

    internal static SortedDictionary<string, bool> Consent(IReadOnlyDictionary<string, bool> consents, string party, bool given)
    {
        var next = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (id, answer) in consents)
            next[id] = answer;
        next[party] = given;
        return next;
    }

    internal static List<T> Replace<T, TKey>(IReadOnlyList<T> old, IReadOnlyList<T> changed, Func<T, TKey> key) where TKey : notnull
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
