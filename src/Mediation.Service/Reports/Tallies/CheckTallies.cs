using System.Data;
using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Reports.Tallies;

/// <summary>A line of the figures that is not what the journal says.</summary>
/// <param name="Stored">As the table and the tail that is not folded have it.</param>
public sealed record TallyDifference(Coordinate Line, DateOnly Month, string Measure, int Days, decimal Stored, decimal Counted)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Month:yyyy-MM} {Line.Scope} {Line.Dimension}[{Line.Key}] {Measure}{(Days != 0 || Measure == Tally.Days ? $"({Days})" : "")}: "
            + $"{Stored} stored, {Counted} counted / 存 {Stored}，核 {Counted}");
}

/// <summary>
/// Counts every figure again from the journal, by the domain's arithmetic, and compares with the kept figures and with the entries
/// behind them: one snapshot, so that it may run while the service works. Memory grows with the figures, not with the cases.
/// </summary>
public static class CheckTallies
{
    public static async Task<IReadOnlyList<TallyDifference>> RunAsync(NpgsqlDataSource db, CancellationToken cancellationToken = default)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync("set local statement_timeout = 0");
        var lines = new TallySums.Lines();
        var (counted, tail, marks) = (new TallySums(lines), new TallySums(lines), new Marks());
        await foreach (var (_, month, fact) in TallyEntries.FromJournalAsync(connection, cancellationToken))
        {
            counted.Add(month, fact);
            marks.Add(month, fact, 1);
        }

        await foreach (var (month, fact) in TallyEntries.ReadAsync(connection, "tally_entry")) marks.Add(month, fact, -1);
        await foreach (var (month, fact) in TallyEntries.ReadAsync(connection, "tally_delta"))
        {
            marks.Add(month, fact, -1);
            tail.Add(month, fact);
        }

        var found = new List<TallyDifference>();
        await foreach (var row in connection.QueryUnbufferedAsync<Row>(
            "select scope, dimension, key, month, measure, days, amount from tally", commandTimeout: 0))
        {
            var line = new Coordinate(row.Scope, row.Dimension, row.Key);
            Compare(line, row.Month, row.Measure, row.Days,
                row.Amount + tail.TakeOut(row.Month, line, row.Measure, row.Days), counted.TakeOut(row.Month, line, row.Measure, row.Days));
        }

        foreach (var (month, line, measure, days, amount) in tail.Rows().ToList())
            Compare(line, month, measure, days, amount, counted.TakeOut(month, line, measure, days));
        foreach (var (month, line, measure, days, amount) in counted.Rows()) Compare(line, month, measure, days, 0, amount);
        if (marks.Different().ToHashSet() is { Count: > 0 } spoilt)
            found.AddRange(await EntriesAsync(connection, spoilt, cancellationToken));
        return
        [
            .. found.OrderBy(row => row.Month).ThenBy(row => row.Line.Scope, StringComparer.Ordinal)
                .ThenBy(row => row.Line.Dimension, StringComparer.Ordinal)
                .ThenBy(row => row.Line.Key, StringComparer.Ordinal)
                .ThenBy(row => row.Measure, StringComparer.Ordinal).ThenBy(row => row.Days),
        ];

        void Compare(Coordinate line, DateOnly month, string measure, int days, decimal stored, decimal should)
        {
            if (stored != should) found.Add(new TallyDifference(line, month, measure, days, stored, should));
        }
    }

    /// <summary>Entry by entry, for the counties and months whose entries are not those of the journal.</summary>
    private static async Task<IEnumerable<TallyDifference>> EntriesAsync(
        NpgsqlConnection connection, HashSet<(DateOnly, string)> spoilt, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<(DateOnly Month, Fact Fact), (decimal Stored, decimal Counted)>();
        await foreach (var (_, month, fact) in TallyEntries.FromJournalAsync(connection, cancellationToken))
            if (spoilt.Contains((month, Marks.County(fact)))) Add(month, fact, 0, fact.Amount);
        foreach (var (month, county) in spoilt)
            foreach (var table in new[] { "tally_entry", "tally_delta" })
                await foreach (var (_, fact) in TallyEntries.ReadAsync(connection, table, month, county)) Add(month, fact, fact.Amount, 0);
        return from sum in sums
               where sum.Value.Stored != sum.Value.Counted
               let at = sum.Key.Fact.At
               select new TallyDifference(
                   new Coordinate(at.Division, "entry", $"{at.Body} {at.Category} {at.Channel} {at.Court} {at.Track} {at.Level}"),
                   sum.Key.Month, sum.Key.Fact.Measure, sum.Key.Fact.Days, sum.Value.Stored, sum.Value.Counted);

        void Add(DateOnly month, Fact fact, decimal stored, decimal should)
        {
            var key = (month, fact with { Amount = 0 });
            var (before, so) = sums.GetValueOrDefault(key);
            sums[key] = (before + stored, so + should);
        }
    }

    /// <summary>One number for all entries of a county and month, whatever their order: equal for equal entries.</summary>
    private sealed class Marks
    {
        private readonly Dictionary<(DateOnly Month, string County), ulong> sums = [];
        private readonly Dictionary<string, string> counties = new(StringComparer.Ordinal);

        public static string County(Fact fact) => fact.At.Division.Length > 6 ? fact.At.Division[..6] : fact.At.Division;

        public void Add(DateOnly month, Fact fact, int way)
        {
            if (!counties.TryGetValue(fact.At.Division, out var county)) counties.Add(fact.At.Division, county = County(fact));
            var (bare, key) = (fact with { Amount = 0 }, (month, county));
            var hash = (ulong)(uint)bare.GetHashCode() << 32 | (uint)HashCode.Combine(bare.Days, bare.From, bare.At, bare.Measure);
            sums[key] = unchecked(sums.GetValueOrDefault(key) + (hash * (ulong)(long)(fact.Amount * 100 * way)));
        }

        public IEnumerable<(DateOnly Month, string County)> Different() => from sum in sums where sum.Value != 0 select sum.Key;
    }

    private sealed class Row
    {
        public string Scope { get; init; } = "";
        public string Dimension { get; init; } = "";
        public string Key { get; init; } = "";
        public DateOnly Month { get; init; }
        public string Measure { get; init; } = "";
        public int Days { get; init; }
        public decimal Amount { get; init; }
    }
}
