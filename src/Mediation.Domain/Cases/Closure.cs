using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    public sealed record Settle(AgreementDraft Agreement) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Settle(c, this, context);
    }

    /// <param name="RestCase">Id of the case that will carry the rest; required when <paramref name="Rest"/> is split.</param>
    public sealed record SettlePartially(
        AgreementDraft Agreement, IReadOnlyList<string> SettledParties, TextRef? SettledIssues, Rest Rest, Guid? RestCase) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.SettlePartially(c, this, context);
    }

    public sealed record Fail(FailReason Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Fail(c, this);
    }

    public sealed record Withdraw(string Party, TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Withdraw(c, this);
    }

    public sealed record Terminate(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Terminated(Reason);
    }

    public sealed record Archive : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Archived();
    }

    public sealed record Reopen(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Reopened(Reason);
    }
}

public abstract partial record CaseEvent
{
    public sealed record Settled(Agreement Agreement, IReadOnlyList<Term> Terms) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.Settled, Outcome.Settled, recorded.On) with
        {
            Agreement = Agreement,
            Terms = [.. c.Terms, .. Terms],
        };
    }

    /// <param name="RestCase">The new case that carries the rest, when it was split off.</param>
    public sealed record PartiallySettled(
        Agreement Agreement, IReadOnlyList<Term> Terms, IReadOnlyList<string> SettledParties, TextRef? SettledIssues,
        Rest Rest, Guid? RestCase) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            (Rest == Rest.Continue ? c : Evolve.End(c, Status.PartiallySettled, Outcome.Partial, recorded.On)) with
            {
                Agreement = Agreement,
                Terms = [.. c.Terms, .. Terms],
            };
    }

    public sealed record Failed(FailReason Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => (c.HasPartialAgreement
            ? Evolve.End(c, Status.PartiallySettled, Outcome.Partial, recorded.On)
            : Evolve.End(c, Status.Failed, Outcome.Failed, recorded.On)) with
        { FailedBecause = Reason };
    }

    public sealed record Withdrawn(string Party, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.Withdrawn, Outcome.Withdrawn, recorded.On);
    }

    public sealed record Terminated(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.Terminated, Outcome.Terminated, recorded.On);
    }

    public sealed record Archived : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Status = Status.Archived };
    }

    public sealed record Reopened(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Reopen(c) with
        {
            Status = c.Body is null ? Status.Registered : c.Mediator is null ? Status.Accepted : Status.Assigned,
            Round = c.Agreement is null ? c.Round : c.Round + 1,
        };
    }
}

public static partial class Decide
{
    private const string IntellectualProperty = "18";
    private const string MarriageAndFamily = "01";

    private static Refusal? CheckFailure(Case c)
    {
        // Where nobody mediates yet, a refusal is the only thing that can have failed.
        var mediated = c.Status is not Status.Referred && c.Body is not null;
        return mediated || c.Consents.Values.Contains(false) ? null : Refusals.NotRefused;
    }

    internal static Decision Fail(Case c, CaseCommand.Fail command)
    {
        if (command.Reason == FailReason.ConsentRefused)
            return c.Consents.Values.Contains(false) ? new CaseEvent.Failed(command.Reason) : Refusals.NotRefused;
        return c.Status is Status.Referred || c.Body is null ? Refusals.OnlyRefused : new CaseEvent.Failed(command.Reason);
    }

    internal static Decision Withdraw(Case c, CaseCommand.Withdraw command)
    {
        if (c.Parties.FirstOrDefault(party => party.Id == command.Party) is not { } who)
            return Refusals.UnknownParty("party");
        return who.Side == Side.Applicant ? new CaseEvent.Withdrawn(command.Party, command.Reason) : Refusals.NotApplicant;
    }

    internal static Decision Settle(Case c, CaseCommand.Settle command, DecideContext context)
    {
        if (CheckAgreement(c, command.Agreement, [.. c.Parties.Select(party => party.Id)], context) is { } refusal)
            return refusal;
        return new CaseEvent.Settled(Signed(c, command.Agreement, partial: false), Terms(c, command.Agreement));
    }

    internal static Decision SettlePartially(Case c, CaseCommand.SettlePartially command, DecideContext context)
    {
        if (command.Rest != Rest.Continue && SessionsRecorded(c, context) is { } open)
            return open;
        if (Known(c, command.SettledParties, "settledParties") is { } unknown)
            return unknown;
        if (command.SettledParties.Count == 0 && command.SettledIssues is null)
        {
            return Refusals.Incomplete("agreement.incomplete", "请说明哪些当事人或哪些事项已达成协议。", "Say which parties or which issues are settled.",
                new Dictionary<string, Message>(StringComparer.Ordinal)
                {
                    ["settledParties"] = new("请填写已达成协议的当事人或事项。", "Name the settled parties, or the settled issues."),
                });
        }
        if (command.Rest == Rest.Split && command.RestCase is null)
            return Refusals.RestCase;
        IReadOnlyList<string> signing = command.SettledParties.Count > 0
            ? command.SettledParties : [.. c.Parties.Select(party => party.Id)];
        if (CheckAgreement(c, command.Agreement, signing, context) is { } refusal)
            return refusal;
        return new CaseEvent.PartiallySettled(
            Signed(c, command.Agreement, partial: true), Terms(c, command.Agreement), command.SettledParties, command.SettledIssues,
            command.Rest, command.RestCase);
    }

    private static Agreement Signed(Case c, AgreementDraft draft, bool partial) => new(
        c.Round, draft.Form, draft.Facts, draft.Issues, draft.Way, draft.Sealed, draft.SignedOn,
        // 人民调解法 art. 29 and 30: in force on signature, an oral one on the day it is reached.
        EffectiveOn: draft.SignedOn, draft.Signatures, partial);

    private static List<Term> Terms(Case c, AgreementDraft draft)
    {
        var last = c.Terms.Select(term => term.N).DefaultIfEmpty().Max();
        return [.. draft.Terms.Select((term, i) => new Term(
            last + i + 1, term.Obligor, term.Obligee, term.What, term.Amount, term.DueOn, term.DueAfter)
        { Jointly = term.Jointly, Round = c.Round })];
    }

    private static Refusal? CheckArchive(Case c) =>
        c.Terms.Any(term => term.Round == c.Round && term.State == TermState.Open) ? Refusals.TermsOpen
        : IsPending(c) ? Refusals.ArchiveConfirmationPending
        : null;
}
