using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

/// <summary>Divisions in the order of their codes.</summary>
/// <param name="Parent">Its children alone.</param>
/// <param name="Q">Part of the name, or the beginning of the code.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListDivisions(string? Parent, string? Q, string? Kind, int Limit, string? After) : IRequest<Page<Division>>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListDivisions, Page<Division>>
    {
        public async Task<Page<Division>> Handle(ListDivisions request, CancellationToken cancellationToken)
        {
            string?[] filters = ["divisions", request.Parent, request.Q, request.Kind];
            var last = Cursor.Read(request.After, 1, filters)?[0] ?? "";
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Division>(new CommandDefinition("""
                select code, name, kind, parent from division
                where code > @last and (@Parent::text is null or parent = @Parent) and (@Kind::text is null or kind = @Kind)
                    and (@Q::text is null or position(@Q in name) > 0 or starts_with(code, @Q))
                order by code limit @count
                """, new { last, request.Parent, request.Kind, request.Q, count = request.Limit + 1 },
                cancellationToken: cancellationToken));
            return Page.Of(rows.AsList(), request.Limit, row => row.Code, filters);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/divisions", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListDivisions(query.Text("parent", 12), query.Text("q", 50),
            query.Text("kind") is null ? null : query.OneOf("kind", "province", "prefecture", "county", "zone", "township", "village"),
            query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListDivisions)).WithTags("Registry").WithSummary("Divisions by parent, kind or name").Produces<Page<Division>>();
}
