using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;

namespace Mediation.Service.Reports.Periods;

/// <summary>The twelve months that end with a period's last one, each as its own report has it; months to come are left out.</summary>
[Requires(Permission.ReadReports)]
public sealed record MonthTrend(string Period, string? Division, string? Body) : IRequest<MonthTrend.Answer>, IEndpoint
{
    private const int Months = 12;

    public sealed record Answer(string Scope, string Name, IReadOnlyList<Point> Points);

    /// <param name="Month">YYYY-MM, Asia/Shanghai.</param>
    /// <param name="Pending">At the month's end.</param>
    /// <param name="Success">Settled, wholly or in part, over accepted.</param>
    public sealed record Point(string Month, long Registered, long Accepted, long Closed, long Pending, RateShown Success);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, TimeProvider clock) : IRequestHandler<MonthTrend, Answer>
    {
        public async Task<Answer> Handle(MonthTrend request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            var now = ShanghaiTime.DateOf(clock.GetUtcNow());
            var points = new List<Point>();
            for (var month = period.LastMonth.AddMonths(1 - Months); month <= period.LastMonth && month <= now; month = month.AddMonths(1))
            {
                var row = (await figures.ReadAsync(scope, month, by: null, cancellationToken)).Totals;
                points.Add(new Point(new Period(PeriodKind.Month, month).ToString(), row.Count(ReportColumns.Registered),
                    row.Count(ReportColumns.Accepted), row.Count(ReportColumns.Closed), row.Count(ReportColumns.Pending),
                    RateShown.Of(Rate.Of(MeasureDefinitions.SuccessRate, row.Count))));
            }

            return new Answer(scope.Code, scope.Name, points);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/periods/{period}/trend", async (string period, HttpContext http, IMediator mediator) =>
        {
            var (division, body) = AskedPeriod.OfPeriod(period, http, new QueryParameters(http.Request));
            return Results.Json(await mediator.Send(new MonthTrend(period, division, body), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(MonthTrend)).WithTags("Reports").Produces<Answer>();
}
