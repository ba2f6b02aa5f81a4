using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Deadlines;

/// <summary>The deadline policies, by clock and first day; all of them, also those that have ended.</summary>
/// <param name="On">Only those in force on this day.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListPolicies(ClockName? Clock = null, DateOnly? On = null) : IRequest<Page<PolicyView>>, IEndpoint
{
    public sealed class Handler(DeadlinePolicySource source, TimeProvider clock) : IRequestHandler<ListPolicies, Page<PolicyView>>
    {
        public async Task<Page<PolicyView>> Handle(ListPolicies request, CancellationToken cancellationToken)
        {
            var today = ShanghaiTime.DateOf(clock.GetUtcNow());
            return new Page<PolicyView>([.. (await source.GetAsync(cancellationToken))
                .Where(policy =>
                    (request.Clock is null || policy.Clock == request.Clock) && (request.On is null || policy.IsInForce(request.On.Value)))
                .OrderBy(policy => policy.Clock).ThenBy(policy => policy.Track).ThenBy(policy => policy.Procedure)
                .ThenBy(policy => policy.Category).ThenBy(policy => policy.Risk)
                .ThenBy(policy => policy.From).Select(policy => PolicyView.Of(policy, today))], null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/deadlines", async (HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new ListPolicies(query.Enum<ClockName>("clock"), query.Date("on"));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListPolicies)).WithTags("Policies").WithSummary("Deadline policies").Produces<Page<PolicyView>>();
}
