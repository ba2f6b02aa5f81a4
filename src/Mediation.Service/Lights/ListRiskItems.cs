using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Lights;

/// <summary>The checklists of the risk light; all items, also those that have ended.</summary>
/// <param name="Category">Only items that may be ticked for this category.</param>
/// <param name="On">Only those that may be ticked on this day.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListRiskItems(string? Category = null, DateOnly? On = null) : IRequest<Page<RiskItemView>>, IEndpoint
{
    public sealed class Handler(RiskItems items) : IRequestHandler<ListRiskItems, Page<RiskItemView>>
    {
        public async Task<Page<RiskItemView>> Handle(ListRiskItems request, CancellationToken cancellationToken) =>
            new([.. (await items.AllAsync(cancellationToken))
                .Where(item => (request.Category is null || item.Category is null || item.Category == request.Category)
                    && (request.On is not { } on || item.Applies(item.Category ?? "", on)))
                .Select(RiskItemView.Of)], null);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/risk-items", async (HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new ListRiskItems(query.Text("category", 2), query.Date("on"));
            if (request.Category is not null && !Domain.Category.Exists(request.Category))
                query.Wrong("category", new("没有这个纠纷类型。", "There is no such category."));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListRiskItems)).WithTags("Policies").WithSummary("Checklists of the risk light").Produces<Page<RiskItemView>>();
}
