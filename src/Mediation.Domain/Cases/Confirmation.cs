using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    /// <param name="Court">Body code; null: the court that referred the case.</param>
    public sealed record RequestConfirmation(string? Court, bool ByBothParties) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.RequestConfirmation(c, this, context);
    }

    public sealed record RefuseConfirmation(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.ConfirmationNotAccepted(Reason);
    }

    public sealed record GrantConfirmation(string ConfirmationNo) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.ConfirmationGranted(ConfirmationNo);
    }

    public sealed record RejectConfirmation(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.ConfirmationRejected(Reason);
    }

    public sealed record WithdrawConfirmation : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.ConfirmationWithdrawn();
    }
}

public abstract partial record CaseEvent
{
    public sealed record ConfirmationRequested(string Court, DateOnly RequestedOn, bool ByBothParties) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Confirmation = new(Court, RequestedOn, ByBothParties, ConfirmationState.Requested) };
    }

    public sealed record ConfirmationNotAccepted(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Confirm(c, this, ConfirmationState.NotAccepted);
    }

    public sealed record ConfirmationGranted(string ConfirmationNo) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Confirm(c, this, ConfirmationState.Granted, ConfirmationNo);
    }

    public sealed record ConfirmationRejected(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Confirm(c, this, ConfirmationState.Rejected);
    }

    public sealed record ConfirmationWithdrawn : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Confirm(c, this, ConfirmationState.Withdrawn);
    }
}

public static partial class Decide
{
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

    internal static Decision RequestConfirmation(Case c, CaseCommand.RequestConfirmation command, DecideContext context)
    {
        if (!command.ByBothParties)
            return Refusals.BothParties;
        return (command.Court ?? c.Court) is { } court
            ? new CaseEvent.ConfirmationRequested(court, context.On, command.ByBothParties)
            : Refusals.CourtRequired;
    }
}
