using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Suspends the mediation (中止), e.g. during an appraisal: the time left is kept.</summary>
[Requires(Permission.Conduct), CaseRoute("suspend")]
public sealed record SuspendCase : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static SuspendCase Example => new() { Reason = "等待鉴定意见" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Suspend(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<SuspendCase>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
