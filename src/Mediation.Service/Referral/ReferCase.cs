using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Offers the case to a mediation body (分派); the answer is due by a clock.</summary>
[Requires(Permission.Refer), CaseRoute("refer")]
public sealed record ReferCase : CaseActionRequest
{
    /// <summary>Body code.</summary>
    [Ask(Ask.Body, Required = true)]
    public string? Body { get; init; }

    [Ask(Ask.Area)]
    public string? Reason { get; init; }

    public static ReferCase Example => new() { Body = "430104001-committee" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var body = await draft.MediationBodyAsync(Body!, "body", cancellationToken);
        return new CaseCommand.Refer(body, draft.OptionalText("reason", Reason));
    }

    public sealed class Validator : CaseActionValidator<ReferCase>
    {
        public Validator()
        {
            RuleFor(request => request.Body).NotEmpty().MaximumLength(50);
            RuleFor(request => request.Reason).MaximumLength(500);
        }
    }
}
