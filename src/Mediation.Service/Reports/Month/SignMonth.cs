using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Reports.Month;

/// <summary>The division's leader signs what was handed in (签批).</summary>
[Requires(Permission.SignMonth)]
public sealed record SignMonth : MonthAct, IEndpoint
{
    public static SignMonth Example => new();

    public sealed class Handler(MonthActs acts) : IRequestHandler<SignMonth, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(SignMonth request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, MonthStep.Sign, reason: null, freeze: null, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => MonthActs.Map<SignMonth>(app, "sign");
}
