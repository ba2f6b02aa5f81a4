using System.Data;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Reports.Figures;

/// <summary>A month, or several, as the tallies have them.</summary>
/// <param name="Totals">Of the scope itself: what moves within it counts neither in nor out.</param>
/// <param name="Rows">By the dimension that was asked for; none where none was.</param>
/// <param name="Language">In which the rows are named, and what is made of them is said.</param>
public sealed record MonthFigures(
    MonthState State, string? Digest, ReportRow Totals, IReadOnlyList<ReportRow> Rows, long Surveys, long Found,
    IReadOnlyList<PreventedOf> PreventedKinds, string Language)
{
    public long Prevented => PreventedKinds.Sum(of => of.Entries);

    /// <summary>A tally of the totals, or what the surveys found: for a measure.</summary>
    public long Count(string name) => name == MeasureDefinitions.Found ? Found : Totals.Count(name);
}

/// <summary>Reads the folded figures and the tail that is not folded, in one statement and so in one snapshot.</summary>
public sealed class ReportFigures(NpgsqlDataSource db)
{
    public async Task<MonthFigures> ReadAsync(ReportScope scope, Period period, ReportBy? by, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, scope, period, by, cancellationToken);
    }

    public Task<MonthFigures> ReadAsync(ReportScope scope, DateOnly month, ReportBy? by, CancellationToken cancellationToken) =>
        ReadAsync(scope, new Period(PeriodKind.Month, month), by, cancellationToken);

    /// <summary>The month by nothing and by each dimension, all of one snapshot.</summary>
    /// <param name="language">The reader's own by default.</param>
    public async Task<IReadOnlyList<(ReportBy? By, MonthFigures Figures)>> ReadAllAsync(
        ReportScope scope, DateOnly month, CancellationToken cancellationToken, string? language = null)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await ReadAllAsync(connection, scope, month, cancellationToken, language);
    }

    /// <summary>The same within the caller's snapshot.</summary>
    public static async Task<IReadOnlyList<(ReportBy? By, MonthFigures Figures)>> ReadAllAsync(
        NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken, string? language = null)
    {
        var all = new List<(ReportBy?, MonthFigures)>();
        foreach (var by in Enum.GetValues<ReportBy>().Cast<ReportBy?>().Prepend(null))
            all.Add((by, await ReadAsync(connection, scope, new Period(PeriodKind.Month, month), by, cancellationToken, language)));
        return all;
    }

    private const string Kept = """
        select dimension, key, measure, days, sum(amount) as amount from (
            select dimension, key, measure, days, amount from tally
            where scope = @Code and dimension = any(@dimensions) and month between @month and @last
            union all
            select dimension, key, 'broughtForward', 0, amount from tally
            where scope = @Code and dimension = any(@dimensions) and month < @month and measure = 'stock'
            union all
            select f.dimension, f.key, case when d.month < @month then 'broughtForward' else f.measure end, d.days, f.amount
            from tally_delta d cross join lateral tally_of(d) f
            where d.month <= @last and (starts_with(d.division, @Code) or starts_with(d.from_division, @Code))
                and f.scope = @Code and f.dimension = any(@dimensions) and (d.month >= @month or f.measure = 'stock')
        ) figure group by 1, 2, 3, 4 having sum(amount) <> 0
        """;

    /// <summary>
    /// Of a township, village, body or court: summed from the entries since the first day. What was brought forward is what is
    /// open now without what came since, so that a month costs the same after one year and after twenty. What an entry adds the
    /// database's function says; here stands only where such entries are found.
    /// </summary>
    private static string Narrow(ReportScope scope, ReportBy? by)
    {
        var here = scope.Sql();
        var left = scope.Kind == ScopeKind.Court ? $"{here} and from_division is not null" : scope.Sql("from_"); // a case keeps its court
        // Of the body that holds it, as it was when it came there.
        var level = by is ReportBy.Level ? "state -> 'body' ->> 'level'" : "null";
        // The whole row of either table, which have the same columns: the function takes it.
        return $"""
            with added as (
                select l.dimension, f.key, f.measure, e.days, f.amount, f.stock, e.month <= @last as within
                from (
                    select e.* from tally_entry e where {here} and month >= @month
                    union all
                    select e.* from tally_entry e where {left} and ({here}) is not true and month >= @month
                    union all
                    select d.* from tally_delta d where ({here} or {left}) and month >= @month
                ) e
                cross join unnest(@dimensions) l (dimension)
                cross join lateral tally_within(row(e.*)::tally_delta, @Code, l.dimension) f
                where e.month <= @last or tally_sign(e.measure) <> 0
                    or e.from_division is not null -- of later months only what changes the stock is asked
            )
            select dimension, key, measure, days, sum(amount) as amount from (
                select dimension, key, measure, days, amount from added where within
                union all
                select dimension, key, 'stock', 0, stock from added where within and stock <> 0
                union all
                select dimension, key, 'broughtForward', 0, -stock from added where stock <> 0
                union all
                select l.dimension, tally_key(@Code, l.dimension, division, body, category, channel, initiation, court, track, {level}),
                    'broughtForward', 0, 1
                from cases cross join unnest(@dimensions) l (dimension) where is_open and {here}
            ) figure group by 1, 2, 3, 4 having sum(amount) <> 0
            """;
    }

    private static async Task<MonthFigures> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, Period period, ReportBy? by,
        CancellationToken cancellationToken, string? language = null)
    {
        language ??= Language.Current;
        var (month, last) = (period.First, period.LastMonth);
        var dimension = by?.Camel();
        var figures = (await connection.QueryAsync<Figure>(
            new CommandDefinition(scope.Kind == ScopeKind.Division && Tally.IsKept(scope.Code) ? Kept : Narrow(scope, by),
                new
                {
                    scope.Code,
                    scope.High,
                    month,
                    last,
                    dimension,
                    dimensions = dimension is null ? ["none"] : new[] { "none", dimension }
                }, cancellationToken: cancellationToken))).AsList();
        var names = await NamesAsync(connection, by, [.. figures.Where(figure => figure.Dimension == dimension).Select(figure => figure.Key)
            .Distinct()], language, cancellationToken);
        var rows = from figure in figures
                   where figure.Dimension == dimension
                   group figure by figure.Key into line
                   orderby line.Key.Length == 0, line.Key
                   select new ReportRow(line.Key.Length == 0 ? null : line.Key, names(line.Key), Tallies(line), last);
        var (surveys, found, prevented) = await OutsideAsync(connection, scope, period, cancellationToken);
        // Months are returned, signed and published; longer periods are summed from them.
        var (state, digest) = period.Months > 1
            ? default : await connection.QueryFirstOrDefaultAsync<(string?, string?)>(new CommandDefinition(
                "select state, digest from report_month where month = @month and scope in (@Code, '') order by scope desc",
                new { month, scope.Code }, cancellationToken: cancellationToken));
        return new MonthFigures(state is null ? MonthState.Open : Enum.Parse<MonthState>(state, ignoreCase: true), digest,
            new ReportRow(scope.Code, scope.Name, Tallies(figures.Where(figure => figure.Dimension == "none")), last), [.. rows],
            surveys, found, prevented, language);
    }

    private static Dictionary<(string, int), decimal> Tallies(IEnumerable<Figure> figures) =>
        figures.ToDictionary(figure => (figure.Measure, figure.Days), figure => figure.Amount);

    /// <summary>What is no case: of a division's subtree, or entered by the people of a body.</summary>
    private static async Task<(long Surveys, long Found, IReadOnlyList<PreventedOf> Prevented)> OutsideAsync(
        NpgsqlConnection connection, ReportScope scope, Period period, CancellationToken cancellationToken)
    {
        var where = scope.Kind == ScopeKind.Division ? scope.Sql() : "actor in (select name from app_user where body = @Code)";
        var (rounds, found, kinds, entries, persons) = await connection.QuerySingleAsync<(long, long, string[]?, long[]?, long[]?)>(
            new CommandDefinition($"""
                select s.rounds, s.found, p.kinds, p.entries, p.persons
                from (select coalesce(sum(rounds), 0) as rounds, coalesce(sum(found), 0) as found from survey
                    where {where} and on_date >= @month and on_date < @next) s
                cross join (select array_agg(kind order by kind) as kinds, array_agg(entries order by kind) as entries,
                    array_agg(persons order by kind) as persons
                    from (select kind, count(*) as entries, sum(persons) as persons from prevented where {where} and on_date >= @month
                        and on_date < @next group by kind) of) p
                """, new { scope.Code, scope.High, month = period.First, next = period.LastDay.AddDays(1) },
                cancellationToken: cancellationToken));
        return (rounds, found, [.. (kinds ?? []).Select((kind, at) => new PreventedOf(kind, entries![at], persons![at]))]);
    }

    /// <summary>What a row of a view is called.</summary>
    public static async Task<string> NameAsync(NpgsqlConnection connection, ReportBy by, string key, CancellationToken cancellationToken) =>
        (await NamesAsync(connection, by, [key], Language.Current, cancellationToken))(key);

    private static async Task<Func<string, string>> NamesAsync(
        NpgsqlConnection connection, ReportBy? by, string[] keys, string language, CancellationToken cancellationToken)
    {
        var stored = by is ReportBy.Division or ReportBy.Body or ReportBy.Court
            ? (await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition(
                $"select code, name from {(by is ReportBy.Division ? "division" : "body")} where code = any(@keys)", new { keys },
                cancellationToken: cancellationToken)))
                .ToDictionary(row => row.Code, row => row.Name, StringComparer.Ordinal)
            : [];
        return key => key.Length == 0
            ? (by is ReportBy.Court ? new Message("非法院移送", "Not from a court") : new Message("尚无调解组织", "No body yet")).In(language)
            : by switch
            {
                ReportBy.Category => Category.Name(key)?.In(language) ?? key,
                ReportBy.Level when Enum.TryParse<Level>(key, ignoreCase: true, out var level) => (level switch
                {
                    Level.Village => new Message("村(社区)", "Village"),
                    Level.Township => new("乡镇(街道)", "Township"),
                    Level.County => new("县(市、区)", "County"),
                    Level.City => new("市(州)", "City"),
                    _ => new("省", "Province"),
                }).In(language),
                ReportBy.Channel or ReportBy.Initiation or ReportBy.Track => Texts.In(language)[$"{by}.{key}"],
                _ => stored.GetValueOrDefault(key, key),
            };
    }

    private sealed class Figure
    {
        public string Dimension { get; init; } = "";
        public string Key { get; init; } = "";
        public string Measure { get; init; } = "";
        public int Days { get; init; }
        public decimal Amount { get; init; }
    }
}
