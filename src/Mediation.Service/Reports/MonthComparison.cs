using System.Globalization;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports;

/// <summary>A month beside the month before (环比), the same month last year (同比) and the same month of a base year.</summary>
/// <param name="BaseYear">None unless told.</param>
[Requires(Permission.ReadReports)]
public sealed record MonthComparison(string Month, string? Division, string? Body, int? BaseYear) : IRequest<MonthComparison.Answer>, IEndpoint
{
    /// <param name="Rows">One for each figure of the monthly report, in its order.</param>
    public sealed record Answer(string Month, string Scope, string Name, IReadOnlyList<Row> Rows);

    /// <param name="Figure">Named as in the report's rows.</param>
    /// <param name="MonthChange">Unrounded fraction; null where the earlier figure is unknown or zero.</param>
    public sealed record Row(
        string Figure, decimal Now, decimal? MonthBefore, double? MonthChange, decimal? YearBefore, double? YearChange, decimal? BaseYear, double? BaseChange);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<MonthComparison, Answer>
    {
        public async Task<Answer> Handle(MonthComparison request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = MonthIndex.Begun(request.Month, clock);
            var now = await KnownAsync(scope, month, cancellationToken);
            var before = await KnownAsync(scope, month.AddMonths(-1), cancellationToken);
            var lastYear = await KnownAsync(scope, month.AddYears(-1), cancellationToken);
            var baseYear = request.BaseYear is { } year ? await KnownAsync(scope, new DateOnly(year, month.Month, 1), cancellationToken) : [];
            return new Answer(request.Month, scope.Code, scope.Name, [.. MonthlyReportCsv.FigureNames.Select(figure =>
            {
                var figureNow = now.GetValueOrDefault(figure) ?? 0;
                var (m, y, b) = (new Change(figureNow, before.GetValueOrDefault(figure)), new Change(figureNow, lastYear.GetValueOrDefault(figure)), new Change(figureNow, baseYear.GetValueOrDefault(figure)));
                return new Row(figure, figureNow, m.Earlier, m.Fraction, y.Earlier, y.Fraction, b.Earlier, b.Fraction);
            })]);
        }

        /// <summary>What the service counted, or, for a month before its first, what was loaded of the system before it.</summary>
        private async Task<Dictionary<string, decimal?>> KnownAsync(ReportScope scope, DateOnly month, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            if (!await ReportFigures.HasOwnAsync(connection, scope.Code, month, cancellationToken))
                return (await connection.QueryAsync<(string Figure, decimal Value)>(new CommandDefinition(
                    "select figure, value from report_history where scope = @Code and month = @month", new { scope.Code, month }, cancellationToken: cancellationToken)))
                    .ToDictionary(row => row.Figure, row => (decimal?)row.Value, StringComparer.Ordinal);
            var read = await figures.ReadAsync(scope, month, by: null, cancellationToken);
            var totals = ReportRow.Of(scope.Code, scope.Name, read.Totals);
            return MonthlyReportCsv.FigureNames.Zip(MonthlyReportCsv.Columns).ToDictionary(pair => pair.First,
                pair => pair.Second.Value(totals) is { } value ? Convert.ToDecimal(value, CultureInfo.InvariantCulture) : (decimal?)null, StringComparer.Ordinal);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/monthly/{month}/comparison", async (string month, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            int? baseYear = null;
            if (query.Text("baseYear", 4) is { } text)
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1949 and < 9999) baseYear = year;
                else query.Wrong("baseYear", new("年份应写作 2019。", "Write the year as 2019."));
            }

            var located = PublishedMonth.Read(month, http, query);
            return Results.Json(await mediator.Send(new MonthComparison(month, located.Division, located.Body, baseYear), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(MonthComparison)).WithTags("Reports").Produces<Answer>();
}
