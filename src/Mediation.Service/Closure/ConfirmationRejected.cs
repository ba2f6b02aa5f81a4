using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>The court has rejected the request for confirmation (驳回).</summary>
[Requires(Permission.ResolveConfirmation), CaseRoute("confirmation/rejected")]
public sealed record ConfirmationRejected : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static ConfirmationRejected Example => new() { Reason = "协议内容违反自愿原则" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.RejectConfirmation(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<ConfirmationRejected>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
