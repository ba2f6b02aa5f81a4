using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Ends the mediation because an applicant withdraws (撤回申请).</summary>
[Requires(Permission.Conduct), CaseRoute("withdraw", Secondary = true)]
public sealed record WithdrawCase : CaseActionRequest
{
    /// <summary>Id of the applicant.</summary>
    [Ask(Ask.Party, Required = true)]
    public string? Party { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static WithdrawCase Example => new() { Party = "p1", Reason = "双方已自行和解" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Withdraw(Party!, draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<WithdrawCase>
    {
        public Validator()
        {
            RuleFor(request => request.Party).NotEmpty().MaximumLength(10);
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
        }
    }
}
