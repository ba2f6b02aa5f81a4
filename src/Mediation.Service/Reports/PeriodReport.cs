using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Reports;

/// <summary>
/// Several months as one: a quarter (2026-Q3), a half-year (2026-H1), a year (2026), the courts' year from December to
/// November (2026-C), or one month. By what happened in it; what came in during it is the cohort's answer.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record PeriodReport(string Period, string? Division, string? Body, ReportBy? By) : IRequest<PeriodReport.Answer>, IEndpoint
{
    /// <param name="From">The first day.</param>
    /// <param name="To">The last day, which may lie ahead: then it is counted so far.</param>
    public sealed record Answer(
        string Period, string Title, DateOnly From, DateOnly To, IReadOnlyList<ReportRow> Rows, ReportRow Totals, long Surveys, long Found, long Prevented,
        IReadOnlyList<MonthlyReport.Measure> Measures, IReadOnlyList<ReportCount> Counts, IReadOnlyList<WorkRow> Work);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, TimeProvider clock) : IRequestHandler<PeriodReport, Answer>
    {
        public async Task<Answer> Handle(PeriodReport request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = Begun(request.Period, clock);
            var month = MonthlyReport.Compose(scope, period, request.By, await figures.ReadAsync(scope, period, request.By, cancellationToken));
            return new Answer(request.Period, period.Title.In(), period.First, period.LastDay, month.Rows, month.Totals, month.Surveys, month.Found, month.Prevented, month.Measures,
                month.Counts!, month.Work!);
        }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/periods/{period}", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var by = query.Enum<ReportBy>("by");
            var (division, body) = Read(period, http, query);
            return Results.Json(await mediator.Send(new PeriodReport(period, division, body, by), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(PeriodReport)).WithTags("Reports").Produces<Answer>();
        app.MapGet("/api/v1/reports/periods/{period}.csv", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var by = query.Enum<ReportBy>("by");
            var (division, body) = Read(period, http, query);
            var report = await mediator.Send(new PeriodReport(period, division, body, by), http.RequestAborted);
            return Results.File(MonthlyReportCsv.Of(report.Rows, report.Totals), "text/csv; charset=utf-8", $"report-{period}.csv");
        }).WithName("PeriodReportCsv").WithSummary("The period as a CSV file").WithTags("Reports")
            .WithMetadata([.. PublishedMonth.Parameters, new QueryOf("by", typeof(ReportBy), "What the rows stand for; without it one row.")])
            .Produces<string>(200, "text/csv");
    }

    /// <exception cref="ProblemException">400 for a period that has not begun: nothing is known of it, not even what will be brought forward.</exception>
    internal static Period Begun(string text, TimeProvider clock) =>
        Domain.Measures.Period.Parse(text) is { } period && period.First <= ShanghaiTime.DateOf(clock.GetUtcNow()) ? period
            : throw ProblemException.Invalid("period", AskedPeriod.NotBegun);

    /// <summary>Checks the rights, the period and, with what was asked for before, the whole query.</summary>
    internal static (string? Division, string? Body) Read(string period, HttpContext http, QueryParameters query)
    {
        if (!Permissions.Has(http.RequestServices.GetRequiredService<CurrentCaller>().Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
        var (division, body) = (query.Text("division", 12), query.Text("body"));
        if (Domain.Measures.Period.Parse(period) is null)
            query.Wrong("period", AskedPeriod.NoPeriod);
        query.Check();
        return (division, body);
    }
}

/// <summary>A rate as the API gives it.</summary>
/// <param name="Interval">95 %, low and high; absent where there is none.</param>
public sealed record RateShown(long Numerator, long Denominator, double? Value, IReadOnlyList<double>? Interval)
{
    public static RateShown Of(Rate rate) => new(rate.Numerator, rate.Denominator, rate.Value, rate.Interval is { } interval ? [interval.Low, interval.High] : null);
}
