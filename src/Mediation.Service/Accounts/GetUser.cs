using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Accounts;

[Requires(Permission.ReadAccounts)]
public sealed record GetUser(string Name) : IRequest<ListUsers.Row>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<GetUser, ListUsers.Row>
    {
        public async Task<ListUsers.Row> Handle(GetUser request, CancellationToken cancellationToken)
        {
            var (low, high) = ListUsers.Scope(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<ListUsers.Row>(new CommandDefinition("""
                select name, display_name, role, body, division, active from app_user
                where name = @Name and division >= @low and division < @high
                """, new { request.Name, low, high }, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/users/{name}", async (string name, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetUser(name), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetUser)).WithTags("Accounts").WithSummary("One account").Produces<ListUsers.Row>();
}
