using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>The court does not take the request for confirmation (不予受理).</summary>
[Requires(Permission.ResolveConfirmation), CaseRoute("confirmation/not-accepted")]
public sealed record ConfirmationNotAccepted : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static ConfirmationNotAccepted Example => new() { Reason = "不属于受理范围" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.RefuseConfirmation(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<ConfirmationNotAccepted>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
