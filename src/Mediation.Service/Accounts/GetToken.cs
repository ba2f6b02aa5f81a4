using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Accounts;

[Requires(Permission.OwnAccount)]
public sealed record GetToken(Guid Id) : IRequest<ListTokens.Row>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<GetToken, ListTokens.Row>
    {
        public async Task<ListTokens.Row> Handle(GetToken request, CancellationToken cancellationToken)
        {
            var values = ListTokens.Scope(caller.Value);
            values.Add("id", request.Id);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<ListTokens.Row>(new CommandDefinition(
                ListTokens.Select + " and t.id = @id", values, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/tokens/{id:guid}", async (Guid id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetToken(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetToken)).WithTags("Accounts")
            .WithSummary("One API token, without the token itself").Produces<ListTokens.Row>();
}
