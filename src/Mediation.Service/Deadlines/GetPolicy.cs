using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Deadlines;

/// <summary>One deadline policy.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record GetPolicy(string Policy) : IRequest<PolicyView>, IEndpoint
{
    public sealed class Handler(DeadlinePolicySource source, TimeProvider clock) : IRequestHandler<GetPolicy, PolicyView>
    {
        public async Task<PolicyView> Handle(GetPolicy request, CancellationToken cancellationToken) =>
            (await source.GetAsync(cancellationToken)).FirstOrDefault(policy => policy.Id == request.Policy) is { } found
                ? PolicyView.Of(found, ShanghaiTime.DateOf(clock.GetUtcNow()))
                : throw ProblemException.NotFound();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/deadlines/{policy}", async (string policy, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetPolicy(policy), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetPolicy)).WithTags("Policies").WithSummary("A deadline policy").Produces<PolicyView>();
}
