using System.Text.Json.Serialization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Platform.Journal;

/// <summary>A case as the API and the pages show it to one caller: numbers masked, a court without what was said.</summary>
[Versioned]
public sealed record CaseView(
    Guid Id, string CaseNo, int Version, Stage Stage, Status Status, Outcome? Outcome, Risk Risk, Timeliness Timeliness, Track Track,
    Procedure? Procedure, Channel Channel, Initiation Initiation, string Category, string Division, string? Court, string? CourtCaseNo,
    int? CourtRound, string? Body, string? OfferedTo, string? TransferTo, IReadOnlyList<string> Joined, string? Mediator, string? Lead,
    string? Summary, string? Description, decimal? Amount, bool Major, bool Repeat, int? PersonsInvolved, DateOnly? OccurredOn,
    string? MissingItems, DateTimeOffset OpenedAt, DateOnly OpenedOn, DateOnly? AcceptedOn, DateOnly? ClosedOn, DateTimeOffset? Due,
    int Round, IReadOnlyList<ClockView> Clocks, IReadOnlyList<PartyView> Parties, IReadOnlyList<SessionView> Sessions,
    AgreementView? Agreement, Confirmation? Confirmation, FailReason? FailedBecause, string? FiledAs, ConclusionKind? Concluded,
    bool? PapersReturned, DateOnly? RiskUntil, IReadOnlyList<string> RiskItems, Risk? RiskBase, bool LacksLead,
    DateTimeOffset? RedConfirmedAt, Guid? LinkedTo, DateOnly? ReceivedOn, string? WantedBody, IReadOnlyList<LetterView> Letters,
    IReadOnlyList<WhistleView> Whistles, IReadOnlyList<DisclosureView> Disclosures)
{
    /// <summary>The day that ends with <see cref="Due"/>.</summary>
    [JsonIgnore]
    public DateOnly? DueOn => Clocks.Where(clock => clock.State == ClockState.Running).Min(clock => (DateOnly?)clock.DueOn);

    public static CaseView Of(StoredCase stored, Caller caller, WorkingCalendar calendar, IReadOnlyList<DeadlinePolicy> policies)
    {
        var state = stored.State;
        var court = caller.Role == Role.Court;
        // What is said in mediation goes to nobody outside it; a mediator's notes stay with the mediators of the case.
        var readsRecords = !court && caller.Role is Role.Mediator or Role.Head && state.Body?.Code == caller.Body;
        return new CaseView(state.Id, state.CaseNo, state.Version, state.Stage, state.Status, state.Outcome, state.Risk, state.Timeliness,
            state.Track, state.Procedure, state.Channel, state.Initiation, state.Category, state.Division, state.Court, state.CourtCaseNo,
            state.CourtCaseNo is null ? null : state.CourtRound, state.Body?.Code, state.OfferedTo?.Code, state.Transfer?.To.Code,
            state.Joined, state.Mediator, state.Lead, stored.Text(state.Summary), stored.Text(state.Description), state.Amount, state.Major,
            state.Repeat, state.PersonsInvolved, state.OccurredOn, stored.Text(state.MissingItems), state.OpenedAt, state.OpenedOn,
            state.AcceptedOn, state.ClosedOn, state.Due, state.Round,
            [.. state.Clocks.Select(clock => ClockView.Of(clock, calendar, policies, stored))], [.. state.Parties.Select(
                party => PartyView.Of(party, stored.Party(party.Id), state.Consents.TryGetValue(party.Id, out var given) ? given : null))],
            [.. state.Sessions.Select(session => SessionView.Of(session, court ? null : stored, readsRecords))],
            state.Agreement is null || court ? null : AgreementView.Of(state, stored), state.Confirmation, state.FailedBecause,
            state.FiledAs, state.Concluded, state.Court is null ? null : state.PapersReturned, court ? null : state.RiskUntil,
            court ? [] : state.RiskItems, court ? null : state.RiskBase, !court && state.LacksLead, court ? null : state.RedConfirmedAt,
            state.LinkedTo, state.ReceivedOn, state.WantedBody,
            court ? [] : [.. state.Letters.Select(letter => LetterView.Of(letter, stored))],
            court ? [] : [.. state.Whistles.Select(whistle => WhistleView.Of(whistle, stored))],
            court ? [] : [.. state.Disclosures.Select(told => new DisclosureView(told.Mediator, told.Party, stored.Text(told.Relation)))]);
    }
}

/// <param name="Term">The number of the term, for a performance clock.</param>
/// <param name="DueAt">End of the due day: 16:00:00Z.</param>
/// <param name="Policy">Id of the deadline policy by which it was computed.</param>
public sealed record ClockView(
    ClockName Name, int? Term, DateOnly StartedOn, DateTimeOffset StartedAt, DateTimeOffset DueAt, DateOnly DueOn, ClockState State,
    Timeliness Timeliness, DateOnly? EndedOn, int Escalations, string Policy, IReadOnlyList<ExplanationView> Explanation)
{
    public static ClockView Of(Clock clock, WorkingCalendar calendar, IReadOnlyList<DeadlinePolicy> policies, StoredCase stored) =>
        new(clock.Name, clock.Subject, clock.StartedOn, clock.StartedAt,
            clock.DueAt, clock.DueOn, clock.State, clock.Timeliness, clock.EndedOn, clock.StepsDone,
            clock.PolicyId,
            ExplanationView.Of(clock, policies.First(policy => policy.Id == clock.PolicyId), calendar, id => stored.Party(id)?.Name ?? id));
}

/// <summary>One line of why a deadline falls on its day.</summary>
public sealed record ExplanationView(string Code, string Text)
{
    /// <param name="name">The name of a party by its id.</param>
    public static IReadOnlyList<ExplanationView> Of(
        Clock clock, DeadlinePolicy policy, WorkingCalendar calendar, Func<string, string>? name = null) =>
        [.. clock.Explain(policy, calendar, name).Select(line => new ExplanationView(line.Code, new Message(line.Zh, line.En).In()))];
}

public sealed record PartyView(
    string Id, Side Side, PartyKind Kind, string Name, string? IdentityNumber, string? CreditCode, string? Phone, string? Address,
    bool Minor, bool? Consent, IReadOnlyList<RepresentativeView> Representatives)
{
    public static PartyView Of(Party party, PartyRow? row, bool? consent) => new(party.Id, party.Side, party.Kind, row?.Name ?? "—",
        row?.IdentityNumber is { } number ? Mask(number) : null, row?.CreditCode, row?.Phone is { } phone ? Mask(phone) : null,
        row?.Address, party.Minor, consent,
        [.. (row?.Representatives ?? []).Select((person, index) =>
            new RepresentativeView($"{party.Id}.r{index + 1}", person.Name, person.Kind, person.Authority,
                person.Phone is { } phone ? Mask(phone) : null))]);

    /// <summary>The first three and the last four characters.</summary>
    private static string Mask(string number) =>
        number.Length <= 7 ? new string('*', number.Length) : number[..3] + new string('*', number.Length - 7) + number[^4..];
}

public sealed record RepresentativeView(string Id, string Name, RepresentativeKind Kind, Authority Authority, string? Phone);

public sealed record SessionView(
    int N, DateTimeOffset StartsAt, int Minutes, SessionKind Kind, SessionState State, string? Place, IReadOnlyList<string> Attendance,
    IReadOnlyList<string> NoShows, string? Record)
{
    public static SessionView Of(Session session, StoredCase? stored, bool readsRecords) =>
        new(session.N, session.StartsAt, session.Minutes,
            session.Kind, session.State, stored?.Text(session.Place), session.Attendance, session.NoShows,
            readsRecords ? stored?.Text(session.Record) : null);
}

public sealed record AgreementView(
    AgreementForm Form, bool Partial, string? Facts, string? Issues, string? Way, bool Sealed, DateOnly SignedOn, DateOnly EffectiveOn,
    IReadOnlyList<string> Signatures, IReadOnlyList<TermView> Terms)
{
    public static AgreementView Of(Case state, StoredCase stored)
    {
        var agreement = state.Agreement!;
        return new AgreementView(agreement.Form, agreement.Partial, stored.Text(agreement.Facts), stored.Text(agreement.Issues),
            stored.Text(agreement.Way), agreement.Sealed, agreement.SignedOn, agreement.EffectiveOn, agreement.Signatures,
            [.. state.Terms.Select(term => new TermView(term.N, term.Obligor, term.Obligee, stored.Text(term.What), term.Amount, term.Paid,
                term.DueOn, term.DueAfter, term.Jointly, term.State))]);
    }
}

/// <summary>A mediator's relation to a party.</summary>
/// <param name="Mediator">User name.</param>
/// <param name="Party">Party id.</param>
public sealed record DisclosureView(string Mediator, string Party, string? Relation);

public sealed record TermView(
    int N, string Obligor, string Obligee, string? What, decimal? Amount, decimal Paid, DateOnly? DueOn, DueAfter? DueAfter,
    IReadOnlyList<string> Jointly, TermState State);
