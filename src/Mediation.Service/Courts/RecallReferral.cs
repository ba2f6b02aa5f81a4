using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>The court takes an open case back (收回).</summary>
[Requires(Permission.ReferAsCourt)]
public sealed record RecallReferral : CourtAct, IEndpoint
{
    public string? Reason { get; init; }

    public static RecallReferral Example => new() { CourtCaseNo = "（2026）湘0104民初15号", Reason = "当事人申请立案" };

    internal override CaseCommand Command(CaseDraft draft) => new CaseCommand.Recall(draft.Text("reason", Reason!));

    public sealed class Validator : AbstractValidator<RecallReferral>
    {
        public Validator()
        {
            RuleFor(request => request.CourtCaseNo).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
        }
    }

    public sealed class Handler(CourtActs acts) : IRequestHandler<RecallReferral, CaseAnswer>
    {
        public Task<CaseAnswer> Handle(RecallReferral request, CancellationToken cancellationToken) =>
            acts.ActAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => CourtActs.Map<RecallReferral>(app, "recall");
}
