using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Escalation;

/// <summary>One ladder.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record GetLadder(string Ladder) : IRequest<LadderView>, IEndpoint
{
    public sealed class Handler(LadderSource source, TimeProvider clock) : IRequestHandler<GetLadder, LadderView>
    {
        public async Task<LadderView> Handle(GetLadder request, CancellationToken cancellationToken) =>
            (await source.GetAsync(cancellationToken)).Ladders.FirstOrDefault(ladder => ladder.Id == request.Ladder) is { } found
                ? LadderView.Of(found, ShanghaiTime.DateOf(clock.GetUtcNow()))
                : throw ProblemException.NotFound();
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/ladders/{ladder}", async (string ladder, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetLadder(ladder), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetLadder)).WithTags("Policies").WithSummary("A ladder").Produces<LadderView>();
}
