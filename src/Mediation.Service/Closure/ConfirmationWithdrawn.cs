using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>The request for confirmation was withdrawn (撤回).</summary>
[Requires(Permission.ResolveConfirmation), CaseRoute("confirmation/withdrawn")]
public sealed record ConfirmationWithdrawn : CaseActionRequest
{
    public static ConfirmationWithdrawn Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.WithdrawConfirmation());
}
