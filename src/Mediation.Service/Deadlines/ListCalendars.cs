using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>The years whose holidays are published.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record ListCalendars : IRequest<Page<ListCalendars.Row>>, IEndpoint
{
    /// <param name="Days">How many days differ from their weekday.</param>
    public sealed record Row(int Year, bool Published, int Days);

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListCalendars, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListCalendars request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
                select y.year, true as published, (select count(*)::int from calendar_day d where d.day between make_date(y.year, 1, 1)
                    and make_date(y.year, 12, 31)) as days
                from calendar_year y order by y.year
                """, cancellationToken: cancellationToken));
            return new Page<Row>(rows.AsList(), null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/calendar", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListCalendars(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListCalendars)).WithTags("Registry").WithSummary("Years whose holidays are published").Produces<Page<Row>>();
}
