using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>
/// Records that judicial confirmation was asked for (申请司法确认), jointly and within 30 days of the agreement taking effect
/// (民事诉讼法 art. 205).
/// </summary>
[Requires(Permission.RequestConfirmation), CaseRoute("confirmation/request")]
public sealed record RequestConfirmation : CaseActionRequest
{
    /// <summary>Body code; the court that referred the case by default.</summary>
    [Ask(Ask.Court)]
    public string? Court { get; init; }

    [Ask(Ask.YesNo, Required = true)]
    public bool? ByBothParties { get; init; }

    public static RequestConfirmation Example => new() { Court = "430104-court", ByBothParties = true };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        if (Court is not null && await draft.Directory.FindBodyAsync(Court, cancellationToken) is not { Kind: "court" })
            throw ProblemException.Unknown("court", new("没有这个法院，请核对代码。", "There is no such court: check the code."));
        return new CaseCommand.RequestConfirmation(Court, ByBothParties!.Value);
    }

    public sealed class Validator : CaseActionValidator<RequestConfirmation>
    {
        public Validator()
        {
            RuleFor(request => request.Court).MaximumLength(50);
            RuleFor(request => request.ByBothParties).NotNull();
        }
    }
}
