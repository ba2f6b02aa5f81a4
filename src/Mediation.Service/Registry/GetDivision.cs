using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

[Requires(Permission.ReadDirectory)]
public sealed record GetDivision(string Code) : IRequest<Division>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<GetDivision, Division>
    {
        public async Task<Division> Handle(GetDivision request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<Division>(new CommandDefinition(
                "select code, name, kind, parent from division where code = @Code", request, cancellationToken: cancellationToken))
                ?? throw ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/divisions/{code}", async (string code, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetDivision(code), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetDivision)).WithTags("Registry").WithSummary("One division").Produces<Division>();
}
