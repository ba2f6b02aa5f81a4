using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

/// <summary>Bodies in the order of their codes.</summary>
/// <param name="Division">With its subtree.</param>
/// <param name="Q">Part of the name, or the beginning of the code.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListBodies(string? Division, string? Kind, string? Q, bool? Mediates, int Limit, string? After)
    : IRequest<Page<ListBodies.Row>>, IEndpoint
{
    public sealed record Row
    {
        public required string Code { get; init; }
        public required string Name { get; init; }
        public required string Kind { get; init; }
        public required string Level { get; init; }
        public required string Division { get; init; }
        public required bool Mediates { get; init; }

        /// <summary>Codes of what an industry body is for; empty: everything.</summary>
        public required string[] Categories { get; init; }

        public required bool Active { get; init; }
    }

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListBodies, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListBodies request, CancellationToken cancellationToken)
        {
            string?[] filters = ["bodies", request.Division, request.Kind, request.Q, request.Mediates?.ToString()];
            var last = Cursor.Read(request.After, 1, filters)?[0] ?? "";
            var (low, high) = CaseScope.Subtree(request.Division ?? "");
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
                select code, name, kind, level, division, mediates, categories, active from body
                where code > @last and (@Division::text is null or (division >= @low and division < @high))
                    and (@Kind::text is null or kind = @Kind) and (@Mediates::boolean is null or mediates = @Mediates)
                    and (@Q::text is null or position(@Q in name) > 0 or starts_with(code, @Q))
                order by code limit @count
                """, new { last, low, high, request.Division, request.Kind, request.Q, request.Mediates, count = request.Limit + 1 },
                cancellationToken: cancellationToken));
            return Page.Of(rows.AsList(), request.Limit, row => row.Code, filters);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/bodies", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListBodies(query.Text("division", 12),
            query.Text("kind") is null ? null : query.OneOf("kind", "committee", "industryCommittee", "centre", "station", "justiceOffice",
                "justiceBureau", "court", "police", "department", "studio"),
            query.Text("q", 50), query.Text("mediates") is null ? null : query.OneOf("mediates", "true", "false") == "true",
            query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListBodies)).WithTags("Registry").WithSummary("Bodies by division, kind or name").Produces<Page<Row>>();
}
