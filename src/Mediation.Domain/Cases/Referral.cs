namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    public sealed record Refer(BodyRef Body, TextRef? Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Referred(Body, Reason);
    }

    /// <param name="SignedOn">Null: the business date of the command.</param>
    public sealed record AcceptReferral(DateOnly? SignedOn) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.AcceptReferral(c, this, context);
    }

    public sealed record DeclineReferral(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.ReferralDeclined(c.OfferedTo!.Code, Reason);
    }

    public sealed record OfferTransfer(BodyRef To, string? Division, TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.OfferTransfer(c, this);
    }

    public sealed record AcceptTransfer : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) =>
            new CaseEvent.TransferAccepted(c.Transfer!.To, c.Transfer.Division);
    }

    public sealed record DeclineTransfer(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.TransferDeclined(c.Transfer!.To.Code, Reason);
    }
}

public abstract partial record CaseEvent
{
    public sealed record Referred(BodyRef Body, TextRef? Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Status = Status.Referred, OfferedTo = Body };
    }

    public sealed record ReferralAccepted(BodyRef Body, DateOnly SignedOn) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Status = Status.Accepted,
            Body = Body,
            OfferedTo = null,
            // A case that comes to its second body through a transfer has been taken in already.
            AcceptedOn = c.AcceptedOn ?? recorded.On,
        };
    }

    public sealed record ReferralDeclined(string Body, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Status = Status.Accepted, OfferedTo = null };
    }

    public sealed record TransferOffered(BodyRef To, string? Division, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Transfer = new(To, Division) };
    }

    /// <param name="Division">Set when the whole case went to another division, whose centre dispatches it anew.</param>
    public sealed record TransferAccepted(BodyRef To, string? Division) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.Move(c, this);
    }

    public sealed record TransferDeclined(string By, TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Transfer = null };
    }
}

public static partial class Decide
{
    internal static Decision AcceptReferral(Case c, CaseCommand.AcceptReferral command, DecideContext context)
    {
        var signedOn = command.SignedOn ?? context.On;
        if (signedOn > context.Today)
            return Refusals.FutureDate;
        if (signedOn < c.ReceivedOn)
            return Refusals.BeforeReceipt;
        return new CaseEvent.ReferralAccepted(c.OfferedTo!, signedOn);
    }

    internal static Decision OfferTransfer(Case c, CaseCommand.OfferTransfer command)
    {
        if (command.Division is null && c.Body is null)
            return Refusals.NoBodyToTransfer;
        if (command.Division is null ? command.To.Code == c.Body!.Code : command.Division == c.Division)
            return Refusals.TransferToSelf;
        return new CaseEvent.TransferOffered(command.To, command.Division, command.Reason);
    }
}
