using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Cancels a session that was fixed (取消调解安排).</summary>
[Requires(Permission.Conduct), CaseRoute("sessions/{n}/cancel", Numbers = Ask.Session)]
public sealed record CancelSession : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static CancelSession Example => new() { Reason = "申请人出差" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.CancelSession(N, draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<CancelSession>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}
