using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;

namespace Mediation.Service.Reports.Month;

/// <summary>
/// Who the return is for: the justice administration guides mediation committees, the centre answers for what is settled where.
/// </summary>
public enum ReturnLine { Justice, Centre }

/// <summary>
/// The month as one line asks for it. Both lines are read from the same views of one snapshot, or of the
/// published month once there is one, so that what both print is the same figure.
/// </summary>
/// <param name="Line">
/// justice: success over accepted, by initiation and type (人民调解工作统计报表); centre: resolved over found, by source and level.
/// </param>
[Requires(Permission.ReadReports)]
public sealed record LineReturn(string Month, string? Division, string? Body, ReturnLine Line) : IRequest<LineReturn.Answer>, IEndpoint
{
    private const int Widest = 7;

    /// <param name="State">Published: the frozen figures.</param>
    public sealed record Answer(
        string Month, string Scope, string Name, ReturnLine Line, string Title, MonthState State, IReadOnlyList<Block> Blocks);

    /// <param name="Columns">Headings of the values.</param>
    public sealed record Block(string Name, string Title, IReadOnlyList<string> Columns, IReadOnlyList<Row> Rows);

    /// <param name="Values">Counts, yuan, or unrounded fractions; null where nothing can be divided.</param>
    /// <param name="Share">Which of the values are fractions.</param>
    /// <param name="NotCounted">The month was published before this was counted.</param>
    public sealed record Row(string Name, IReadOnlyList<decimal?> Values, IReadOnlyList<bool> Share,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool NotCounted = false)
    {
        public string Shown(int at) => NotCounted && Values[at] is null ? ReportRow.NotCounted.In()
            : Share[at] ? FigureText.Percent((double?)Values[at]) : FigureText.Figure(Values[at]);
    }

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, PublishedMonth.Publications publications, TimeProvider clock)
        : IRequestHandler<LineReturn, Answer>
    {
        public async Task<Answer> Handle(LineReturn request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            var live = await figures.ReadAllAsync(scope, month, cancellationToken);
            var state = live[0].Figures.State;
            var views = state == MonthState.Published
                ? (await publications.FindAsync(new PublishedMonth(request.Month, request.Division, request.Body), cancellationToken)).Views
                : JsonSerializer.SerializeToElement(live.ToDictionary(view => view.By?.Camel() ?? "none",
                    view => MonthlyReport.Compose(scope, month, view.By, view.Figures)), ApiJson.Output);
            return new Answer(request.Month, scope.Code, scope.Name, request.Line, TitleOf(request.Line).In(), state,
                request.Line == ReturnLine.Justice ? Justice(views) : Centre(views));
        }
    }

    public static Message TitleOf(ReturnLine line) => line == ReturnLine.Justice
        ? new("人民调解工作统计报表（司法行政口）", "Return of people's mediation (justice line)")
        : new("矛盾纠纷化解统计报表（综治中心口）", "Return of disputes resolved (centre line)");

    // A published month is read by the names in its text: what it does not have was not counted then.
    internal static IReadOnlyList<Block> Justice(JsonElement views)
    {
        var whole = views.GetProperty("none");
        var totals = whole.GetProperty("totals");
        return
        [
            Counts("totals", new("本月工作", "The month"), new("件数或金额", "Cases or yuan"),
            [
                Figure("accepted", totals), Figure("settled", totals), Figure("partial", totals), Figure("failed", totals),
                Rate(whole, "successRate"), Figure("oral", totals), Figure("written", totals), Figure("amountSettled", totals),
                Figure("persons", totals), Figure("performed", totals), Rate(whole, "performanceRate"), Figure("confirmed", totals),
                Figure("filedLater", totals), Figure("pending", totals),
            ]),
            Shares("initiation", new("案件来源", "How cases came"), views, "initiation"),
            Shares("category", new("纠纷类型", "Types of dispute"), views, "category"),
            Prevented(whole),
        ];
    }

    private static IReadOnlyList<Block> Centre(JsonElement views)
    {
        var whole = views.GetProperty("none");
        var totals = whole.GetProperty("totals");
        return
        [
            Counts("totals", new("本月工作", "The month"), new("件数", "Cases"),
            [
                Plain(new("排查次数", "Rounds of surveys"), Number(whole, "surveys")),
                Plain(new("排查发现", "Found by surveys"), Number(whole, "found")), Figure("registered", totals), Figure("referred", totals),
                Figure("accepted", totals), Figure("settled", totals), Figure("partial", totals), Rate(whole, "resolutionRate"),
                Figure("closed", totals), Rate(whole, "closureRate"), Figure("pending", totals), Figure("major", totals),
                Figure("overdue", totals), Figure("escalated", totals), Rate(whole, "onTimeRate"), Rate(whole, "repeatVisitRate"),
            ]),
            Counts("levels", new("分级化解", "Where it was settled"), new("占调解成功", "Of those settled"),
                [Rate(whole, "resolvedInVillageRate"), Rate(whole, "resolvedInTownshipRate"), Rate(whole, "resolvedInCountyRate")]),
            Shares("channel", new("受理渠道", "Ways in"), views, "channel"),
            Shares("level", new("组织层级", "Levels of bodies"), views, "level"),
            Prevented(whole),
        ];
    }

    private static Block Counts(string name, Message title, Message column, IReadOnlyList<Row> rows) =>
        new(name, title.In(), [column.In()], rows);

    /// <summary>What each row took in and settled, with its share of all that was accepted and its own success.</summary>
    private static Block Shares(string name, Message title, JsonElement views, string by)
    {
        var rows = views.TryGetProperty(by, out var view) ? view.GetProperty("rows").EnumerateArray().ToList() : [];
        var all = rows.Sum(row => Number(row, "accepted"));
        return new Block(name, title.In(),
            [Heading("registered"), Heading("accepted"), new Message("占受理", "Share of accepted").In(), Heading("settled"),
                Heading("partial"), new Message("成功率", "Success").In()],
            [.. rows.Select(row => Share(row.GetProperty("name").GetString()!, Number(row, "registered"), Number(row, "accepted"), all,
                Number(row, "settled"), Number(row, "partial")))]);
    }

    private static Row Share(
        string name, decimal? registered, decimal? accepted, decimal? all, decimal? settled, decimal? partial) => new(name,
            [registered, accepted, Of(accepted, all), settled, partial, Of(settled + partial, accepted)],
            [false, false, true, false, false, true]);

    private static Block Prevented(JsonElement whole)
    {
        var (cases, persons) = (Count("preventedCases"), Count("preventedPersons"));
        return new Block("prevented", new Message("防止矛盾激化", "Kept from growing worse").In(),
            [new Message("件", "Cases").In(), new Message("人", "Persons").In()],
            [.. Parts(cases)
                .Select(part => new Row(part.GetProperty("name").GetString()!, [Number(part, "value"), PersonsOf(part)], [false, false]))
                .Append(new Row(new Message("合计", "Total").In(), [Number(whole, "prevented"), Number(persons, "value")], [false, false],
                    NotCounted: persons.ValueKind == JsonValueKind.Undefined))]);

        JsonElement Count(string name) => Named(whole, "counts", name);

        decimal PersonsOf(JsonElement part) =>
            Number(Parts(persons).FirstOrDefault(of => of.GetProperty("key").GetString() == part.GetProperty("key").GetString()), "value")
                ?? 0;
    }

    private static JsonElement.ArrayEnumerator Parts(JsonElement count) =>
        count.ValueKind == JsonValueKind.Object && count.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? parts.EnumerateArray() : default;

    private static Row Figure(string figure, JsonElement totals) =>
        new(Heading(figure), [Number(totals, figure)], [false], NotCounted: Number(totals, figure) is null);

    private static Row Plain(Message name, decimal? value) => new(name.In(), [value], [false], NotCounted: value is null);

    private static Row Rate(JsonElement whole, string name)
    {
        var rate = Named(whole, "measures", name);
        return new Row(MeasureDefinitions.All.First(one => one.Name == name).Title.In(),
            [Of(Number(rate, "numerator"), Number(rate, "denominator"))], [true], NotCounted: rate.ValueKind == JsonValueKind.Undefined);
    }

    private static JsonElement Named(JsonElement whole, string list, string name) => whole.TryGetProperty(list, out var all)
        ? all.EnumerateArray().FirstOrDefault(one => one.GetProperty("name").GetString() == name) : default;

    /// <summary>Null where the text has no such figure.</summary>
    private static decimal? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDecimal() : null;

    private static decimal? Of(decimal? part, decimal? all) => all is null or 0 ? null : part / all;

    private static string Heading(string figure) => ReportColumns.HeadingOf(figure).In();

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/monthly/{month}/returns/{line}",
            async (string month, string line, HttpContext http, IMediator mediator) =>
                Results.Json(await mediator.Send(Read(month, line, http), http.RequestAborted), ApiJson.Output))
            .WithName(nameof(LineReturn)).WithTags("Reports").Produces<Answer>();
        app.MapGet("/api/v1/reports/monthly/{month}/returns/{line}.csv",
            async (string month, string line, HttpContext http, IMediator mediator) =>
            {
                var made = await mediator.Send(Read(month, line, http), http.RequestAborted);
                return Results.File(CsvText.File(Wide([made.Title, made.Name, made.Month])!, made.Blocks.SelectMany(Lines).Select(Wide)),
                    "text/csv; charset=utf-8", $"return-{line}-{month}.csv");
            }).WithName("LineReturnCsv").WithSummary("The month's return of one line as a CSV file").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/reports/monthly/{month}/returns/{line}.xlsx",
            async (string month, string line, HttpContext http, IMediator mediator) =>
            {
                var made = await mediator.Send(Read(month, line, http), http.RequestAborted);
                return Results.File(XlsxText.File([.. made.Blocks.Select(block => new XlsxSheet(block.Title,
                    block.Columns.Prepend(made.Name), block.Rows.Select(row => row.Values.Cast<object?>().Prepend(row.Name))))]),
                    XlsxText.MediaType, $"return-{line}-{month}.xlsx");
            }).WithName("LineReturnWorkbook")
            .WithSummary("The month's return of one line as a workbook, a sheet for each table; rates as fractions").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<byte[]>(200, XlsxText.MediaType);
    }

    private static IEnumerable<IEnumerable<string?>> Lines(Block block) =>
        block.Rows.Select(row => (IEnumerable<string?>)[row.Name, .. row.Values.Select(
            (_, at) => row.Share[at] ? row.Shown(at) : row.Values[at]?.ToString("0.##", CultureInfo.InvariantCulture))])
            .Prepend([block.Title, .. block.Columns]).Prepend([]);

    /// <summary>Every line of the file has as many cells as the widest table.</summary>
    private static IEnumerable<string?> Wide(IEnumerable<string?> cells) => cells.Concat(Enumerable.Repeat("", Widest)).Take(Widest);

    private static LineReturn Read(string month, string line, HttpContext http)
    {
        var query = new QueryParameters(http.Request);
        ReturnLine? asked = Enum.GetValues<ReturnLine>().Cast<ReturnLine?>().FirstOrDefault(one => one!.Value.Camel() == line);
        if (asked is null) query.Wrong("line", new("报表口径应为 justice（司法行政）或 centre（综治中心）。", "The line is justice or centre."));
        var (division, body) = AskedPeriod.OfMonth(month, http, query);
        return new LineReturn(month, division, body, asked!.Value);
    }
}
