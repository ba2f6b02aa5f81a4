using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>The lead takes note that the case is red (签收红色预警): until then it shows as not confirmed.</summary>
[Requires(Permission.ConfirmRed), CaseRoute("risk/confirm", Secondary = true)]
public sealed record ConfirmRed : CaseActionRequest
{
    public static ConfirmRed Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.ConfirmRed());

    public sealed class Validator : CaseActionValidator<ConfirmRed>;
}
