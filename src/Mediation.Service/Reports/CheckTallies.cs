using System.Data;
using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Reports;

/// <summary>A line of the figures that is not what the journal says.</summary>
/// <param name="Stored">As the table and the tail that is not folded have it.</param>
public sealed record TallyDifference(Coordinate Line, DateOnly Month, string Measure, int Days, decimal Stored, decimal Counted)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Month:yyyy-MM} {Line.Scope} {Line.Dimension}[{Line.Key}] {Measure}{(Measure == Tally.Days ? $"({Days})" : "")}: {Stored} stored, {Counted} counted / 存 {Stored}，核 {Counted}");
}

/// <summary>Counts every figure again from the journal, in code of its own, and compares: one snapshot, so that it may run while the service works.</summary>
public static class CheckTallies
{
    private const int AtOnce = 500;

    public static async Task<IReadOnlyList<TallyDifference>> RunAsync(NpgsqlDataSource db, CancellationToken cancellationToken = default)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync("set local statement_timeout = 0");
        var counted = new Dictionary<Key, decimal>();
        Guid? last = Guid.Empty;
        while (last is { } after) last = await CountAsync(connection, after, counted, cancellationToken);
        var stored = (await connection.QueryAsync<Row>(new CommandDefinition("""
            select scope, dimension, key, month, measure, days, sum(amount) as amount from (
                select scope, dimension, key, month, measure, days, amount from tally
                union all
                select f.scope, f.dimension, f.key, d.month, f.measure, d.days, f.amount from tally_delta d cross join lateral tally_of(d) f
            ) rows group by 1, 2, 3, 4, 5, 6
            """, commandTimeout: 0, cancellationToken: cancellationToken)))
            .ToDictionary(row => new Key(new Coordinate(row.Scope, row.Dimension, row.Key), row.Month, row.Measure, row.Days), row => row.Amount);
        return
        [
            .. from key in stored.Keys.Union(counted.Keys)
               let difference = new TallyDifference(key.Line, key.Month, key.Measure, key.Days, stored.GetValueOrDefault(key), counted.GetValueOrDefault(key))
               where difference.Stored != difference.Counted
               orderby difference.Month, difference.Line.Scope, difference.Line.Dimension, difference.Line.Key, difference.Measure, difference.Days
               select difference,
        ];
    }

    private static async Task<Guid?> CountAsync(NpgsqlConnection connection, Guid after, Dictionary<Key, decimal> counted, CancellationToken cancellationToken)
    {
        var journal = await connection.QueryAsync<EventRow>(new CommandDefinition("""
            select case_id as CaseId, seq, kind, at, happened_on as HappenedOn, actor, on_behalf_of as OnBehalfOf, body::text as body
            from case_event where case_id in (select id from cases where id > @after order by id limit @AtOnce) order by case_id, seq
            """, new { after, AtOnce }, commandTimeout: 0, cancellationToken: cancellationToken));
        Case? state = null;
        Guid? last = null;
        foreach (var row in journal)
        {
            if (row.CaseId != last) (state, last) = (null, row.CaseId);
            var recorded = new Recorded(row.CaseId, row.Seq, row.At, row.HappenedOn, row.Actor, row.OnBehalfOf, CaseJson.Parse(row.Kind, row.Body));
            var next = Evolve.Apply(state, recorded);
            var month = new DateOnly(row.HappenedOn.Year, row.HappenedOn.Month, 1);
            foreach (var fact in Facts.Of(state, recorded, next))
            {
                foreach (var (line, measure, amount) in Tally.Expand(fact))
                {
                    var key = new Key(line, month, measure, fact.Days);
                    counted[key] = counted.GetValueOrDefault(key) + amount;
                }
            }

            state = next;
        }

        return last;
    }

    private readonly record struct Key(Coordinate Line, DateOnly Month, string Measure, int Days);

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

    private sealed class EventRow
    {
        public Guid CaseId { get; init; }
        public int Seq { get; init; }
        public string Kind { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public DateOnly HappenedOn { get; init; }
        public string Actor { get; init; } = "";
        public string? OnBehalfOf { get; init; }
        public string Body { get; init; } = "";
    }
}
