using System.Data;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Mediation.Service.Reports;

/// <summary>A month, or several, as the tallies have them.</summary>
/// <param name="Totals">Of the scope itself: what moves within it counts neither in nor out.</param>
public sealed record MonthFigures(
    MonthState State, string? Digest, IReadOnlyDictionary<(string Measure, int Days), decimal> Totals, IReadOnlyList<FigureLine> Lines,
    long Surveys, long Found, IReadOnlyList<PreventedOf> PreventedKinds)
{
    public long Prevented => PreventedKinds.Sum(of => of.Entries);

    public IEnumerable<ReportRow> Rows => Lines.Select(line => ReportRow.Of(line.Key, line.Name, line.Tallies));

    /// <summary>A tally of the totals, or what the surveys found: for a measure.</summary>
    public long Count(string name) => name == MeasureDefinitions.Found ? Found : Tally.CountOf(Totals, name);
}

/// <summary>One row's figures, under its key.</summary>
/// <param name="Key">Null: none yet.</param>
public sealed record FigureLine(string? Key, string Name, IReadOnlyDictionary<(string Measure, int Days), decimal> Tallies)
{
    /// <summary>Some of what the rows are summed from: the transfers between them stay apart.</summary>
    public long Count(string name) => Tally.CountOf(Tallies, name);
}

/// <summary>Reads the folded figures and the tail that is not folded, in one statement and so in one snapshot.</summary>
public sealed class ReportFigures(NpgsqlDataSource db, IStringLocalizer<Texts> texts)
{
    public async Task<MonthFigures> ReadAsync(ReportScope scope, Period period, ReportBy? by, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, scope, period, by, cancellationToken);
    }

    public Task<MonthFigures> ReadAsync(ReportScope scope, DateOnly month, ReportBy? by, CancellationToken cancellationToken) =>
        ReadAsync(scope, new Period(PeriodKind.Month, month), by, cancellationToken);

    /// <summary>The month by nothing and by each dimension, all of one snapshot.</summary>
    public async Task<IReadOnlyList<(ReportBy? By, MonthFigures Figures)>> ReadAllAsync(ReportScope scope, DateOnly month, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await ReadAllAsync(connection, scope, month, cancellationToken);
    }

    /// <summary>The same within the caller's snapshot.</summary>
    public async Task<IReadOnlyList<(ReportBy? By, MonthFigures Figures)>> ReadAllAsync(NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken)
    {
        var all = new List<(ReportBy?, MonthFigures)>();
        foreach (var by in Enum.GetValues<ReportBy>().Cast<ReportBy?>().Prepend(null))
            all.Add((by, await ReadAsync(connection, scope, new Period(PeriodKind.Month, month), by, cancellationToken)));
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
    private static string Narrow(string filter, ReportBy? by)
    {
        var (here, left) = filter switch
        {
            "division" => ("division >= @Code and division < @High", "from_division >= @Code and from_division < @High"),
            "body" => ("body = @Code", "from_body = @Code"),
            _ => ("court = @Code", "court = @Code and from_division is not null"), // a case keeps its court
        };
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
                where e.month <= @last or tally_sign(e.measure) <> 0 or e.from_division is not null -- of later months only what changes the stock is asked
            )
            select dimension, key, measure, days, sum(amount) as amount from (
                select dimension, key, measure, days, amount from added where within
                union all
                select dimension, key, 'stock', 0, stock from added where within and stock <> 0
                union all
                select dimension, key, 'broughtForward', 0, -stock from added where stock <> 0
                union all
                select l.dimension, tally_key(@Code, l.dimension, division, body, category, channel, initiation, court, track, {level}), 'broughtForward', 0, 1
                from cases cross join unnest(@dimensions) l (dimension) where is_open and {here}
            ) figure group by 1, 2, 3, 4 having sum(amount) <> 0
            """;
    }

    private async Task<MonthFigures> ReadAsync(NpgsqlConnection connection, ReportScope scope, Period period, ReportBy? by, CancellationToken cancellationToken)
    {
        var (month, last) = (period.First, period.LastMonth);
        var dimension = by?.Camel();
        var figures = (await connection.QueryAsync<Figure>(new CommandDefinition(scope.Filter == "division" && Tally.IsKept(scope.Code) ? Kept : Narrow(scope.Filter, by),
            new { scope.Code, High = CaseScope.Subtree(scope.Code).High, month, last, dimension, dimensions = dimension is null ? ["none"] : new[] { "none", dimension } },
            cancellationToken: cancellationToken))).AsList();
        var names = await NamesAsync(connection, by, [.. figures.Where(figure => figure.Dimension == dimension).Select(figure => figure.Key).Distinct()], cancellationToken);
        var rows = from figure in figures
                   where figure.Dimension == dimension
                   group figure by figure.Key into line
                   orderby line.Key.Length == 0, line.Key
                   select new FigureLine(line.Key.Length == 0 ? null : line.Key, names(line.Key), Tallies(line));
        var (surveys, found, prevented) = await OutsideAsync(connection, scope, period, cancellationToken);
        // Months are returned, signed and published; longer periods are summed from them.
        var (state, digest) = period.Months > 1 ? default : await connection.QueryFirstOrDefaultAsync<(string?, string?)>(new CommandDefinition(
            "select state, digest from report_month where month = @month and scope in (@Code, '') order by scope desc", new { month, scope.Code }, cancellationToken: cancellationToken));
        return new MonthFigures(state is null ? MonthState.Open : Enum.Parse<MonthState>(state, ignoreCase: true), digest,
            Tallies(figures.Where(figure => figure.Dimension == "none")), [.. rows], surveys, found, prevented);
    }

    /// <summary>Whether the service itself has counted anything of the scope up to the month's end.</summary>
    public static Task<bool> HasOwnAsync(NpgsqlConnection connection, string scope, DateOnly month, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition("""
            select exists (select 1 from tally where scope = @scope and dimension = 'none' and month <= @month)
                or exists (select 1 from tally_entry where division >= @scope and division < @High and month <= @month)
                or exists (select 1 from tally_entry where body = @scope and month <= @month)
                or exists (select 1 from tally_entry where court = @scope and month <= @month)
                or exists (select 1 from tally_delta d where d.month <= @month and (starts_with(d.division, @scope) or @scope in (d.body, d.court)))
            """, new { scope, CaseScope.Subtree(scope).High, month }, cancellationToken: cancellationToken));

    private static Dictionary<(string, int), decimal> Tallies(IEnumerable<Figure> figures) =>
        figures.ToDictionary(figure => (figure.Measure, figure.Days), figure => figure.Amount);

    /// <summary>What is no case: of a division's subtree, or entered by the people of a body.</summary>
    private static async Task<(long Surveys, long Found, IReadOnlyList<PreventedOf> Prevented)> OutsideAsync(NpgsqlConnection connection, ReportScope scope, Period period, CancellationToken cancellationToken)
    {
        var (low, high) = scope.Filter == "division" ? CaseScope.Subtree(scope.Code) : ("", "");
        var where = scope.Filter == "division" ? "division >= @low and division < @high" : "actor in (select name from app_user where body = @Code)";
        var (rounds, found, kinds, entries, persons) = await connection.QuerySingleAsync<(long, long, string[]?, long[]?, long[]?)>(new CommandDefinition($"""
            select s.rounds, s.found, p.kinds, p.entries, p.persons
            from (select coalesce(sum(rounds), 0) as rounds, coalesce(sum(found), 0) as found from survey where {where} and on_date >= @month and on_date < @next) s
            cross join (select array_agg(kind order by kind) as kinds, array_agg(entries order by kind) as entries, array_agg(persons order by kind) as persons
                from (select kind, count(*) as entries, sum(persons) as persons from prevented where {where} and on_date >= @month and on_date < @next group by kind) of) p
            """, new { scope.Code, low, high, month = period.First, next = period.LastDay.AddDays(1) }, cancellationToken: cancellationToken));
        return (rounds, found, [.. (kinds ?? []).Select((kind, at) => new PreventedOf(kind, entries![at], persons![at]))]);
    }

    /// <summary>What a row of a view is called.</summary>
    public async Task<string> NameAsync(NpgsqlConnection connection, ReportBy by, string key, CancellationToken cancellationToken) =>
        (await NamesAsync(connection, by, [key], cancellationToken))(key);

    private async Task<Func<string, string>> NamesAsync(NpgsqlConnection connection, ReportBy? by, string[] keys, CancellationToken cancellationToken)
    {
        var stored = by is ReportBy.Division or ReportBy.Body or ReportBy.Court
            ? (await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition(
                $"select code, name from {(by is ReportBy.Division ? "division" : "body")} where code = any(@keys)", new { keys }, cancellationToken: cancellationToken)))
                .ToDictionary(row => row.Code, row => row.Name, StringComparer.Ordinal)
            : [];
        return key => key.Length == 0
            ? (by is ReportBy.Court ? new Message("非法院移送", "Not from a court") : new Message("尚无调解组织", "No body yet")).In()
            : by switch
            {
                ReportBy.Category => Category.Name(key)?.In() ?? key,
                ReportBy.Level when Enum.TryParse<Level>(key, ignoreCase: true, out var level) => (level switch
                {
                    Level.Village => new Message("村(社区)", "Village"),
                    Level.Township => new("乡镇(街道)", "Township"),
                    Level.County => new("县(市、区)", "County"),
                    Level.City => new("市(州)", "City"),
                    _ => new("省", "Province"),
                }).In(),
                ReportBy.Channel or ReportBy.Initiation or ReportBy.Track => texts[$"{by}.{key}"],
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
