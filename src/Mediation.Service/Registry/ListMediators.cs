using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

/// <summary>Mediators in the order of their user names.</summary>
/// <param name="Division">Those of the bodies of its subtree.</param>
/// <param name="Q">Part of the name, or the beginning of the user name.</param>
/// <param name="Category">Those who name it among their specialities.</param>
[Requires(Permission.ReadDirectory)]
public sealed record ListMediators(string? Division, string? Body, string? Q, string? Category, int Limit, string? After)
    : IRequest<Page<ListMediators.Row>>, IEndpoint
{
    public sealed record Row
    {
        public required string User { get; init; }
        public required string Name { get; init; }
        public required string Body { get; init; }
        public required string BodyName { get; init; }
        public required string Division { get; init; }
        public DateOnly? TermFrom { get; init; }

        /// <summary>Last day of the appointment (Asia/Shanghai).</summary>
        public DateOnly? TermUntil { get; init; }

        /// <summary>Category codes.</summary>
        public required string[] Specialities { get; init; }

        public required bool Active { get; init; }
    }

    public const string Columns = """
        m.user_name as user, u.display_name as name, m.body, b.name as body_name, b.division, m.term_from, m.term_until, m.specialities,
            u.active
        from mediator m join app_user u on u.name = m.user_name join body b on b.code = m.body
        """;

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListMediators, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListMediators request, CancellationToken cancellationToken)
        {
            string?[] filters = ["mediators", request.Division, request.Body, request.Q, request.Category];
            var last = Cursor.Read(request.After, 1, filters)?[0] ?? "";
            var (low, high) = CaseScope.Subtree(request.Division ?? "");
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
                select {Columns}
                where m.user_name > @last and (@Division::text is null or (b.division >= @low and b.division < @high))
                    and (@Body::text is null or m.body = @Body) and (@Category::text is null or @Category = any(m.specialities))
                    and (@Q::text is null or position(@Q in u.display_name) > 0 or starts_with(m.user_name, @Q))
                order by m.user_name limit @count
                """, new { last, low, high, request.Division, request.Body, request.Category, request.Q, count = request.Limit + 1 },
                cancellationToken: cancellationToken));
            return Page.Of(rows.AsList(), request.Limit, row => row.User, filters);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/mediators", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListMediators(query.Text("division", 12), query.Text("body"), query.Text("q", 50), query.Text("category", 2),
            query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListMediators)).WithTags("Registry")
        .WithSummary("Mediators by division, body, category or name").Produces<Page<Row>>();
}
