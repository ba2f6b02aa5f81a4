using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

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

    private static Decision Fail(Case c, CaseCommand.Fail command)
    {
        if (command.Reason == FailReason.ConsentRefused)
            return c.Consents.Values.Contains(false) ? new CaseEvent.Failed(command.Reason) : Refusals.NotRefused;
        return c.Status is Status.Referred || c.Body is null ? Refusals.OnlyRefused : new CaseEvent.Failed(command.Reason);
    }

    private static Decision Withdraw(Case c, CaseCommand.Withdraw command)
    {
        if (c.Parties.FirstOrDefault(party => party.Id == command.Party) is not { } who)
            return Refusals.UnknownParty("party");
        return who.Side == Side.Applicant ? new CaseEvent.Withdrawn(command.Party, command.Reason) : Refusals.NotApplicant;
    }

    private static Decision Settle(Case c, CaseCommand.Settle command, DecideContext context)
    {
        if (CheckAgreement(c, command.Agreement, [.. c.Parties.Select(party => party.Id)], context) is { } refusal)
            return refusal;
        return new CaseEvent.Settled(Signed(c, command.Agreement, partial: false), Terms(c, command.Agreement));
    }

    private static Decision SettlePartially(Case c, CaseCommand.SettlePartially command, DecideContext context)
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
        IReadOnlyList<string> signing = command.SettledParties.Count > 0 ? command.SettledParties : [.. c.Parties.Select(party => party.Id)];
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

    private static Refusal? CheckConfirmable(Case c, DecideContext context)
    {
        if (c.Agreement is null || c.Agreement.Round != c.Round || !IsConfirmable(c))
            return Refusals.NotConfirmableMatter;
        if (c.Confirmation is { State: ConfirmationState.Granted })
            return Refusals.AlreadyConfirmed;
        if (IsPending(c))
            return Refusals.ConfirmationPending;
        return c.Clock(ClockName.Confirmation) is { } window && context.On > window.DueOn ? Refusals.WindowClosed : null;
    }

    /// <summary>民诉法解释: status relations and the ownership of intellectual property cannot be confirmed.</summary>
    private static bool IsConfirmable(Case c) =>
        c.Agreement is { Form: not AgreementForm.Reconciled } && c.Category != IntellectualProperty
        && (c.Category != MarriageAndFamily || c.Terms.Any(term => term.Round == c.Round && term.Amount is not null));

    private static Decision RequestConfirmation(Case c, CaseCommand.RequestConfirmation command, DecideContext context)
    {
        if (!command.ByBothParties)
            return Refusals.BothParties;
        return (command.Court ?? c.Court) is { } court
            ? new CaseEvent.ConfirmationRequested(court, context.On, command.ByBothParties)
            : Refusals.CourtRequired;
    }

    private static Decision PerformTerm(Case c, CaseCommand.PerformTerm command)
    {
        if (c.Terms.FirstOrDefault(one => one.N == command.N) is not { } term)
            return Refusals.UnknownTerm;
        if (term.State == TermState.Performed)
            return Refusals.TermDone;
        if (command.Amount is not { } paid)
            return new CaseEvent.TermPerformed(command.N, null, Complete: true);
        if (paid <= 0)
            return Refusals.PaidNothing;
        // A promise of something other than money is performed when it is said to be, whatever was paid beside it.
        if (term.Amount is not { } owed)
            return new CaseEvent.TermPerformed(command.N, paid, Complete: false);
        return term.Paid + paid > owed ? Refusals.Overpaid : new CaseEvent.TermPerformed(command.N, paid, term.Paid + paid == owed);
    }

    private static Decision DefaultTerm(Case c, CaseCommand.DefaultTerm command, DecideContext context)
    {
        if (c.Terms.FirstOrDefault(one => one.N == command.N) is not { } term)
            return Refusals.UnknownTerm;
        if (term.State != TermState.Open)
            return term.State == TermState.Performed ? Refusals.TermDone : Refusals.TermDefaulted;
        var dueOn = c.Clock(ClockName.Performance, term.N)?.DueOn ?? term.DueOn;
        // Without a due day the creditor may ask at any time; one that hangs on an event is not due before it.
        var due = dueOn is null ? term.DueAfter is null : context.On > dueOn;
        return due ? new CaseEvent.TermDefaulted(command.N) : Refusals.TermNotDue;
    }

    private static Refusal? CheckRemediation(Case c)
    {
        if (IsPending(c))
            return Refusals.ConfirmationPending;
        var defaulted = c.Terms.Any(term => term.Round == c.Round && term.State == TermState.Defaulted);
        return defaulted || c.Confirmation is { State: ConfirmationState.Rejected } ? null : Refusals.NothingToRemediate;
    }

    private static Decision Remediate(Case c, CaseCommand.Remediate command)
    {
        if (Known(c, command.Consents, "consents") is { } unknown)
            return unknown;
        var missing = Missing(c, command.Consents);
        return missing.Count > 0 ? Refusals.ConsentMissing(missing) : new CaseEvent.RemediationStarted(command.Consents);
    }

    private static Refusal? CheckArchive(Case c) =>
        c.Terms.Any(term => term.Round == c.Round && term.State == TermState.Open) ? Refusals.TermsOpen
        : IsPending(c) ? Refusals.ArchiveConfirmationPending
        : null;

    private static Decision FollowUp(CaseCommand.FollowUp command) =>
        command.Satisfaction is < 1 or > 5
            ? Refusals.Satisfaction
            : new CaseEvent.FollowedUp(command.Method, command.Satisfaction, command.Performed, command.Remarks);
}
