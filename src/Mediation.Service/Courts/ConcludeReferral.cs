using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>How the lawsuit behind the case ended (审结方式).</summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ConcludeReferral : CourtAct, IEndpoint
{
    public ConclusionKind? Kind { get; init; }

    public static ConcludeReferral Example => new() { CourtCaseNo = "（2026）湘0104民初15号", Kind = ConclusionKind.Judgment };

    internal override CaseCommand Command(CaseDraft draft) => new CaseCommand.ConcludeLawsuit(Kind!.Value);

    public sealed class Validator : AbstractValidator<ConcludeReferral>
    {
        public Validator()
        {
            RuleFor(request => request.CourtCaseNo).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Kind).NotNull();
        }
    }

    public sealed class Handler(CourtActs acts) : IRequestHandler<ConcludeReferral, CaseAnswer>
    {
        public Task<CaseAnswer> Handle(ConcludeReferral request, CancellationToken cancellationToken) =>
            acts.ActAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => CourtActs.Map<ConcludeReferral>(app, "conclusion");
}
