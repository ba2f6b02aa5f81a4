using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Intake;

/// <summary>Does not accept the case (不予受理): it belongs elsewhere by law (人民调解工作若干规定 art. 22).</summary>
[Requires(Permission.Triage), CaseRoute("not-accept")]
public sealed record NotAccept : CaseActionRequest
{
    [Ask(Ask.Value, Required = true)]
    public NotAcceptReason? Reason { get; init; }

    public static NotAccept Example => new() { Reason = NotAcceptReason.AlreadyWithCourt };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.NotAccept(Reason!.Value));

    public sealed class Validator : CaseActionValidator<NotAccept>
    {
        public Validator() => RuleFor(request => request.Reason).NotNull();
    }
}
