using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Reports.Month;

/// <summary>The body hands its month in (上报), once the cut-off day has passed.</summary>
[Requires(Permission.SubmitMonth)]
public sealed record SubmitMonth : MonthAct, IEndpoint
{
    public static SubmitMonth Example => new();

    public sealed class Handler(MonthActs acts) : IRequestHandler<SubmitMonth, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(SubmitMonth request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, MonthStep.Submit, reason: null, freeze: null, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => MonthActs.Map<SubmitMonth>(app, "submit");
}
