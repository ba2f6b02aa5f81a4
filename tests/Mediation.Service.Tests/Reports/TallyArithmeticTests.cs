using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Domain.Tests.Cases;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Periods;
using Mediation.Service.Reports.Tallies;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>
/// The database counts and the domain counts, each by itself: over random lives of cases both must say the same of every
/// line. The lives are those of the domain's tests, told of several villages, townships, bodies and courts.
/// </summary>
public sealed class TallyArithmeticTests
{
    private const int Lives = 50;
    private const int MostShown = 15;

    private static readonly RowShape Events = new("case_event", """
        case_id uuid, seq integer, kind text, at timestamptz, happened_on date, actor text, on_behalf_of text, body json,
        prev_hash bytea, hash bytea
        """);

    private static readonly RowShape Expanded = new("tally_delta", TallyRows.Deltas.Definition + ", n integer", $"""
        select n.n, f.scope, f.dimension, f.key, f.measure, f.amount
        from {"{rows}"} cross
        join lateral tally_of(row({string.Join(", ", TallyRows.Deltas.Columns.Select(column => $"n.{column.Name}"))})::tally_delta) f
        """);

    public static TheoryData<int> Seeds => [1, 2];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Every_fact_and_every_figure_is_what_the_domain_makes_of_the_journals(int seed)
    {
        await using var cases = await TestCases.CreateAsync();
        var (dice, lives) = (new Random(seed), Tell(seed));
        await WriteAsync(cases, lives, dice);
        var facts = lives.SelectMany(TallyRows.Facts).ToList();
        Assert.Superset(new HashSet<string> { Tally.Moved, Tally.Reopened, Tally.Settled, Tally.Recalled },
            facts.Select(row => row.Fact.Measure).ToHashSet());
        Assert.True(facts.Select(row => row.Month).Distinct().Count() > 4);
        Assert.True(await cases.ScalarAsync<bool>("""
            select exists (select 1 from tally_delta where from_division is not null) and exists (select 1 from tally_entry
                where from_division is not null)
            """));

        Same(seed, await ExpandedAsync(cases, facts.Select(row => row.Fact)));
        Same(seed, await ReadAsync(cases, lives, facts));
        Same(seed, await CheckTallies.RunAsync(cases.Db));
        Assert.Equal(facts.Count, await RebuildTallies.RunAsync(cases.Db));
        Same(seed, await CheckTallies.RunAsync(cases.Db));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Rows_by_what_changes_while_a_case_is_open_sum_to_the_same_totals_and_keep_their_identity(int seed)
    {
        var lives = Tell(seed);
        var oracle = new Oracle(lives.SelectMany(TallyRows.Facts));
        var differences = new List<string>();
        foreach (var scope in oracle.Scopes)
            foreach (var period in oracle.Periods)
                foreach (var keyOf in new Func<Case, string>[] { c => c.Mediator ?? "", c => c.Risk.ToString() })
                {
                    var counted = new JournalFigures(scope, period, DateTimeOffset.MaxValue, keyOf);
                    foreach (var life in lives) counted.Add(life.Events);
                    differences.AddRange(
                        Differences($"{scope.Code} {period}", oracle.Line(new Coordinate(scope.Code, "none", ""), period), counted.Totals));
                    differences.AddRange(counted.Rows.Where(row => !new ReportRow(row.Key, "", row.Value, period.LastMonth).Reconciles)
                        .Select(row => $"{scope.Code} {period} [{row.Key}] keeps no identity"));
                }

        Same(seed, differences);
    }

    [Fact]
    public async Task What_is_kept_and_what_comes_in_or_goes_out_is_the_same_in_the_database()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var connection = await cases.Db.OpenConnectionAsync();
        string[] measures = [.. typeof(Tally).GetFields().Where(field => field.IsLiteral).Select(field =>
            (string)field.GetRawConstantValue()!), .. Tally.Clocks.SelectMany(clock => new[] { Tally.Kept(clock), Tally.Missed(clock) })];
        string[] scopes = ["43", "4301", "430104", "430104001", "430104001002", "TC0104", "FY0104", "430104-C", "43-C", "4301x", ""];

        Assert.Equal(12, measures.Count(measure => Tally.Sign(measure) != 0));
        Assert.Equal(measures.Select(Tally.Sign), await connection.QueryAsync<int>(
            "select tally_sign(m) from unnest(@measures) with ordinality o (m, n) order by n", new { measures }));
        Assert.Equal(scopes.Select(Tally.IsKept), await connection.QueryAsync<bool>(
            "select tally_is_kept(s) from unnest(@scopes) with ordinality o (s, n) order by n", new { scopes }));
    }

    /// <summary>The comparison can fail: with a function that lets a moved case leave the wrong lines it names them.</summary>
    [Fact]
    public async Task A_database_that_counts_otherwise_is_found()
    {
        await using var cases = await TestCases.CreateAsync();
        var (dice, lives) = (new Random(1), Tell(1));
        await using (var owner = new NpgsqlConnection(cases.Owner))
        {
            var function = (await owner.ExecuteScalarAsync<string>("select pg_get_functiondef('tally_within'::regproc)"))!;
            var harmed = function.Replace("k.was is not null and k.was is distinct",
                "k.was is not null and k.was is not distinct", StringComparison.Ordinal);
            Assert.NotEqual(function, harmed);
            await owner.ExecuteAsync(harmed);
        }

        await WriteAsync(cases, lives, dice);
        var facts = lives.SelectMany(TallyRows.Facts).ToList();

        Assert.Contains(await ExpandedAsync(cases, facts.Select(row => row.Fact)),
            found => found.Contains(Tally.TransferredOut, StringComparison.Ordinal));
        Assert.Contains(await ReadAsync(cases, lives, facts), found =>
            found.StartsWith("TC0104 ", StringComparison.Ordinal) && found.Contains(Tally.TransferredOut, StringComparison.Ordinal));
        Assert.Contains(await CheckTallies.RunAsync(cases.Db), found => found.Measure == Tally.TransferredOut);
    }

    private static void Same<T>(int seed, IReadOnlyCollection<T> differences) =>
        Assert.True(differences.Count == 0,
            $"Seed {seed}, {differences.Count} differences:\n{string.Join('\n', differences.Take(MostShown))}");

    /// <summary>(a): each different fact by both.</summary>
    private static async Task<List<string>> ExpandedAsync(TestCases cases, IEnumerable<Fact> facts)
    {
        var different = facts.Distinct().ToList();
        await using var connection = await cases.Db.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Expanded.Command(
            [.. different.Select((fact, n) => (object?[])[.. TallyRows.Values(Guid.Empty, DateOnly.MinValue.AddYears(2025), fact), n])]));
        var told = different.ConvertAll(_ => new List<(Coordinate, string, decimal)>());
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            told[reader.GetInt32(0)].Add(
                (new Coordinate(reader.GetString(1), reader.GetString(2), reader.GetString(3)), reader.GetString(4), reader.GetDecimal(5)));
        return
        [
            .. from pair in different.Zip(told)
               let should = Tally.Expand(pair.First).ToList()
               from missing in should.Except(pair.Second).Select(row => $"missing {row}")
                   .Concat(pair.Second.Except(should).Select(row => $"too many {row}"))
                   .Concat(should.Count == pair.Second.Count ? [] : [$"{pair.Second.Count} rows, not {should.Count}"])
               select $"{pair.First}: {missing}",
        ];
    }

    /// <summary>(b): every scope by every dimension for every month and for the year.</summary>
    private static async Task<List<string>> ReadAsync(
        TestCases cases, IReadOnlyList<CaseChange> lives, IEnumerable<(DateOnly Month, Fact Fact)> facts)
    {
        var oracle = new Oracle(facts);
        var open = lives.Where(life => life.After.IsOpen).SelectMany(life => Place.Of(life.After).Coordinates())
            .CountBy(line => line).ToDictionary();
        await using var scope = cases.Services.CreateAsyncScope();
        var figures = scope.ServiceProvider.GetRequiredService<ReportFigures>();
        var differences = new List<string>();
        foreach (var of in oracle.Scopes)
            foreach (var period in oracle.Periods)
                foreach (var by in Enum.GetValues<ReportBy>())
                {
                    var read = await figures.ReadAsync(of, period, by, CancellationToken.None);
                    var dimension = by.Camel();
                    foreach (var row in read.Rows.Append(read.Totals))
                    {
                        var line = row == read.Totals
                            ? new Coordinate(of.Code, "none", "") : new Coordinate(of.Code, dimension, row.Key ?? "");
                        var where = $"{of.Code} {period} {line.Dimension}[{line.Key}]";
                        differences.AddRange(Differences(where, oracle.Line(line, period), row.Tallies));
                        if (!row.Reconciles) differences.Add($"{where} keeps no identity");
                        var pending = row.Count(ReportColumns.Pending);
                        if (period == oracle.Periods[^1] && pending != open.GetValueOrDefault(line))
                            differences.Add($"{where}: {pending} pending, not {open.GetValueOrDefault(line)}");
                    }

                    differences.AddRange(from line in oracle.Lines
                                         where line.Scope == of.Code && line.Dimension == dimension
                                             && read.Rows.All(row => (row.Key ?? "") != line.Key)
                                         from missing in Differences($"{of.Code} {period} {dimension}[{line.Key}]",
                                             oracle.Line(line, period), new Dictionary<(string, int), decimal>())
                                         select missing);
                }

        return differences;
    }

    private static IEnumerable<string> Differences(string where, IReadOnlyDictionary<(string Measure, int Days), decimal> should,
        IReadOnlyDictionary<(string Measure, int Days), decimal> told) =>
        from key in should.Keys.Union(told.Keys)
        where should.GetValueOrDefault(key) != told.GetValueOrDefault(key)
        select $"{where} {key}: {told.GetValueOrDefault(key)}, not {should.GetValueOrDefault(key)}";

    /// <summary>
    /// Journals and folds as the service stores them; of the entries one half is folded, the other not, whichever case they are of.
    /// </summary>
    private static async Task WriteAsync(TestCases cases, List<CaseChange> lives, Random dice)
    {
        await using var connection = await cases.Db.OpenConnectionAsync();
        CaseBatch.Folds.CopyTo(connection, lives.Select(life => CaseBatch.FoldValues(life.After, life.HeadHash)));
        Events.CopyTo(connection, lives.SelectMany(life => life.Events.Select((row, at) => (object?[])
            [row.CaseId, row.Seq, CaseJson.Kind(row.Event), row.At.UtcDateTime, row.On, row.Actor, row.OnBehalfOf, life.Bodies[at],
                at == 0 ? HashChain.Start : life.Hashes[at - 1], life.Hashes[at]])));
        var halves = lives.SelectMany(life => TallyRows.Facts(life).Select(row => TallyRows.Values(life.After.Id, row.Month, row.Fact)))
            .ToLookup(_ => dice.Next(2));
        TallyRows.Deltas.CopyTo(connection, halves[0]);
        await cases.SendAsync(new FoldTallies());
        TallyRows.Deltas.CopyTo(connection, halves[1]);
    }

    private static List<CaseChange> Tell(int seed)
    {
        var dice = new Random(seed);
        return [.. Enumerable.Range(1, Lives).Select(number => Elsewhere(number, Worlds.Walk(dice), dice))];
    }

    /// <summary>The same life, of a case with its own number at other places, of another category and by another way.</summary>
    private static CaseChange Elsewhere(int number, Story story, Random dice)
    {
        var id = new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
        (string Was, string Is)[] words =
        [
            ("430104-2026-00000001", $"430104-2026-{number:D8}"),
            ("\"430104001\"", Quoted("430104001", "430104001", "430104002", "430104001003", "430104002001", "430102005")),
            ("\"430302\"", Quoted("430302", "430302001", "430302001002", "430104003")), ("\"TC0105\"", Quoted("TC0105", "TC0106")),
            ("\"FY0104\"", Quoted("FY0104", "FY0102")), ("\"04\"", Quoted("04", "04", "05")), ("\"walkIn\"", Quoted("walkIn", "grid")),
            ("\"application\"", Quoted("application", "ownInitiative")), ("\"township\"", Quoted("township", "village")),
        ];
        var (events, bodies, hashes) = (new List<Recorded>(), new List<string>(), new List<byte[]>());
        Case? state = null;
        foreach (var told in story.Journal)
        {
            var text = words.Aggregate(CaseJson.Serialize(told.Event),
                (json, word) => json.Replace(word.Was, word.Is, StringComparison.Ordinal));
            var row = told with { CaseId = id, Event = CaseJson.Parse(CaseJson.Kind(told.Event), text) };
            events.Add(row);
            bodies.Add(CaseJson.Serialize(row.Event));
            hashes.Add(HashChain.Next(hashes.Count == 0 ? HashChain.Start : hashes[^1], row, bodies[^1]));
            state = Evolve.Apply(state, row);
        }

        return new CaseChange(null, state!, events, bodies, hashes, HashChain.Start);

        string Quoted(params string[] choices) => $"\"{choices[dice.Next(choices.Length)]}\"";
    }

    /// <summary>What the domain adds up: every fact on every line, month by month.</summary>
    private sealed class Oracle
    {
        private readonly Dictionary<Coordinate, List<(DateOnly Month, string Measure, int Days, decimal Amount)>> lines = [];

        public Oracle(IEnumerable<(DateOnly Month, Fact Fact)> facts)
        {
            var months = new SortedSet<DateOnly>();
            var courts = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (month, fact) in facts)
            {
                months.Add(month);
                if (fact.At.Court is { } court) courts.Add(court);
                foreach (var (line, measure, amount) in Tally.Expand(fact))
                {
                    if (!lines.TryGetValue(line, out var rows)) lines.Add(line, rows = []);
                    rows.Add((month, measure, fact.Days, amount));
                }
            }

            Periods = [new Period(PeriodKind.Quarter, new DateOnly(2026, 4, 1)), new Period(PeriodKind.Year, new DateOnly(2026, 1, 1)),
                .. months.Select(month => new Period(PeriodKind.Month, month))];
            Scopes = [.. lines.Keys.Select(line => line.Scope).Distinct().Select(code => new ReportScope(code, "",
                code.All(char.IsAsciiDigit) ? ScopeKind.Division : courts.Contains(code) ? ScopeKind.Court : ScopeKind.Body))];
        }

        public IReadOnlyList<Period> Periods { get; }
        public IReadOnlyList<ReportScope> Scopes { get; }
        public IEnumerable<Coordinate> Lines => lines.Keys;

        public Dictionary<(string Measure, int Days), decimal> Line(Coordinate line, Period period) =>
            (lines.GetValueOrDefault(line) ?? []).Where(row => row.Month <= period.LastMonth)
                .Select(row => (Shown: Tally.Since(period.First, row.Month, row.Measure), row.Days, row.Amount))
                .Where(row => row.Shown is not null)
                .GroupBy(row => (row.Shown!, row.Days)).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.Amount));
    }
}
