using System.Data;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Tallies;
using MediatR;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Mediation.Service.Reports.Periods;

/// <summary>What the rows stand for where the figures are counted again from the journal.</summary>
public enum JournalBy { Mediator, Risk }

/// <summary>
/// The report by mediator or by risk, and how long cases stood in each light. Kept figures have neither: both change often
/// while a case is open, and every change would move a case between lines of every scope. So the cases of the scope are
/// counted again, and it must not hold more than the setting reports.told says.
/// </summary>
/// <param name="Period">Month, quarter, half-year, year or court year; begun.</param>
/// <param name="By">risk by default.</param>
[Requires(Permission.ReadReports)]
public sealed record JournalReport(string Period, string? Division, string? Body, JournalBy? By) : IRequest<JournalReport.Answer>, IEndpoint
{
    private const int MostCases = 3000;

    /// <param name="Rows">A case that changes its mediator or its risk while open leaves one row and enters another.</param>
    /// <param name="Totals">The same as the report's own.</param>
    /// <param name="Cases">That were counted.</param>
    public sealed record Answer(string Period, string Title, DateOnly From, DateOnly To, IReadOnlyList<ReportRow> Rows, ReportRow Totals,
        int Cases, IReadOnlyList<LightTime> Lights);

    /// <summary>How long open cases stood in one colour of one light within the period.</summary>
    /// <param name="Light">risk or timeliness; the two are never mixed.</param>
    /// <param name="Days">Of all cases together, one decimal.</param>
    /// <param name="Share">Of all the time that cases were open.</param>
    public sealed record LightTime(string Light, string Value, decimal Days, double Share);

    public sealed class Handler(ReportScopes scopes, CurrentCaller caller, NpgsqlDataSource db, IStringLocalizer<Texts> texts,
        TimeProvider clock) : IRequestHandler<JournalReport, Answer>
    {
        public async Task<Answer> Handle(JournalReport request, CancellationToken cancellationToken)
        {
            var byRisk = request.By != JournalBy.Mediator;
            if (!byRisk && !IsForMediators(caller.Value.Role)) throw ProblemException.Forbidden();
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var most = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                "select value::int from setting where name = 'reports.told'", cancellationToken: cancellationToken)) ?? MostCases;
            var cases = await CasesAsync(connection, scope, period, most, cancellationToken);
            if (cases.Count > most) throw ProblemException.Invalid(scope.Kind == ScopeKind.Division ? "division" : "body",
                new($"该范围的案件超过 {most} 件，请选择较小的区划、单个组织或较短的期间。",
                    $"That holds more than {most} cases: choose a smaller division, one body, or a shorter period."));
            var counted = new JournalFigures(scope, period, clock.GetUtcNow(), c => byRisk ? c.Risk.Camel() : c.Mediator ?? "");
            await foreach (var journal in TallyEntries.JournalsAsync(connection, cases, cancellationToken)) counted.Add(journal);
            var names = byRisk ? [] : (await connection.QueryAsync<(string User, string Name)>(new CommandDefinition(
                "select name, display_name from app_user where name = any(@users)", new { users = counted.Rows.Keys.ToArray() },
                cancellationToken: cancellationToken))).ToDictionary(row => row.User, row => row.Name, StringComparer.Ordinal);
            return new Answer(period.ToString(), period.Title.In(), period.First, period.LastDay,
                [.. counted.Rows.Where(row => row.Value.Values.Any(amount => amount != 0)).OrderBy(row => row.Key.Length == 0)
                    .ThenBy(row => byRisk ? Array.IndexOf(Risks, row.Key) : 0).ThenBy(row => row.Key, StringComparer.Ordinal)
                    .Select(row => new ReportRow(row.Key.Length == 0 ? null : row.Key, NameOf(row.Key), row.Value, period.LastMonth))],
                new ReportRow(scope.Code, scope.Name, counted.Totals, period.LastMonth), cases.Count,
                [.. Shown("risk", counted.Risk), .. Shown("timeliness", counted.Timeliness)]);

            string NameOf(string key) => key.Length == 0 ? new Message("尚无调解员", "No mediator yet").In()
                : byRisk ? texts["Risk." + key] : names.GetValueOrDefault(key, key);
        }

        private static readonly string[] Risks = [.. Enum.GetValues<Risk>().Select(risk => risk.Camel())];

        private static IEnumerable<LightTime> Shown<T>(string light, IReadOnlyDictionary<T, TimeSpan> times) where T : struct, Enum
        {
            var all = times.Values.Sum(time => time.TotalDays);
            return times.Select(time => new LightTime(light, time.Key.Camel(), decimal.Round((decimal)time.Value.TotalDays, 1),
                all == 0 ? 0 : time.Value.TotalDays / all));
        }

        /// <summary>
        /// What is or was in the scope and was open or changed in the period: what has rested since before neither flows nor waits.
        /// </summary>
        private static async Task<List<Guid>> CasesAsync(
            NpgsqlConnection connection, ReportScope scope, Period period, int most, CancellationToken cancellationToken)
        {
            var (here, left) = (scope.Sql(), scope.Kind == ScopeKind.Court ? "false" : scope.Sql("from_"));
            var asked = new
            {
                scope.Code,
                scope.High,
                month = period.First,
                next = period.LastDay.AddDays(1),
                since = ShanghaiTime.StartOf(period.First),
                more = most + 1
            };
            var found = (await connection.QueryAsync<Guid>(new CommandDefinition(
                $"select id from cases where {here} and opened_on < @next and (is_open or updated_at >= @since) limit @more", asked,
                cancellationToken: cancellationToken))).AsList();
            var some = await connection.ExecuteScalarAsync<bool>(new CommandDefinition($"""
                select exists (select 1 from tally_entry where {left} and ({here}) is not true and month >= @month)
                    or exists (select 1 from tally_delta where {left} and ({here}) is not true and month >= @month)
                """, asked, cancellationToken: cancellationToken));
            if (!some || found.Count > most) return found;
            found.AddRange(await connection.QueryAsync<Guid>(new CommandDefinition($"""
                select c.id from cases c
                where c.opened_on < @next and c.updated_at >= @since and ({here}) is not true
                    and exists (select 1 from case_event e where e.case_id = c.id and position(@Code in e.body::text) > 0)
                limit @more
                """, asked, cancellationToken: cancellationToken)));
            return found;
        }
    }

    /// <summary>Whether somebody may see the figures of single mediators.</summary>
    public static bool IsForMediators(Role role) =>
        role is not (Role.Court or Role.Mediator) && Permissions.Has(role, Permission.ReadReports);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/periods/{period}/journal", async (string period, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(Read(period, http), http.RequestAborted), ApiJson.Output))
            .WithName(nameof(JournalReport)).WithTags("Reports").Produces<Answer>();
        app.MapGet("/api/v1/reports/periods/{period}/journal.csv", async (string period, HttpContext http, IMediator mediator) =>
        {
            var report = await mediator.Send(Read(period, http), http.RequestAborted);
            return Results.File(ReportFile.Csv(report.Rows, report.Totals), "text/csv; charset=utf-8", $"report-{period}.csv");
        }).WithName("JournalReportCsv").WithSummary("The period by mediator or by risk as a CSV file").WithTags("Reports")
            .WithMetadata([.. AskedPeriod.Parameters, new QueryOf("by", typeof(JournalBy), "What the rows stand for.")])
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/reports/periods/{period}/journal.xlsx", async (string period, HttpContext http, IMediator mediator) =>
        {
            var report = await mediator.Send(Read(period, http), http.RequestAborted);
            return Results.File(Workbook(report), XlsxText.MediaType, $"report-{period}.xlsx");
        }).WithName("JournalReportWorkbook")
            .WithSummary("The period by mediator or by risk as a workbook, and how long cases stood in each light").WithTags("Reports")
            .WithMetadata([.. AskedPeriod.Parameters, new QueryOf("by", typeof(JournalBy), "What the rows stand for.")])
            .Produces<byte[]>(200, XlsxText.MediaType);
    }

    /// <summary>The rows, and the time in each light on a sheet of its own.</summary>
    private static byte[] Workbook(Answer answer) => XlsxText.File(
    [
        ReportFile.Sheet(answer.Title, answer.Rows, answer.Totals),
        new XlsxSheet(CountDefinitions.LightTime.Title.In(),
            [
                new Message("灯", "Light").In(), new Message("颜色或时效", "Value").In(), new Message("日数", "Days").In(),
                new Message("占比", "Share").In(),
            ],
            answer.Lights.Select(time => (IEnumerable<object?>)[time.Light, time.Value, time.Days, time.Share])),
    ]);

    private static JournalReport Read(string period, HttpContext http)
    {
        var query = new QueryParameters(http.Request);
        var by = query.Enum<JournalBy>("by");
        var (division, body) = AskedPeriod.OfPeriod(period, http, query);
        return new JournalReport(period, division, body, by);
    }
}
