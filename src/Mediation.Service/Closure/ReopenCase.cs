using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Opens a closed case again (重新启动).</summary>
[Requires(Permission.Reopen), CaseRoute("reopen")]
public sealed record ReopenCase : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static ReopenCase Example => new() { Reason = "出现新的证据" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Reopen(draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<ReopenCase>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
