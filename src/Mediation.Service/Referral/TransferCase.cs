using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>Asks another body, or the centre of another division, to take the case over (移送). The term runs on.</summary>
[Requires(Permission.Refer), CaseRoute("transfer", Secondary = true)]
public sealed record TransferCase : CaseActionRequest
{
    /// <summary>Body code.</summary>
    [Ask(Ask.Body)]
    public string? Body { get; init; }

    /// <summary>GB/T 2260 code; its centre is asked.</summary>
    [Ask(Ask.Line)]
    public string? Division { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static TransferCase Example => new() { Division = "430102", Reason = "纠纷发生地在芙蓉区" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var reason = draft.Text("reason", Reason!);
        if (Body is not null)
            return new CaseCommand.OfferTransfer(await draft.MediationBodyAsync(Body, "body", cancellationToken), null, reason);
        var centre = await draft.Directory.CentreOfAsync(Division!, cancellationToken)
            ?? throw ProblemException.Unknown("division", new("行政区划代码不存在，请核对。", "Unknown division code: check it."));
        return new CaseCommand.OfferTransfer(new BodyRef(centre.Code, centre.Division, centre.Level), Division, reason);
    }

    public sealed class Validator : CaseActionValidator<TransferCase>
    {
        public Validator()
        {
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
            RuleFor(request => request.Body).MaximumLength(50);
            RuleFor(request => request.Division).MaximumLength(12);
            RuleFor(request => request.Division).Must((request, division) => division is null != request.Body is null)
                .Saying("区划与组织二者填一。", "Give either a division or a body.");
        }
    }
}
