using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Does not take over a case that was offered by transfer (拒绝移送).</summary>
[Requires(Permission.AnswerTransfer), CaseRoute("transfer/decline")]
public sealed record DeclineTransfer : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static DeclineTransfer Example => new() { Reason = "本地无管辖依据" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.DeclineTransfer(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<DeclineTransfer>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
