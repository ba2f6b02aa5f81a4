using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

[Requires(Permission.ReadDirectory)]
public sealed record GetBody(string Code) : IRequest<ListBodies.Row>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<GetBody, ListBodies.Row>
    {
        public async Task<ListBodies.Row> Handle(GetBody request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<ListBodies.Row>(new CommandDefinition(
                "select code, name, kind, level, division, mediates, categories, active from body where code = @Code",
                request, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/bodies/{code}", async (string code, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetBody(code), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetBody)).WithTags("Registry").WithSummary("One body").Produces<ListBodies.Row>();
}
