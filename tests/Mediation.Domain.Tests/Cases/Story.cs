using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Tests.Cases;

/// <summary>A case on its way, told in commands. People and bodies are invented.</summary>
public sealed class Story
{
    public static readonly BodyRef Committee = new("TC0104", "430104001", Level.Township);
    public static readonly BodyRef OtherCommittee = new("TC0105", "430104002", Level.Township);
    public static readonly BodyRef Centre = new("ZX0104", "430104", Level.County);
    public static readonly BodyRef OtherCentre = new("ZX0302", "430302", Level.County);
    public static readonly TextRef Text = new(new Guid("018f0000-0000-7000-8000-000000000001"), "ab12");
    public static readonly WorkingCalendar Calendar = new(
        Enumerable.Range(1, 7).Select(day => new CalendarDay(new(2026, 10, day), IsHoliday: true, "国庆节"))
            .Append(new CalendarDay(new(2026, 10, 10), IsHoliday: false, "国庆节")));
    public const string Mediator = "li.mediator";

    private readonly List<Recorded> journal = [];
    private Case? state;

    public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    public Case Case => state ?? throw new InvalidOperationException("Nothing has been registered.");
    public IReadOnlyList<Recorded> Journal => journal;
    public DateOnly Today => ShanghaiTime.DateOf(Now);
    public CaseEvent Last => journal[^1].Event;

    public static CaseEvent.Registered Facts(Track track = Track.People, string category = "04", Channel? channel = null) => new(
        "430104-2026-00000001", channel ?? (track is Track.Delegated or Track.Entrusted ? Channel.Court : Channel.WalkIn),
        Initiation.Application, track, category, "430104001", Committee, Centre, Text,
        [Party("p1", Side.Applicant), Party("p2", Side.Respondent)])
    {
        Court = track is Track.Delegated or Track.Entrusted ? "FY0104" : null,
        RegimeOn = track is Track.Delegated or Track.Entrusted ? new(2026, 2, 20) : null,
        ReceivedOn = track is Track.Delegated or Track.Entrusted ? new(2026, 2, 20) : null,
    };

    public static Party Party(string id, Side side, bool minor = false, params Representative[] representatives) =>
        new(id, side, PartyKind.Person, minor, "d-" + id, representatives);

    public static AgreementDraft Draft(DateOnly on, params TermDraft[] terms) => new(
        AgreementForm.Written, Text, Text, terms.Length > 0 ? terms : [Pays(on.AddDays(10))], Text, Sealed: true,
        on, ["p1", "p2", "mediator"]);

    public static TermDraft Pays(DateOnly? dueOn, decimal? amount = 1000m, DueAfter? after = null) =>
        new("p2", "p1", Text, amount, dueOn, after, []);

    public static MediatorCheck Check(string user = Mediator, string? body = null) =>
        new(user, body ?? Committee.Code, new(2028, 1, 1), Conflict: false);

    public static Story Registered(Track track = Track.People, string category = "04") => Registered(Facts(track, category));

    public static Story Registered(CaseEvent.Registered facts) => new Story().Do(new CaseCommand.Register(facts));

    public DecideContext Context(DateOnly? on = null, bool late = false, string actor = "wang.clerk") =>
        new(Now, on ?? Today, actor, Calendar, DeadlinePolicies.Default, late ? Text : null) { Ladders = Ladders };

    public LadderTable Ladders { get; set; } = LadderTable.Default;

    /// <summary>Decides without going on.</summary>
    public Decision Ask(CaseCommand command, DateOnly? on = null, bool late = false) => Decide.Handle(state, command, Context(on, late));

    public Refusal Refused(CaseCommand command, DateOnly? on = null, bool late = false) =>
        Ask(command, on, late).Refusal ?? throw new Xunit.Sdk.XunitException($"{command} was not refused.");

    public Story Do(CaseCommand command, DateOnly? on = null, bool late = false)
    {
        var decision = Ask(command, on, late);
        if (decision.Refusal is { } refusal)
            throw new Xunit.Sdk.XunitException($"{command} was refused: {refusal.Code} {string.Join(", ", refusal.Fields.Keys)}");
        Write(decision, Context(on, late));
        Now = Now.AddMinutes(10);
        return this;
    }

    public void Write(Decision decision, DecideContext context)
    {
        foreach (var happened in decision.Events)
        {
            var recorded = new Recorded(new Guid("018f0000-0000-7000-8000-00000000000a"), journal.Count + 1, context.Now, context.On,
                context.Actor, null, happened);
            state = Evolve.Apply(state, recorded);
            journal.Add(recorded);
        }
    }

    public Story Sweep()
    {
        Write(Decide.Handle(Case, new CaseCommand.Tick(), Context(actor: Decide.System)), Context(actor: Decide.System));
        return this;
    }

    public Story Days(int days)
    {
        Now = Now.AddDays(days);
        return this;
    }

    public Story Copy()
    {
        var copy = new Story { Now = Now, state = state };
        copy.journal.AddRange(journal);
        return copy;
    }

    public Story AcceptedByCentre() => Do(new CaseCommand.Accept(null, null, null));

    public Story Referred() => Do(new CaseCommand.Refer(Committee, null));

    public Story TakenUp() => AcceptedByCentre().Referred().Do(new CaseCommand.AcceptReferral(null));

    public Story Assigned() => TakenUp().Do(new CaseCommand.Assign(Check()));

    public Story Willing() => Consent("p1", true).Consent("p2", true);

    public Story Consent(string party, bool given) => Do(new CaseCommand.RecordConsent(party, given, Story.Text));

    public Story Scheduled() => Do(new CaseCommand.ScheduleSession(Now, 60, Text, SessionKind.InPerson));

    public Story Ready() => Assigned().Willing();

    public Story Sitting() => Ready().Scheduled().Do(new CaseCommand.HoldSession(1, ["p1", "p2"], Text));

    public Story Settled(params TermDraft[] terms) => Ready().Do(new CaseCommand.Settle(Draft(Today, terms)));

    public Story SettledInPart(Rest rest, params TermDraft[] terms) => Do(new CaseCommand.SettlePartially(
        Draft(Today, terms), [], Text, rest, rest == Rest.Split ? new Guid("018f0000-0000-7000-8000-00000000000b") : null));

    public Story Offered() => Do(new CaseCommand.OfferTransfer(OtherCentre, "430302", Text));

    public Story Performed() => Case.Terms.Where(term => term.State == TermState.Open)
        .Aggregate(this, (story, term) => story.Do(new CaseCommand.PerformTerm(term.N, null)));

    public Story Defaulted() => Days(40).Do(new CaseCommand.DefaultTerm(1));
}
