using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>The court has confirmed the agreement (裁定确认有效); it can be enforced.</summary>
[Requires(Permission.ResolveConfirmation), CaseRoute("confirmation/granted")]
public sealed record ConfirmationGranted : CaseActionRequest
{
    /// <summary>Number of the ruling (诉前调确).</summary>
    [Ask(Ask.Line, Required = true)]
    public string? ConfirmationNo { get; init; }

    public static ConfirmationGranted Example => new() { ConfirmationNo = "（2026）湘0104诉前调确15号" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.GrantConfirmation(ConfirmationNo!.Trim()));

    public sealed class Validator : CaseActionValidator<ConfirmationGranted>
    {
        public Validator() => RuleFor(request => request.ConfirmationNo).NotEmpty().MaximumLength(100);
    }
}
