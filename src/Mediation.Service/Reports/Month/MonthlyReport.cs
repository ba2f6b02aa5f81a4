using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Month;

/// <summary>The month of a division, a body or a court: the return's counts by one dimension, and the named rates.</summary>
/// <param name="Month">YYYY-MM, Asia/Shanghai.</param>
/// <param name="Division">One's own, or one below it; its whole subtree is counted.</param>
/// <param name="Body">One's own, or one in the subtree; a court's: what it referred.</param>
/// <param name="By">What the rows stand for; without it one row.</param>
[Requires(Permission.ReadReports)]
public sealed record MonthlyReport(string Month, string? Division, string? Body, ReportBy? By) : IRequest<MonthlyReport.Answer>, IEndpoint
{
    /// <param name="Digest">Of the frozen month, once it is published.</param>
    public sealed record Answer(
        [property: JsonPropertyOrder(-1)] string Month, [property: JsonPropertyOrder(-1)] MonthState State,
        [property: JsonPropertyOrder(-1)] string? Digest, Report Made) : Report(Made);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, TimeProvider clock) : IRequestHandler<MonthlyReport, Answer>
    {
        public async Task<Answer> Handle(MonthlyReport request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            return Compose(scope, month, request.By, await figures.ReadAsync(scope, month, request.By, cancellationToken));
        }
    }

    internal static Answer Compose(ReportScope scope, DateOnly month, ReportBy? by, MonthFigures read)
    {
        var period = AskedPeriod.MonthOf(month);
        return new Answer(period.ToString(), read.State, read.Digest, Report.Of(scope, period, by, read));
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/monthly/{month}.csv", async (string month, HttpContext http, IMediator mediator) =>
        {
            var report = await mediator.Send(Read(month, http.Request), http.RequestAborted);
            return Results.File(ReportFile.Csv(report.Rows, report.Totals), "text/csv; charset=utf-8", $"report-{month}.csv");
        })
            .WithName("MonthlyReportCsv").WithSummary("The month as a CSV file").WithTags("Reports")
            .WithMetadata(new QueryOf("division", typeof(string), "One's own, or one below it."),
                new QueryOf("body", typeof(string), "One's own, or one in the subtree."), AskedPeriod.RowsParameter)
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/reports/monthly/{month}.xlsx",
            async (string month, HttpContext http, IMediator mediator, IStringLocalizer<Texts> texts) =>
            {
                var asked = Read(month, http.Request);
                var views = new List<(string Name, Answer Report)>();
                foreach (var by in Enum.GetValues<ReportBy>().Cast<ReportBy?>().Prepend(null).OrderBy(by => by != asked.By))
                    views.Add((by is { } value ? texts.Word(value) : texts["Report.Total"],
                        await mediator.Send(asked with { By = by }, http.RequestAborted)));
                // Typed cells: the view that was asked for, the month by everything else a sheet each, and one that says what is counted.
                return Results.File(XlsxText.File([.. views.Select(view => ReportFile.Sheet(view.Name, view.Report.Rows,
                    view.Report.Totals)), ReportFile.Definitions(views[0].Report)]), XlsxText.MediaType, $"report-{month}.xlsx");
            }).WithName("MonthlyReportWorkbook")
            .WithSummary("The month as a workbook: the view asked for first, every other on a sheet of its own, and the definitions")
            .WithTags("Reports")
            .WithMetadata(new QueryOf("division", typeof(string), "One's own, or one below it."),
                new QueryOf("body", typeof(string), "One's own, or one in the subtree."), AskedPeriod.RowsParameter)
            .Produces<byte[]>(200, XlsxText.MediaType);
        app.MapGet("/api/v1/reports/monthly/{month}", async (string month, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(Read(month, http.Request), http.RequestAborted), ApiJson.Output))
            .WithName(nameof(MonthlyReport)).WithTags("Reports").Produces<Answer>();
    }

    private static MonthlyReport Read(string month, HttpRequest http)
    {
        var query = new QueryParameters(http);
        var by = query.Enum<ReportBy>("by");
        var (division, body) = AskedPeriod.OfMonth(month, http.HttpContext, query);
        return new MonthlyReport(month, division, body, by);
    }
}
