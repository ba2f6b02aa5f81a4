using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Ends the case otherwise (其他终结), e.g. because its subject is gone.</summary>
[Requires(Permission.Conduct), CaseRoute("terminate", Secondary = true)]
public sealed record TerminateCase : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static TerminateCase Example => new() { Reason = "纠纷标的已灭失" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Terminate(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<TerminateCase>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
