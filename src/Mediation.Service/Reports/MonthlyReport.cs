using System.Globalization;
using System.Text.Json.Serialization;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports;

public enum ReportBy { Division, Category, Channel, Initiation, Body, Court, Track, Level }

/// <summary>The month of a division, a body or a court: the return's counts by one dimension, and the named rates.</summary>
/// <param name="Month">YYYY-MM, Asia/Shanghai.</param>
/// <param name="Division">One's own, or one below it; its whole subtree is counted.</param>
/// <param name="Body">One's own, or one in the subtree; a court's: what it referred.</param>
/// <param name="By">What the rows stand for; without it one row.</param>
[Requires(Permission.ReadReports)]
public sealed record MonthlyReport(string Month, string? Division, string? Body, ReportBy? By) : IRequest<MonthlyReport.Answer>, IEndpoint
{
    /// <param name="Surveys">Rounds of surveys in the month.</param>
    /// <param name="Found">Disputes that they found.</param>
    /// <param name="Prevented">Entries of matters that were kept from growing worse.</param>
    /// <param name="Counts">What divides by nothing and is no column; absent in a month that was published before it was counted.</param>
    /// <param name="Work">Sessions, absences and steps of ladders: a row for each of the report's, and last the totals.</param>
    public sealed record Answer(
        string Month, MonthState State, string? Digest, IReadOnlyList<ReportRow> Rows, ReportRow Totals, long Surveys, long Found, long Prevented,
        IReadOnlyList<Measure> Measures, IReadOnlyList<ReportCount>? Counts = null, IReadOnlyList<WorkRow>? Work = null);

    /// <param name="Value">An unrounded fraction; null when the denominator is 0.</param>
    /// <param name="Interval">95 %, low and high; null where there is none.</param>
    /// <param name="Cases">The list that comes nearest to the cases behind it.</param>
    public sealed record Measure(string Name, string Definition, long Numerator, long Denominator,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Value,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<double>? Interval, string Cases);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, TimeProvider clock) : IRequestHandler<MonthlyReport, Answer>
    {
        public async Task<Answer> Handle(MonthlyReport request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = MonthIndex.Begun(request.Month, clock);
            return Compose(scope, month, request.By, await figures.ReadAsync(scope, month, request.By, cancellationToken));
        }
    }

    internal static Answer Compose(ReportScope scope, DateOnly month, ReportBy? by, MonthFigures read) => Compose(scope, new Period(PeriodKind.Month, month), by, read);

    internal static Answer Compose(ReportScope scope, Period period, ReportBy? by, MonthFigures read)
    {
        var totals = ReportRow.Of(scope.Code, scope.Name, read.Totals);
        return new Answer(period.ToString(), read.State, read.Digest,
            [.. by is not null ? read.Rows : read.Totals.Count > 0 ? [totals] : []],
            totals, read.Surveys, read.Found, read.Prevented, [.. MeasureDefinitions.All.Select(measure => Rated(measure, read, scope, period))],
            ReportCount.Of(read), WorkRow.Of(by is null ? [] : read.Lines, new FigureLine(scope.Code, scope.Name, read.Totals)));
    }

    private static Measure Rated(MeasureDefinition measure, MonthFigures read, ReportScope scope, Period period)
    {
        var rate = Rate.Of(measure, read.Count);
        return new Measure(measure.Name, measure.Whole.In(), rate.Numerator, rate.Denominator, rate.Value,
            rate.Interval is { } interval ? [interval.Low, interval.High] : null, Link(measure, scope, period));
    }

    private static string Link(MeasureDefinition measure, ReportScope scope, Period period)
    {
        var place = $"/api/v1/cases?{scope.Filter}={Uri.EscapeDataString(scope.Code)}";
        if (measure.Denominator is not [Tally.Registered or Tally.CourtRegistered]) return place + "&stage=closure&sort=-updated";
        var opened = string.Create(CultureInfo.InvariantCulture, $"&openedFrom={period.First:yyyy-MM-dd}&openedTo={period.LastDay:yyyy-MM-dd}&sort=-opened");
        return place + (measure.Denominator[0] == Tally.CourtRegistered ? "&channel=court" : "") + opened;
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/monthly/{month}.csv", async (string month, HttpContext http, IMediator mediator) =>
            Results.File(MonthlyReportCsv.Of(await mediator.Send(Read(month, http.Request), http.RequestAborted)), "text/csv; charset=utf-8", $"report-{month}.csv"))
            .WithName("MonthlyReportCsv").WithSummary("The month as a CSV file").WithTags("Reports")
            .WithMetadata(new QueryOf("division", typeof(string), "One's own, or one below it."), new QueryOf("body", typeof(string), "One's own, or one in the subtree."),
                new QueryOf("by", typeof(ReportBy), "What the rows stand for; without it one row."))
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/reports/monthly/{month}.xlsx", async (string month, HttpContext http, IMediator mediator, IStringLocalizer<Texts> texts) =>
        {
            var asked = Read(month, http.Request);
            var views = new List<(string, Answer)>();
            foreach (var by in Enum.GetValues<ReportBy>().Cast<ReportBy?>().Prepend(null).OrderBy(by => by != asked.By))
                views.Add((by is { } value ? texts.Word(value) : texts["Report.Total"], await mediator.Send(asked with { By = by }, http.RequestAborted)));
            return Results.File(MonthlyReportCsv.Workbook(views), XlsxText.MediaType, $"report-{month}.xlsx");
        }).WithName("MonthlyReportWorkbook").WithSummary("The month as a workbook: the view asked for first, every other on a sheet of its own, and the definitions").WithTags("Reports")
            .WithMetadata(new QueryOf("division", typeof(string), "One's own, or one below it."), new QueryOf("body", typeof(string), "One's own, or one in the subtree."),
                new QueryOf("by", typeof(ReportBy), "What the rows stand for; without it one row."))
            .Produces<byte[]>(200, XlsxText.MediaType);
        app.MapGet("/api/v1/reports/monthly/{month}", async (string month, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(Read(month, http.Request), http.RequestAborted), ApiJson.Output))
            .WithName(nameof(MonthlyReport)).WithTags("Reports").Produces<Answer>();
    }

    private static MonthlyReport Read(string month, HttpRequest http)
    {
        if (http.HttpContext.RequestServices.GetRequiredService<CurrentCaller>().Value is var caller && !Permissions.Has(caller.Role, Permission.ReadReports))
            throw ProblemException.Forbidden();
        var query = new QueryParameters(http);
        var request = new MonthlyReport(month, query.Text("division", 12), query.Text("body"), query.Enum<ReportBy>("by"));
        if (!IsMonth(month)) query.Wrong("month", AskedPeriod.NoMonth);
        query.Check();
        return request;
    }

    public static bool IsMonth(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year is >= 1949 and < 9999;
}
