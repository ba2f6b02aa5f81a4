using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Goes on after a suspension (恢复) with the time that was left.</summary>
[Requires(Permission.Conduct), CaseRoute("resume")]
public sealed record ResumeCase : CaseActionRequest
{
    public static ResumeCase Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Resume());
}
