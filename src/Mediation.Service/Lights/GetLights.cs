using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>How long a case stood in each colour of its two lights while it was open, and when they changed.</summary>
[Requires(Permission.ReadCases)]
public sealed record GetLights(string Case) : IRequest<GetLights.Answer>, IEndpoint
{
    public sealed record Answer(IReadOnlyList<RiskTime> Risk, IReadOnlyList<TimelinessTime> Timeliness, IReadOnlyList<LightChange> Changes);

    /// <param name="Minutes">Whole minutes until now.</param>
    public sealed record RiskTime(Risk Light, long Minutes);

    /// <param name="Minutes">Whole minutes until now.</param>
    public sealed record TimelinessTime(Timeliness Light, long Minutes);

    private sealed record Row(int Seq, string Kind, DateTimeOffset At, DateOnly HappenedOn, string Actor, string Body);

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, TimeProvider clock) : IRequestHandler<GetLights, Answer>
    {
        public async Task<Answer> Handle(GetLights request, CancellationToken cancellationToken)
        {
            var id = (await session.LoadAsync(request.Case, cancellationToken)).State.Id;
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(
                "select seq, kind, at, happened_on, actor, body::text as body from case_event where case_id = @id order by seq",
                new { id }, cancellationToken: cancellationToken));
            var times = LightTimes.Of(rows.Select(row =>
                new Recorded(id, row.Seq, row.At, row.HappenedOn, row.Actor, null, CaseJson.Read(row.Kind, row.Body))), clock.GetUtcNow());
            return new Answer(
                [.. times.Risk.OrderBy(pair => pair.Key).Select(pair => new RiskTime(pair.Key, (long)pair.Value.TotalMinutes))],
                [.. times.Timeliness.OrderBy(pair => pair.Key).Select(pair => new TimelinessTime(pair.Key, (long)pair.Value.TotalMinutes))],
                times.Changes);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}/lights", async (string id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetLights(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetLights)).WithTags("Cases").Produces<Answer>();
}
