using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>
/// Gives the case to a mediator (指派). Refused with <c>conflict.ofInterest</c> where the mediator's identity or phone number
/// is a party's, after the end of the three-year term, or after recusal.
/// </summary>
[Requires(Permission.Assign), CaseRoute("assign")]
public sealed record AssignMediator : CaseActionRequest
{
    /// <summary>User name.</summary>
    [Ask(Ask.Mediator, Required = true)]
    public string? Mediator { get; init; }

    public static AssignMediator Example => new() { Mediator = "mediator1.430104001" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        return new CaseCommand.Assign(await draft.MediatorAsync(Mediator!, cancellationToken));
    }

    public sealed class Validator : CaseActionValidator<AssignMediator>
    {
        public Validator() => RuleFor(request => request.Mediator).NotEmpty().MaximumLength(64);
    }
}
