using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Gives an offered case back (退回分派), with the reason.</summary>
[Requires(Permission.AnswerReferral), CaseRoute("referral/decline")]
public sealed record DeclineReferral : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static DeclineReferral Example => new() { Reason = "不属于本组织调解范围" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.DeclineReferral(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<DeclineReferral>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
