using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>A year's holidays and make-up workdays; a year that is not published yet says so instead of failing.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record GetCalendar(int Year) : IRequest<GetCalendar.Answer>, IEndpoint
{
    /// <param name="Kind">holiday, or workday for a make-up workday.</param>
    public sealed record Day(DateOnly Date, string Kind, string Name);

    public sealed record Answer(int Year, bool Published, string? Note, IReadOnlyList<Day> Days);

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<GetCalendar, Answer>
    {
        private static readonly Message Assumption = new("该年度放假安排尚未公布，期限暂按周末推算，公布后重新计算。",
            "This year's holidays are not published yet: deadlines assume weekends only and are computed again when they are.");

        public async Task<Answer> Handle(GetCalendar request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var days = (await connection.QueryAsync<Day>(new CommandDefinition("""
                select day as date, case when is_holiday then 'holiday' else 'workday' end as kind, name
                from calendar_day where day >= @first and day <= @last order by day
                """, new { first = new DateOnly(request.Year, 1, 1), last = new DateOnly(request.Year, 12, 31) },
                cancellationToken: cancellationToken))).AsList();
            var published = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select exists (select 1 from calendar_year where year = @Year)", new { request.Year },
                cancellationToken: cancellationToken));
            return new Answer(request.Year, published, published ? null : Assumption.In(), days);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/calendar/{year:int:range(2000,2199)}", async (int year, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetCalendar(year), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetCalendar)).WithTags("Registry").WithSummary("A year of the working calendar").Produces<Answer>();
}
