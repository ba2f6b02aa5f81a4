using System.Globalization;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    /// <param name="Self">The body that accepts for itself; null when the centre accepts.</param>
    /// <param name="TermFrom">For the traffic police: the end of funeral or treatment, the grading, or the loss being fixed.</param>
    public sealed record Accept(BodyRef? Self, MediatorCheck? Mediator, DateOnly? TermFrom) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Accept(c, this, context);
    }

    public sealed record NotAccept(NotAcceptReason Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.NotAccepted(Reason);
    }

    public sealed record Guide(GuideRoute Route) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Guided(Route);
    }

    /// <param name="Correction">Already resolved: old and new value (or HMACs), new centre when the division changes.</param>
    public sealed record Correct(CaseEvent.Corrected Correction) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Correct(c, Correction);
    }
}

public abstract partial record CaseEvent
{
    /// <param name="Body">The body that took it in for itself; null when the centre took it in to refer it.</param>
    public sealed record Accepted(BodyRef? Body, string? Mediator) : CaseEvent
    {
        /// <summary>Where the traffic police's term starts, when it is not the day of acceptance.</summary>
        public DateOnly? TermFrom { get; init; }

        internal override Case Apply(Case c, Recorded recorded) => Body is null
            ? c with { Status = Status.Accepted }
            : c with
            {
                Status = Mediator is null ? Status.Accepted : Status.Assigned,
                Body = Body,
                Mediator = Mediator,
                AcceptedOn = recorded.On,
            };
    }

    public sealed record NotAccepted(NotAcceptReason Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.NotAccepted, Outcome.NotAccepted, recorded.On);
    }

    public sealed record Guided(GuideRoute Route) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.Guided, Outcome.Guided, recorded.On);
    }

    /// <param name="Field">amount, category, division or parties.p1.name and the like.</param>
    /// <param name="From">The old value, or its HMAC where it is personal.</param>
    /// <param name="PartyDigest">The party's new HMAC, when a party was corrected.</param>
    public sealed record Corrected(string Field, string? From, string? To, TextRef Reason) : CaseEvent
    {
        public string? Party { get; init; }
        public string? PartyDigest { get; init; }
        public BodyRef? Centre { get; init; }

        internal override Case Apply(Case c, Recorded recorded) => Evolve.ApplyCorrection(c, this);
    }
}

public static partial class Decide
{
    private const int MostParties = 200;

    private static Decision Register(CaseEvent.Registered facts, DecideContext context)
    {
        if (context.On > context.Today || facts.ReceivedOn > context.Today || facts.RegimeOn > context.Today)
            return Refusals.FutureDate;
        var wrong = new Dictionary<string, Message>(StringComparer.Ordinal);
        if (facts.Parties.Count is 0 or > MostParties)
            wrong["parties"] = new("当事人应为 1 至 200 名。", "Name 1 to 200 parties.");
        else if (facts.Parties.All(party => party.Side != Side.Respondent))
            wrong["parties"] = new("请至少填写一名被申请人。", "Name at least one respondent.");
        else if (facts.Initiation != Initiation.OwnInitiative && facts.Parties.All(party => party.Side != Side.Applicant))
            wrong["parties"] = new("请至少填写一名申请人；主动调解的除外。", "Name at least one applicant, unless the body acts on its own initiative.");
        for (var i = 0; i < facts.Parties.Count; i++)
        {
            if (facts.Parties[i].Id != string.Create(CultureInfo.InvariantCulture, $"p{i + 1}"))
                wrong[$"parties[{i}].id"] = new("当事人编号应依次为 p1、p2……", "Party ids are p1, p2, … in order.");
        }
        var courtTrack = facts.Track is Track.Delegated or Track.Entrusted;
        if (courtTrack && facts.Court is null)
            wrong["court"] = new("委派、委托调解须填写法院。", "A delegated or entrusted case names its court.");
        if (courtTrack && facts.RegimeOn is null)
            wrong["receivedOn"] = new("委派、委托调解须填写移送或立案日期。", "A delegated or entrusted case gives its date of referral or filing.");
        if (facts.Channel == Channel.Court && !courtTrack)
            wrong["track"] = new("法院移送的案件须为委派或委托调解。", "A case from a court is delegated or entrusted.");
        if (wrong.Count > 0)
            return Refusals.Incomplete("case.incomplete", "登记内容不完整，请按提示补正。",
                "The registration is not complete; correct the fields named.", wrong);
        var policy = context.Policies.Find(ClockName.Intake, facts.Track, facts.Procedure, facts.Category, facts.Risk, context.On);
        return facts with { Clocks = [Clock.Start(policy, context.On, context.Calendar)], LateReason = context.LateReason };
    }

    internal static Decision Accept(Case c, CaseCommand.Accept command, DecideContext context)
    {
        if (command.TermFrom > context.Today)
            return Refusals.FutureDate;
        if (command.Self is not { } self)
            return command.Mediator is null ? new CaseEvent.Accepted(null, null) : Refusals.MediatorWithoutBody;
        if (c.Channel == Channel.Court)
            return Refusals.CourtReferral;
        if (c.Desk.Code != self.Code)
            return Refusals.NotOwnDesk;
        if (command.Mediator is { } mediator && CheckMediator(c with { Body = self }, mediator, context) is { } refusal)
            return refusal;
        return new CaseEvent.Accepted(self, command.Mediator?.User) { TermFrom = command.TermFrom };
    }

    internal static Decision Correct(Case c, CaseEvent.Corrected correction)
    {
        if (correction.From == correction.To)
            return Refusals.SameValue;
        return correction.Field switch
        {
            "amount" => correction.To is null || (decimal.TryParse(correction.To, NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var yuan) && yuan >= 0)
                ? correction : Refusals.CorrectValue,
            "category" => Category.Exists(correction.To) ? correction : Refusals.CorrectValue,
            "division" => string.IsNullOrEmpty(correction.To) ? Refusals.CorrectValue : correction,
            _ when correction.Party is null || correction.PartyDigest is null => Refusals.CorrectField,
            _ => Has(c, correction.Party) ? correction : Refusals.UnknownParty("field"),
        };
    }
}
