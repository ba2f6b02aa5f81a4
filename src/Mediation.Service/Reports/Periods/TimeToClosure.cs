using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// The cohort of a period: the cases registered in it, wherever they stand today, and how long they took from registration
/// to closure. Open cases count up to today instead of being left out. Turned away and guided elsewhere: left out.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record TimeToClosure(string Period, string? Division, string? Body) : IRequest<TimeToClosure.Answer>, IEndpoint
{
    /// <param name="Cases">Registered in the period, and taken in.</param>
    /// <param name="Settled">Of them, wholly or in part, by today.</param>
    /// <param name="Pending">Of them, still open today.</param>
    /// <param name="LeftOut">Registered in the period, not accepted or guided elsewhere.</param>
    /// <param name="Success">Settled over cases, the open ones in the base: it grows until the last is closed.</param>
    /// <param name="Median">Days; null while more than half are open.</param>
    /// <param name="MedianInterval">95 %; an end is null where the curve does not reach it.</param>
    public sealed record Answer(string Period, long Cases, long Settled, long ClosedOtherwise, long Pending, long LeftOut,
        RateShown Success, int? Median, IReadOnlyList<int?> MedianInterval, IReadOnlyList<SurvivalStep> Curve);

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<TimeToClosure, Answer>
    {
        public async Task<Answer> Handle(TimeToClosure request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<(int Days, string Group, long Cases)>(new CommandDefinition($"""
                select greatest(0, coalesce(closed_on, @today) - opened_on), case when is_open then 'open'
                    when outcome in ('settled', 'partial') then 'settled'
                    when outcome in ('notAccepted', 'guided') then 'out' else 'other' end, count(*)
                from cases
                where opened_at >= @from and opened_at < @until and {scope.Sql()}
                group by 1, 2
                """,
                new
                {
                    scope.Code,
                    scope.High,
                    today = ShanghaiTime.DateOf(clock.GetUtcNow()),
                    from = ShanghaiTime.StartOf(period.First),
                    until = ShanghaiTime.StartOf(period.LastDay.AddDays(1))
                }, cancellationToken: cancellationToken))).AsList();
            var survival = Survival.Of(rows.Where(row => row.Group != "out")
                .Select(row => row.Group == "open" ? new Waited(row.Days, 0, row.Cases) : new Waited(row.Days, row.Cases, 0)));
            return new Answer(request.Period, survival.Cases, Sum("settled"), Sum("other"), survival.Open, Sum("out"),
                RateShown.Of(Rate.Of(Sum("settled"), survival.Cases)), survival.Median,
                [survival.MedianInterval.Low, survival.MedianInterval.High], survival.Steps);

            long Sum(string group) => rows.Where(row => row.Group == group).Sum(row => row.Cases);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/periods/{period}/cohort", async (string period, HttpContext http, IMediator mediator) =>
        {
            var (division, body) = AskedPeriod.OfPeriod(period, http, new QueryParameters(http.Request));
            return Results.Json(await mediator.Send(new TimeToClosure(period, division, body), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(TimeToClosure)).WithTags("Reports").Produces<Answer>();
}
