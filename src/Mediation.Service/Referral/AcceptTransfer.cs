using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Takes over a case that was offered by transfer (接收移送).</summary>
[Requires(Permission.AnswerTransfer), CaseRoute("transfer/accept")]
public sealed record AcceptTransfer : CaseActionRequest
{
    public static AcceptTransfer Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.AcceptTransfer());
}
