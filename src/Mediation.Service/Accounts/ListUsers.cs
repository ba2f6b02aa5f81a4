using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>Accounts in the order of their names: for the administrator all, for an auditor those of the own subtree.</summary>
/// <param name="Division">With its subtree.</param>
/// <param name="Q">Part of the display name, or the beginning of the user name.</param>
[Requires(Permission.ReadAccounts)]
public sealed record ListUsers(string? Division, string? Body, Role? Role, string? Q, int Limit, string? After)
    : IRequest<Page<ListUsers.Row>>, IEndpoint
{
    public sealed record Row(string Name, string DisplayName, string Role, string Body, string Division, bool Active);

    /// <summary>The range of divisions whose accounts the caller may read.</summary>
    public static (string Low, string High) Scope(Caller caller) =>
        caller.Role == Platform.Callers.Role.Auditor ? CaseScope.Subtree(caller.Division) : ("", "~");

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListUsers, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListUsers request, CancellationToken cancellationToken)
        {
            string?[] filters = ["users", request.Division, request.Body, request.Role?.ToString(), request.Q];
            var last = Cursor.Read(request.After, 1, filters)?[0] ?? "";
            var (scopeLow, scopeHigh) = Scope(caller.Value);
            var (low, high) = request.Division is { } division ? CaseScope.Subtree(division) : ("", "~");
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
                select name, display_name, role, body, division, active from app_user
                where name > @last and division >= @scopeLow and division < @scopeHigh and division >= @low and division < @high
                    and (@Body::text is null or body = @Body) and (@role::text is null or role = @role)
                    and (@Q::text is null or position(@Q in display_name) > 0 or starts_with(name, @Q))
                order by name limit @count
                """, new
            {
                last,
                scopeLow,
                scopeHigh,
                low,
                high,
                request.Body,
                role = request.Role?.Camel(),
                request.Q,
                count = request.Limit + 1
            }, cancellationToken: cancellationToken));
            return Page.Of(rows.AsList(), request.Limit, row => row.Name, filters);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/users", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListUsers(query.Text("division", 12), query.Text("body"), query.Enum<Role>("role"), query.Text("q", 50),
            query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListUsers)).WithTags("Accounts").WithSummary("Accounts by division, body, role or name").Produces<Page<Row>>();
}
