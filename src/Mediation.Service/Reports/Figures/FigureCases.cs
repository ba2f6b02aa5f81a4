using System.Globalization;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// The cases behind one figure of a report: their amounts sum to it. By today's knowledge; a published month stays what it was.
/// </summary>
/// <param name="Figure">
/// A figure of the report's rows, a tally, a step (<c>escalated.2</c>), or a side of a rate (<c>successRate.numerator</c>).
/// </param>
/// <param name="Key">Of the row; empty for the row of what has none yet. Null: the totals.</param>
/// <param name="After">The last case number of the page before.</param>
[Requires(Permission.ReadReports)]
public sealed record FigureCases(string Period, string? Division, string? Body, string Figure, ReportBy? By = null, string? Key = null,
    string? After = null, int Limit = 50)
    : IRequest<FigureCases.Answer>, IEndpoint
{
    /// <summary>A file holds so many cases at most.</summary>
    public const int MostInFile = 20_000;

    /// <param name="Name">The row's name, with what the rows stand for.</param>
    /// <param name="Sum">Of all cases: the figure.</param>
    /// <param name="Cases">How many make it.</param>
    /// <param name="Hidden">Those that the reader may not open, e.g. since they moved elsewhere; counted, and not listed.</param>
    /// <param name="Unlisted">What entries from before the cases were noted add to the sum.</param>
    /// <param name="Next">Null on the last page.</param>
    public sealed record Answer(
        string Period, string Title, string Scope, string Name, string Figure, string Heading, decimal Sum, long Cases, long Hidden,
        decimal Unlisted, IReadOnlyList<Item> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

    /// <param name="Amount">What the case adds: 1, persons, yuan, or how often it happened.</param>
    public sealed record Item(string CaseNo, string Category, string Division, string? Body, DateOnly OpenedOn, DateOnly? ClosedOn,
        Status Status, decimal Amount);

    /// <summary>What of the entries a figure counts.</summary>
    /// <param name="Low">Of the entries with days, marks or steps, only from this on.</param>
    /// <param name="At">What waits, at the end (true) or the beginning (false) of the period; null: what happened in it.</param>
    private sealed record Counted(string[] Measures, int Low = int.MinValue, int High = int.MaxValue, bool? At = null);

    public sealed class Handler(ReportScopes scopes, CurrentCaller caller, NpgsqlDataSource db, TimeProvider clock)
        : IRequestHandler<FigureCases, Answer>
    {
        public async Task<Answer> Handle(FigureCases request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            var counted = Find(request.Figure) ?? throw ProblemException.Invalid("figure", NoFigure);
            var reader = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(Sql(scope, request, counted, reader), new
            {
                scope.Code,
                scope.High,
                dimension = request.Key is null ? "none" : request.By?.Camel() ?? "none",
                key = request.By is null ? null : request.Key,
                from = counted.At == true ? period.LastMonth.AddMonths(1) : period.First,
                to = counted.At is null ? period.LastMonth : DateOnly.MaxValue,
                measures = counted.Measures,
                lowDays = counted.Low,
                highDays = counted.High,
                scopeLow = reader.Low,
                scopeHigh = reader.High,
                scopeBody = reader.Body,
                after = request.After ?? "",
                more = request.Limit + 1,
            }, cancellationToken: cancellationToken))).AsList();
            var name = request.By is { } by && request.Key is { } row
                ? await ReportFigures.NameAsync(connection, by, row, cancellationToken) : scope.Name;
            var items = rows.Where(found => found.CaseNo is not null).ToList();
            return new Answer(period.ToString(), period.Title.In(), scope.Name, name, request.Figure, Heading(request.Figure), rows[0].Sum,
                rows[0].Cases, rows[0].Hidden, rows[0].Unlisted,
                [.. items.Take(request.Limit)
                    .Select(found => new Item(found.CaseNo!, found.Category, found.Place, found.BodyName, found.OpenedOn, found.ClosedOn,
                        Enum.Parse<Status>(found.Status, ignoreCase: true), found.Amount))],
                items.Count > request.Limit ? items[request.Limit - 1].CaseNo : null);
        }

        // As the report sums its rows: what an entry adds the database's function says; what waits is what is open now without what
        // came since.
        private static string Sql(ReportScope scope, FigureCases request, Counted counted, CaseScope reader)
        {
            var here = scope.Sql();
            var left = scope.Kind == ScopeKind.Court ? $"{here} and from_division is not null" : scope.Sql("from_");
            // Of the body that holds it, as it was when it came there.
            var level = request.By is ReportBy.Level ? "state -> 'body' ->> 'level'" : "null";
            var made = counted.At is not null
                ? $"""
                    select case_id, -stock as amount from flow
                    union all
                    select id, 1 from cases where is_open and {here} and (@key is null
                        or tally_key(@Code, @dimension, division, body, category, channel, initiation, court, track, {level}) = @key)
                    """
                : "select case_id, amount from flow where measure = any(@measures) and days between @lowDays and @highDays";
            return $"""
                with flow as (
                    select e.case_id, f.measure, e.days, f.amount, f.stock
                    from (
                        select e.* from tally_entry e where {here} and month between @from and @to
                        union all
                        select e.* from tally_entry e where {left} and ({here}) is not true and month between @from and @to
                        union all
                        select d.* from tally_delta d where ({here} or {left}) and month between @from and @to
                    ) e
                    cross join lateral tally_within(row(e.*)::tally_delta, @Code, @dimension) f
                    where @key is null or f.key = @key
                ),
                found as materialized (
                    select case_id, sum(amount) as amount from ({made}) m group by case_id having sum(amount) <> 0
                ),
                seen as materialized (
                    select c.id, c.case_no, f.amount from found f join cases c on c.id = f.case_id where {reader.Sql}
                )
                select t.*, p.* from (
                    select coalesce(sum(f.amount), 0) as sum, count(f.case_id) as cases, count(f.case_id) - (select count(*)
                        from seen) as hidden,
                        coalesce(sum(f.amount) filter (where f.case_id is null), 0) as unlisted from found f
                ) t left join lateral (
                    select c.case_no, c.category, d.name as place, b.name as body_name, c.opened_on, c.closed_on, c.status, s.amount
                    from (select * from seen where case_no > @after order by case_no limit @more) s join cases c on c.id = s.id
                        join division d on d.code = c.division left join body b on b.code = c.body
                ) p on true
                order by p.case_no
                """;
        }

        private sealed class Row
        {
            public decimal Sum { get; init; }
            public long Cases { get; init; }
            public long Hidden { get; init; }
            public decimal Unlisted { get; init; }
            public string? CaseNo { get; init; }
            public string Category { get; init; } = "";
            public string Place { get; init; } = "";
            public string? BodyName { get; init; }
            public DateOnly OpenedOn { get; init; }
            public DateOnly? ClosedOn { get; init; }
            public string Status { get; init; } = "";
            public decimal Amount { get; init; }
        }
    }

    public static Message NoFigure { get; } = new("没有这个数字，或者它不是由案件得出的。", "There is no such figure, or it is not made of cases.");

    /// <summary>Whether there can be a list: what surveys found and what was prevented is no case.</summary>
    public static bool Has(string figure) => Find(figure) is not null;

    private static Counted? Find(string figure)
    {
        if (figure.Split('.') is [var name, var part])
        {
            if (name == Tally.Escalated && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var step))
                return new Counted([name], step, step);
            if (MeasureDefinitions.All.FirstOrDefault(one => one.Name == name) is not { } rate
                || part is not ("numerator" or "denominator"))
                return null;
            var side = part == "numerator" ? rate.Numerator : rate.Denominator;
            return side is [var only] ? Find(only) : side.Contains(MeasureDefinitions.Found) ? null : new Counted([.. side]);
        }

        if (figure == ReportColumns.Pending.Name) return new Counted([], At: true);
        if (figure == ReportColumns.BroughtForward.Name) return new Counted([], At: false);
        if (ReportColumns.Find(figure) is { } column) return new Counted([.. column.Measures]);
        return figure switch
        {
            Tally.Answered => new Counted([Tally.FollowedUp], 1),
            Tally.Satisfied => new Counted([Tally.FollowedUp], 4),
            _ => Tallies.Contains(figure) ? new Counted([figure]) : null,
        };
    }

    private static readonly HashSet<string> Tallies = new(
        MeasureDefinitions.All.SelectMany(rate => rate.Numerator.Concat(rate.Denominator)).Where(name => name != MeasureDefinitions.Found)
            .Append(Tally.Attempts).Append(Tally.NoShows), StringComparer.Ordinal);

    private static string Heading(string figure)
    {
        if (ReportColumns.Find(figure) is { } column) return column.Heading.In();
        if (figure.Split('.') is [var name, var part])
            return MeasureDefinitions.All.FirstOrDefault(one => one.Name == name) is { } rate
                ? new Message($"{rate.Title.Zh}（{(part == "numerator" ? "分子" : "分母")}）", $"{rate.Title.En} ({part})").In()
                : $"{ReportColumns.Find(Tally.Escalated)!.Heading.In()} · "
                    + $"{ReportCount.Step(int.Parse(part, CultureInfo.InvariantCulture)).In()}";
        return figure == Tally.Attempts ? CountDefinitions.Attempts.Title.In()
            : figure == Tally.NoShows ? CountDefinitions.NoShows.Title.In() : figure;
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/periods/{period}/cases", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var (after, limit) = (query.Text("after"), query.Limit());
            return Results.Json(await mediator.Send(Read(period, http, query) with { After = after, Limit = limit }, http.RequestAborted),
                ApiJson.Output);
        }).WithName(nameof(FigureCases)).WithTags("Reports")
            .WithMetadata(WhichFigure).Produces<Answer>();
        app.MapGet("/api/v1/reports/periods/{period}/cases.csv", async (string period, HttpContext http, IMediator mediator) =>
        {
            var listed = await mediator.Send(Read(period, http, new QueryParameters(http.Request)) with { Limit = MostInFile },
                http.RequestAborted);
            if (listed.Next is not null) throw ProblemException.Invalid("division",
                new($"多于 {MostInFile} 件，请选择较小的区划或较短的期间。", $"More than {MostInFile} cases: choose a smaller division or a shorter period."));
            return Results.File(CsvText.File([.. Headings.Select(heading => heading.In()), listed.Heading], listed.Items.Select(Cells)),
                "text/csv; charset=utf-8", $"cases-{period}.csv");
        }).WithName("FigureCasesCsv").WithSummary("The cases behind a figure as a CSV file").WithTags("Reports").WithMetadata(Parameters)
            .Produces<string>(200, "text/csv");
    }

    private static readonly Message[] Headings =
    [
        new("案号", "Case"), new("类别", "Category"), new("区划", "Division"), new("调解组织", "Body"), new("登记日期", "Registered on"),
        new("办结日期", "Closed on"), new("状态", "Status"),
    ];

    private static IEnumerable<string?> Cells(Item item) =>
    [
        item.CaseNo, Domain.Category.Name(item.Category)?.In() ?? item.Category, item.Division, item.Body,
        item.OpenedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), item.ClosedOn?.ToString("yyyy-MM-dd",
            CultureInfo.InvariantCulture), item.Status.Camel(), item.Amount.ToString("0.##", CultureInfo.InvariantCulture),
    ];

    private static QueryOf WhichFigure => new("figure", typeof(string),
        "A figure of the rows, e.g. settled; escalated.2 for a step; successRate.numerator for a side of a rate.");

    private static object[] Parameters =>
    [
        .. AskedPeriod.Parameters, WhichFigure,
        new QueryOf("by", typeof(ReportBy), "What the rows stand for."),
        new QueryOf("key", typeof(string), "Of the row; given and empty: of what has none yet."),
    ];

    private static FigureCases Read(string period, HttpContext http, QueryParameters query)
    {
        var (by, key, figure) = (query.Enum<ReportBy>("by"), query.Text("key"), query.Text("figure"));
        if (figure is null || !Has(figure)) query.Wrong("figure", NoFigure);
        var (division, body) = AskedPeriod.OfPeriod(period, http, query);
        return new FigureCases(period, division, body, figure!, by,
            by is null ? null : key ?? (http.Request.Query.ContainsKey("key") ? "" : null));
    }
}

/// <summary>From the figures of a report to the page that lists their cases.</summary>
/// <param name="Scope">division=… or body=…, or nothing.</param>
/// <param name="By">What the rows stand for; null where they are not kept by it.</param>
public sealed record FigureLinks(string Period, string Scope, string? By)
{
    /// <summary>Null where there is nothing to list.</summary>
    /// <param name="row">Of a row and not of the totals.</param>
    public string? To(string figure, IFormattable? value, bool row = false, string? key = null) =>
        value is null or 0L or 0m || (row && By is null) || !FigureCases.Has(figure) ? null
        : $"/reports/cases?period={Period}&figure="
            + $"{figure}{(Scope.Length > 0 ? "&" + Scope : "")}{(row ? $"&by={By}&key={Uri.EscapeDataString(key ?? "")}" : "")}";
}
