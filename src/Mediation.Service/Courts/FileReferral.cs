using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>The dispute became a lawsuit (转入诉讼).</summary>
[Requires(Permission.ReferAsCourt)]
public sealed record FileReferral : CourtAct, IEndpoint
{
    public string? NewCaseNo { get; init; }

    public static FileReferral Example => new() { CourtCaseNo = "（2026）湘0104民初15号", NewCaseNo = "（2026）湘0104民初2001号" };

    internal override CaseCommand Command(CaseDraft draft) => new CaseCommand.FileLawsuit(
        CourtCaseNumber.TryParse(NewCaseNo, out var number)
            ? number.ToString() : throw new InvalidOperationException("The validator lets no other text pass."));

    public sealed class Validator : AbstractValidator<FileReferral>
    {
        public Validator()
        {
            RuleFor(request => request.CourtCaseNo).NotEmpty().MaximumLength(100);
            RuleFor(request => request.NewCaseNo).NotEmpty().Must(no => no is null || CourtCaseNumber.TryParse(no, out _))
                .Saying("案号格式不正确，应如（2026）湘0104民初15号。", "Not a court case number such as （2026）湘0104民初15号.");
        }
    }

    public sealed class Handler(CourtActs acts) : IRequestHandler<FileReferral, CaseAnswer>
    {
        public Task<CaseAnswer> Handle(FileReferral request, CancellationToken cancellationToken) =>
            acts.ActAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => CourtActs.Map<FileReferral>(app, "filing");
}
