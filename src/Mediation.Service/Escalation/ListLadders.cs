using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Escalation;

/// <summary>The ladders, heaviest first; all of them, also those that have ended.</summary>
/// <param name="On">Only those in force on this day.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListLadders(DateOnly? On = null) : IRequest<Page<LadderView>>, IEndpoint
{
    public sealed class Handler(LadderSource source, TimeProvider clock) : IRequestHandler<ListLadders, Page<LadderView>>
    {
        public async Task<Page<LadderView>> Handle(ListLadders request, CancellationToken cancellationToken)
        {
            var today = ShanghaiTime.DateOf(clock.GetUtcNow());
            return new Page<LadderView>([.. (await source.GetAsync(cancellationToken)).Ladders
                .Where(ladder => request.On is null || ladder.IsInForce(request.On.Value))
                .OrderByDescending(ladder => ladder.Weight).ThenBy(ladder => ladder.Id, StringComparer.Ordinal)
                .Select(ladder => LadderView.Of(ladder, today))], null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/ladders", async (HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new ListLadders(query.Date("on"));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListLadders)).WithTags("Policies").WithSummary("Ladders").Produces<Page<LadderView>>();
}
