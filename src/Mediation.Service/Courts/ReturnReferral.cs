using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>The court has its papers of a failed case back (签收退回材料).</summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ReturnReferral : CourtAct, IEndpoint
{
    public static ReturnReferral Example => new() { CourtCaseNo = "（2026）湘0104民初15号" };

    internal override CaseCommand Command(CaseDraft draft) => new CaseCommand.ReturnPapers();

    public sealed class Validator : AbstractValidator<ReturnReferral>
    {
        public Validator() => RuleFor(request => request.CourtCaseNo).NotEmpty().MaximumLength(100);
    }

    public sealed class Handler(CourtActs acts) : IRequestHandler<ReturnReferral, CaseAnswer>
    {
        public Task<CaseAnswer> Handle(ReturnReferral request, CancellationToken cancellationToken) =>
            acts.ActAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => CourtActs.Map<ReturnReferral>(app, "returned");
}
