using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Lets another body mediate along (联合调解); it sees the case from then on.</summary>
[Requires(Permission.Refer), CaseRoute("join", Secondary = true)]
public sealed record JoinBody : CaseActionRequest
{
    /// <summary>Body code.</summary>
    [Ask(Ask.Body, Required = true)]
    public string? Body { get; init; }

    public static JoinBody Example => new() { Body = "430104-traffic" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        return new CaseCommand.Join(await draft.MediationBodyAsync(Body!, "body", cancellationToken));
    }

    public sealed class Validator : CaseActionValidator<JoinBody>
    {
        public Validator() => RuleFor(request => request.Body).NotEmpty().MaximumLength(50);
    }
}
