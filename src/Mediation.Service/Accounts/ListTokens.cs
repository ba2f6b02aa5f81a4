using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>API tokens, oldest first: one's own, and for who may read accounts those of his scope. Never the token itself.</summary>
[Requires(Permission.OwnAccount)]
public sealed record ListTokens(string? User, int Limit, string? After) : IRequest<Page<ListTokens.Row>>, IEndpoint
{
    public sealed record Row(
        Guid Id, string User, string Label, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

    public const string Select = """
        select t.id, t.user_name as user, t.label, t.created_at, t.expires_at, t.revoked_at
        from api_token t join app_user u on u.name = t.user_name
        where (t.user_name = @me or (@all and u.division >= @low and u.division < @high))
        """;

    /// <summary>The parameters of the scope in <see cref="Select"/>.</summary>
    public static DynamicParameters Scope(Caller caller)
    {
        var (low, high) = ListUsers.Scope(caller);
        return new DynamicParameters(new { me = caller.User, all = Permissions.Has(caller.Role, Permission.ReadAccounts), low, high });
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListTokens, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListTokens request, CancellationToken cancellationToken)
        {
            string?[] filters = ["tokens", request.User];
            var values = Scope(caller.Value);
            values.Add("last", Cursor.Read(request.After, 1, filters) is [var id] ? Cursor.Id(id) : Guid.Empty);
            values.Add("user", request.User);
            values.Add("count", request.Limit + 1);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(
                Select + " and t.id > @last and (@user::text is null or t.user_name = @user) order by t.id limit @count",
                values, cancellationToken: cancellationToken));
            return Page.Of(rows.AsList(), request.Limit, row => row.Id.ToString(), filters);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/tokens", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListTokens(query.Text("user", 64), query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListTokens)).WithTags("Accounts").WithSummary("API tokens, without the tokens themselves").Produces<Page<Row>>();
}
