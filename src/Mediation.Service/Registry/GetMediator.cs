using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Registry;

[Requires(Permission.ReadDirectory)]
public sealed record GetMediator(string User) : IRequest<ListMediators.Row>, IEndpoint
{
    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<GetMediator, ListMediators.Row>
    {
        public async Task<ListMediators.Row> Handle(GetMediator request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<ListMediators.Row>(new CommandDefinition(
                $"select {ListMediators.Columns} where m.user_name = @User", request, cancellationToken: cancellationToken))
                ?? throw ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/mediators/{user}", async (string user, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetMediator(user), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetMediator)).WithTags("Registry").WithSummary("One mediator").Produces<ListMediators.Row>();
}
