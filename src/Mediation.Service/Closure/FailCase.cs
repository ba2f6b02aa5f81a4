using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Ends mediation without an agreement (调解不成, 人民调解法 art. 26): the parties are told of the other ways.</summary>
[Requires(Permission.Conduct), CaseRoute("fail")]
public sealed record FailCase : CaseActionRequest
{
    [Ask(Ask.Value, Required = true)]
    public FailReason? Reason { get; init; }

    public static FailCase Example => new() { Reason = FailReason.Deadlock };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Fail(Reason!.Value));

    public sealed class Validator : CaseActionValidator<FailCase>
    {
        public Validator() => RuleFor(request => request.Reason).NotNull().IsInEnum();
    }
}
