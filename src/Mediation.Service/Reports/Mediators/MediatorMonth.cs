using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Mediators;

/// <summary>
/// The month's sheet of each mediator (以案定补): the cases that he settled, their grades, which files are complete, and what is due for them.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record MediatorMonth(string Month, string? Division, string? Body) : IRequest<MediatorMonth.Answer>, IEndpoint
{
    public const int MostCases = 5000;

    public sealed record Answer(string Month, string Scope, string Name, IReadOnlyList<Sheet> Sheets);

    /// <param name="Mediator">User name.</param>
    /// <param name="Due">Yuan, for complete files; cases whose grade has no fee count nothing.</param>
    public sealed record Sheet(
        string Mediator, string Name, string Body, IReadOnlyList<Grade> Grades, IReadOnlyList<Line> Cases, decimal Due);

    public sealed record Grade(CaseGrade Name, int Cases, int Complete, decimal Due);

    /// <param name="Complete">The file is archived: nothing is missing in it.</param>
    /// <param name="Fee">Yuan, by the fee in force on the day of closing; null where none is set.</param>
    public sealed record Line(
        string CaseNo, string Category, DateOnly ClosedOn, Outcome Outcome, CaseGrade Grade, bool Complete, decimal? Fee);

    public sealed class Handler(ReportScopes scopes, CurrentCaller caller, NpgsqlDataSource db, TimeProvider clock)
        : IRequestHandler<MediatorMonth, Answer>
    {
        public async Task<Answer> Handle(MediatorMonth request, CancellationToken cancellationToken)
        {
            // A court pays no mediator of another house.
            if (caller.Value.Role == Role.Court) throw ProblemException.Forbidden();
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var fees = (await connection.QueryAsync<(string Grade, DateTime From, decimal Fee)>(new CommandDefinition(
                "select grade, from_date::timestamp, fee from case_fee order by from_date desc", cancellationToken: cancellationToken)))
                .AsList();
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
                select c.mediator, u.display_name as name, b.name as body, c.state::text as state
                from cases c join app_user u on u.name = c.mediator join body b on b.code = c.body
                where {(scope.Kind == ScopeKind.Division ? scope.Sql("b.") : "c.body = @Code")}
                    and (@own::text is null or c.mediator = @own)
                    and c.outcome in ('settled', 'partial') and c.closed_on >= @month and c.closed_on < @next and not c.is_open
                order by b.code, c.mediator, c.closed_on, c.case_no limit {MostCases}
                """, new
            {
                scope.Code,
                scope.High,
                month,
                next = month.AddMonths(1),
                own = caller.Value.Role == Role.Mediator ? caller.Value.User : null
            }, cancellationToken: cancellationToken))).AsList();
            return new Answer(request.Month, scope.Code, scope.Name, [
                .. from row in rows
                   group row by (row.Mediator, row.Name, row.Body) into of
                   select SheetOf(of.Key, [.. of.Select(row => LineOf(row, fees))])]);
        }

        private static Sheet SheetOf((string Mediator, string Name, string Body) of, IReadOnlyList<Line> cases) =>
            new(of.Mediator, of.Name, of.Body,
                [.. from line in cases
                    group line by line.Grade into grade
                    orderby grade.Key
                    select new Grade(grade.Key, grade.Count(), grade.Count(line => line.Complete), grade.Sum(Pays))],
                cases, cases.Sum(Pays));

        private static decimal Pays(Line line) => line.Complete ? line.Fee ?? 0 : 0;

        private static Line LineOf(Row row, IReadOnlyList<(string Grade, DateTime From, decimal Fee)> fees)
        {
            var c = CaseJson.ParseCase(row.State);
            var (grade, closed) = (CaseGrades.Of(c), c.ClosedOn!.Value);
            var name = grade.Camel();
            var fee = fees.Where(fee => fee.Grade == name && DateOnly.FromDateTime(fee.From) <= closed)
                .Select(fee => (decimal?)fee.Fee).FirstOrDefault();
            return new Line(c.CaseNo, c.Category, closed, c.Outcome!.Value, grade, c.Status == Status.Archived, fee);
        }

        private sealed class Row
        {
            public string Mediator { get; init; } = "";
            public string Name { get; init; } = "";
            public string Body { get; init; } = "";
            public string State { get; init; } = "";
        }
    }

    /// <summary>Whether somebody may open the sheets at all.</summary>
    public static bool IsFor(Role role) => role != Role.Court && Permissions.Has(role, Permission.ReadReports);

    private static readonly Message[] Headings =
    [
        new("调解员", "Mediator"), new("姓名", "Name"), new("调解组织", "Body"), new("案号", "Case"), new("类别", "Category"), new("办结日期", "Closed on"),
        new("难易等级", "Grade"), new("卷宗齐全", "File complete"), new("标准(元)", "Fee (yuan)"), new("应付(元)", "Due (yuan)"),
    ];

    private static IEnumerable<IEnumerable<object?>> Cells(Answer answer) =>
        from sheet in answer.Sheets
        from line in sheet.Cases
        select (IEnumerable<object?>)
        [
            sheet.Mediator, sheet.Name, sheet.Body, line.CaseNo, Category.Name(line.Category)?.In() ?? line.Category, line.ClosedOn,
            GradeName(line.Grade).In(), (line.Complete ? new Message("是", "Yes") : new Message("否", "No")).In(), line.Fee,
            line.Complete ? line.Fee : 0m,
        ];

    internal static Message GradeName(CaseGrade grade) => grade switch
    {
        CaseGrade.Simple => new("简易", "Simple"),
        CaseGrade.Ordinary => new("一般", "Ordinary"),
        CaseGrade.Complex => new("疑难", "Complex"),
        _ => new("重大", "Major"),
    };

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/mediators/{month}.csv", async (string month, HttpContext http, IMediator mediator) =>
            Results.File(CsvText.File(Headings.Select(heading => heading.In()),
                Cells(await mediator.Send(Read(month, http), http.RequestAborted)).Select(row => row.Select(Written))),
                "text/csv; charset=utf-8", $"mediators-{month}.csv"))
            .WithName("MediatorMonthCsv").WithSummary("The mediators' month as a CSV file").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/reports/mediators/{month}.xlsx", async (string month, HttpContext http, IMediator mediator) =>
            Results.File(XlsxText.File(new XlsxSheet(month, Headings.Select(heading => heading.In()),
                Cells(await mediator.Send(Read(month, http), http.RequestAborted)))),
                XlsxText.MediaType, $"mediators-{month}.xlsx"))
            .WithName("MediatorMonthWorkbook").WithSummary("The mediators' month as a workbook").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<byte[]>(200, XlsxText.MediaType);
        app.MapGet("/api/v1/reports/mediators/{month}", async (string month, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(Read(month, http), http.RequestAborted), ApiJson.Output))
            .WithName(nameof(MediatorMonth)).WithTags("Reports").Produces<Answer>();
    }

    private static string? Written(object? cell) => cell switch
    {
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        decimal yuan => yuan.ToString("0.##", CultureInfo.InvariantCulture),
        _ => cell as string,
    };

    private static MediatorMonth Read(string month, HttpContext http)
    {
        var (division, body) = AskedPeriod.OfMonth(month, http, new QueryParameters(http.Request));
        return new MediatorMonth(month, division, body);
    }
}
