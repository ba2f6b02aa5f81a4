using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;

namespace Mediation.Service.Reports.Periods;

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
        [property: JsonPropertyOrder(-1)] string Period, [property: JsonPropertyOrder(-1)] string Title,
        [property: JsonPropertyOrder(-1)] DateOnly From, [property: JsonPropertyOrder(-1)] DateOnly To, Report Made) : Report(Made);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, TimeProvider clock) : IRequestHandler<PeriodReport, Answer>
    {
        public async Task<Answer> Handle(PeriodReport request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            return new Answer(request.Period, period.Title.In(), period.First, period.LastDay,
                Report.Of(scope, period, request.By, await figures.ReadAsync(scope, period, request.By, cancellationToken)));
        }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/periods/{period}", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var by = query.Enum<ReportBy>("by");
            var (division, body) = AskedPeriod.OfPeriod(period, http, query);
            return Results.Json(await mediator.Send(new PeriodReport(period, division, body, by), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(PeriodReport)).WithTags("Reports").Produces<Answer>();
        app.MapGet("/api/v1/reports/periods/{period}.csv", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var by = query.Enum<ReportBy>("by");
            var (division, body) = AskedPeriod.OfPeriod(period, http, query);
            var report = await mediator.Send(new PeriodReport(period, division, body, by), http.RequestAborted);
            return Results.File(ReportFile.Csv(report.Rows, report.Totals), "text/csv; charset=utf-8", $"report-{period}.csv");
        }).WithName("PeriodReportCsv").WithSummary("The period as a CSV file").WithTags("Reports")
            .WithMetadata([.. AskedPeriod.Parameters, AskedPeriod.RowsParameter])
            .Produces<string>(200, "text/csv");
    }
}
