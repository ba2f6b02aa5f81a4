using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Replaces the mediator at a party's request (回避): the request is enough (人民调解工作若干规定).</summary>
[Requires(Permission.Assign), CaseRoute("recuse")]
public sealed record RecuseMediator : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static RecuseMediator Example => new() { Reason = "申请人要求更换调解员" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Recuse(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<RecuseMediator>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
