using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    public sealed record PerformTerm(int N, decimal? Amount) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.PerformTerm(c, this);
    }

    public sealed record DefaultTerm(int N) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.DefaultTerm(c, this, context);
    }

    public sealed record Remediate(IReadOnlyList<string> Consents) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.Remediate(c, this);
    }

    public sealed record FollowUp(TextRef Method, int? Satisfaction, bool Performed, TextRef? Remarks) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.FollowUp(this);
    }
}

public abstract partial record CaseEvent
{
    /// <param name="Amount">Yuan paid this time; null when the whole term was performed.</param>
    /// <param name="Complete">With this the term is performed.</param>
    public sealed record TermPerformed(int N, decimal? Amount, bool Complete) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.ChangeTerm(c, N, term => term with
        {
            Paid = Amount is { } paid ? term.Paid + paid : term.Amount ?? term.Paid,
            State = Complete ? TermState.Performed : term.State,
        });
    }

    public sealed record TermDefaulted(int N) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            Evolve.ChangeTerm(c, N, term => term with { State = TermState.Defaulted });
    }

    public sealed record RemediationStarted(IReadOnlyList<string> Consents) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            Evolve.Reopen(c) with { Status = c.Mediator is null ? Status.Accepted : Status.Assigned, Round = c.Round + 1 };
    }

    /// <param name="Satisfaction">1 to 5.</param>
    public sealed record FollowedUp(TextRef Method, int? Satisfaction, bool Performed, TextRef? Remarks) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { FollowUps = c.FollowUps + 1 };
    }
}

public static partial class Decide
{
    internal static Decision PerformTerm(Case c, CaseCommand.PerformTerm command)
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

    internal static Decision DefaultTerm(Case c, CaseCommand.DefaultTerm command, DecideContext context)
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

    internal static Decision Remediate(Case c, CaseCommand.Remediate command)
    {
        if (Known(c, command.Consents, "consents") is { } unknown)
            return unknown;
        var missing = Missing(c, command.Consents);
        return missing.Count > 0 ? Refusals.ConsentMissing(missing) : new CaseEvent.RemediationStarted(command.Consents);
    }

    internal static Decision FollowUp(CaseCommand.FollowUp command) =>
        command.Satisfaction is < 1 or > 5
            ? Refusals.Satisfaction
            : new CaseEvent.FollowedUp(command.Method, command.Satisfaction, command.Performed, command.Remarks);
}
