namespace Mediation.Domain.Cases;

public static partial class Decide
{
    private static Decision AcceptReferral(Case c, CaseCommand.AcceptReferral command, DecideContext context)
    {
        var signedOn = command.SignedOn ?? context.On;
        if (signedOn > context.Today)
            return Refusals.FutureDate;
        if (signedOn < c.ReceivedOn)
            return Refusals.BeforeReceipt;
        return new CaseEvent.ReferralAccepted(c.OfferedTo!, signedOn);
    }

    private static Decision OfferTransfer(Case c, CaseCommand.OfferTransfer command)
    {
        if (command.Division is null && c.Body is null)
            return Refusals.NoBodyToTransfer;
        if (command.Division is null ? command.To.Code == c.Body!.Code : command.Division == c.Division)
            return Refusals.TransferToSelf;
        return new CaseEvent.TransferOffered(command.To, command.Division, command.Reason);
    }
}
