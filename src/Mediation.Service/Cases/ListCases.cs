using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;
using static System.FormattableString;

namespace Mediation.Service.Cases;

/// <summary>The work list: what the caller may see, narrowed by filters, in the order asked for; paged by key at any depth.</summary>
[Requires(Permission.ReadCases)]
public sealed partial record ListCases : IRequest<ListCases.Page>, IEndpoint
{
    public Stage? Stage { get; init; }
    public Status? Status { get; init; }
    public Risk? Risk { get; init; }
    public Timeliness? Timeliness { get; init; }
    public string? Category { get; init; }
    public Channel? Channel { get; init; }
    public Track? Track { get; init; }

    /// <summary>A part of the work list; what is closed is left out by open alone.</summary>
    public WorkTab? Tab { get; init; }

    /// <summary>With its subtree.</summary>
    public string? Division { get; init; }

    public string? Body { get; init; }

    /// <summary>User name, or <c>me</c>.</summary>
    public string? Mediator { get; init; }

    /// <summary>Body code, or a division: then its courts.</summary>
    public string? Court { get; init; }

    /// <summary>
    /// A case number or the beginning or end of one, the court's number or the end of one, or a party's name or a part of it;
    /// two characters are enough.
    /// </summary>
    public string? Q { get; init; }

    /// <summary>Only these case numbers, with commas between: as ticked in a list.</summary>
    public string? Numbers { get; init; }

    public DateOnly? OpenedFrom { get; init; }
    public DateOnly? OpenedTo { get; init; }

    /// <summary>due, -opened or -updated.</summary>
    public string Sort { get; init; } = "due";

    /// <summary>Only what is open, as the tabs of the work list ask: these lists cost the same at any number of cases.</summary>
    public bool? Open { get; init; }

    public int Limit { get; init; } = 50;
    public string? After { get; init; }

    public sealed record Page(IReadOnlyList<Row> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

    public sealed record Row(
        Guid Id, string CaseNo, int Version, string Stage, string Status, string? Outcome, Risk Risk, Timeliness Timeliness, string Track,
        string Channel, string Category, string Division, string? Court, string? CourtCaseNo, string? Body, string? Mediator,
        decimal? Amount, bool Major, string? Summary, string? Applicants, string? Respondents, DateTimeOffset OpenedAt, DateTimeOffset? Due,
        DateTimeOffset UpdatedAt, [property: JsonIgnore] DateOnly? DueOn);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<ListCases, Page>
    {
        private const int MostGrams = 6;

        // A county's code.
        private const int LeastBeginning = 6;

        public async Task<Page> Handle(ListCases request, CancellationToken cancellationToken)
        {
            var (column, descending) =
                request.Sort switch { "-opened" => ("opened_at", true), "-updated" => ("updated_at", true), _ => ("due_at", false) };
            var (where, values) = Filter(request, caller.Value, clock);
            var filters = $"{caller.Value.User}|{request with { Limit = 0, After = null }}";
            if (Cursor.Read(request.After, 2, filters) is { } key)
            {
                values.Add("at",
                    key[0] is { } at ? new DateTime(Cursor.Number(at, DateTime.MaxValue.Ticks), DateTimeKind.Utc) : DateTime.MaxValue);
                values.Add("last", Cursor.Id(key[1]));
                // Nothing is later than "no date", and an equality keeps to the index of the list.
                where.Add(key[0] is null && !descending
                    ? $"c.{column} = @at and c.id > @last" : $"(c.{column}, c.id) {(descending ? "<" : ">")} (@at, @last)");
            }

            var order = descending ? "desc" : "asc";
            values.Add("limit", request.Limit + 1);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            // How many cases a name finds differs a thousandfold, so a plan made for any name is a bad one.
            var planned = request.Q is null ? "" : "select set_config('plan_cache_mode', 'force_custom_plan', true);\n";
            await using var answer = await connection.QueryMultipleAsync(new CommandDefinition($"""
                {planned}with page as (
                    select c.* from cases c where {string.Join(" and ", where)} order by c.{column} {order}, c.id {order} limit @limit)
                select c.id, c.case_no, c.version, c.stage, c.status, c.outcome, c.risk::int as risk, c.timeliness::int as timeliness,
                    c.track, c.channel, c.category, c.division,
                    c.court, c.court_case_no, c.body, c.mediator, c.amount, c.major, t.body as summary, p.applicants, p.respondents,
                    c.opened_at, nullif(c.due_at, 'infinity') as due, c.updated_at, c.due_on
                from page c
                left join case_text t on t.id = (c.state -> 'summary' ->> 'id')::uuid
                left join lateral (
                    select string_agg(p.name, '、' order by length(p.id), p.id) filter (where p.side = 'applicant') as applicants,
                        string_agg(p.name, '、' order by length(p.id), p.id) filter (where p.side = 'respondent') as respondents
                    from case_party p where p.case_id = c.id) p on true
                order by c.{column} {order}, c.id {order}
                """, values, cancellationToken: cancellationToken));
            if (planned.Length > 0) await answer.ReadAsync<string>();
            var found = (await answer.ReadAsync<Row>()).AsList();
            var items = found.Take(request.Limit).ToList();
            var last = items.Count > 0 ? items[^1] : null;
            var next = found.Count > request.Limit && last is not null
                ? Cursor.Write([Ticks(column switch { "opened_at" => last.OpenedAt, "updated_at" => last.UpdatedAt, _ => last.Due }),
                    last.Id.ToString()], filters)
                : null;
            return new Page(items, next);
        }

        private static (List<string> Where, DynamicParameters Values) Filter(ListCases request, Caller caller, TimeProvider clock)
        {
            var scope = CaseScope.Of(caller);
            var where = new List<string> { scope.Sql };
            var values = new DynamicParameters(new { scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body });
            Equal("stage", request.Stage?.Camel());
            Equal("status", request.Status?.Camel());
            Equal("risk", (short?)request.Risk);
            Equal("timeliness", (short?)request.Timeliness);
            Equal("category", request.Category);
            Equal("channel", request.Channel?.Camel());
            Equal("track", request.Track?.Camel());
            Equal("body", request.Body);
            Equal("mediator", request.Mediator == "me" ? caller.User : request.Mediator);
            Within("division", request.Division);
            Within("court", request.Court);
            if (request.Tab is { } tab)
            {
                where.Add(WorkTabs.Sql(tab, caller));
                values.AddDynamicParams(new { tabUser = caller.User, tabNow = clock.GetUtcNow().UtcDateTime });
            }

            if (request.Open is { } open) where.Add(open ? "c.is_open" : "not c.is_open");
            // says nothing new, but in the words of the indexes
            else if (request.Status is { } status && Case.IsOpenIn(status)) where.Add("c.is_open");
            if (request.OpenedFrom is { } from)
            {
                where.Add("c.opened_on >= @openedFrom");
                values.Add("openedFrom", from);
            }

            if (request.OpenedTo is { } to)
            {
                where.Add("c.opened_on <= @openedTo");
                values.Add("openedTo", to);
            }

            if (request.Numbers is { } numbers)
            {
                where.Add("c.case_no = any(@numbers)");
                values.Add("numbers", numbers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }

            if (request.Q is { } q)
            {
                var text = q.Normalize(NormalizationForm.FormKC);
                if (CaseNumberPart().IsMatch(text)) Number(text);
                else if (CourtNumberPart().IsMatch(text)) CourtNumber(text);
                else Name(q);
            }

            return (where, values);

            // What is within a number is within too many of them. A few digits are an end: all numbers of a province begin alike.
            void Number(string text)
            {
                where.Add(text.Length < LeastBeginning
                    ? "c.id in (select case_id from case_gram where gram like @end)"
                    : "c.id in (select case_id from case_gram where gram like @end union all select id from "
                        + "cases where case_no like @start)");
                values.AddDynamicParams(new { start = text + "%", end = CaseDraft.EndOf(text) + "%" });
            }

            void CourtNumber(string text)
            {
                where.Add("c.id in (select case_id from case_gram where gram like @end)");
                values.Add("end", Escaped(CaseDraft.EndOf(text.Replace('(', '\uFF08').Replace(')', '\uFF09'))) + "%");
            }

            // One condition each: the planner begins with the rarest, or with the list's order when all are common. Then the
            // whole text: bigrams alone would also find scrambled names.
            void Name(string text)
            {
                var grams = CaseDraft.Grams([text]).Take(MostGrams).ToList();
                if (grams.Count == 0) where.Add("false"); // no two characters stand together
                foreach (var (at, gram) in grams.Index())
                {
                    where.Add(Invariant($"exists (select 1 from case_gram g where g.gram = @gram{at} and g.case_id = c.id)"));
                    values.Add(Invariant($"gram{at}"), gram);
                }

                where.Add("exists (select 1 from case_party n where n.case_id = c.id and n.name like @like)");
                values.Add("like", "%" + Escaped(text) + "%");
            }

            void Equal(string column, object? value)
            {
                if (value is null) return;
                where.Add($"c.{column} = @{column}");
                values.Add(column, value);
            }

            void Within(string column, string? code)
            {
                if (code is null) return;
                var (low, high) = CaseScope.Subtree(code);
                where.Add($"c.{column} >= @{column}Low and c.{column} < @{column}High");
                values.Add(column + "Low", low);
                values.Add(column + "High", high);
            }
        }

        private static string? Ticks(DateTimeOffset? at) => at?.UtcTicks.ToString(CultureInfo.InvariantCulture);

        private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
    }

    [GeneratedRegex("^[0-9-]{2,}$", RegexOptions.None, 1000)]
    private static partial Regex CaseNumberPart();

    // （2026）湘0104民诉前调12号, or its end: 调12号, 12号, 调12.
    [GeneratedRegex(@"^\([0-9]{4}\)|[0-9]号$|[初前终再监执调辖破]字?[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex CourtNumberPart();

    /// <summary>The filters as an address holds them, without the paging; who calls checks.</summary>
    public static ListCases Read(QueryParameters query)
    {
        var request = new ListCases
        {
            Stage = query.Enum<Stage>("stage"),
            Status = query.Enum<Status>("status"),
            Risk = query.Enum<Risk>("risk"),
            Timeliness = query.Enum<Timeliness>("timeliness"),
            Category = query.Text("category"),
            Channel = query.Enum<Channel>("channel"),
            Track = query.Enum<Track>("track"),
            Tab = query.Enum<WorkTab>("tab"),
            Division = query.Text("division", 12),
            Body = query.Text("body"),
            Mediator = query.Text("mediator"),
            Court = query.Text("court"),
            Q = query.Text("q", 50)?.Trim(),
            Numbers = query.Text("numbers", 1200),
            OpenedFrom = query.Date("openedFrom"),
            OpenedTo = query.Date("openedTo"),
            Open = query.Flag("open"),
            Sort = query.OneOf("sort", "due", "-opened", "-updated"),
        };
        if (request.Q is { Length: < 2 }) query.Wrong("q", new("请至少输入两个字。", "Give at least two characters."));
        return request;
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/cases", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = Read(query) with { Limit = query.Limit(), After = query.Text("after", 500) };
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListCases)).WithTags("Cases").Produces<Page>();
}
