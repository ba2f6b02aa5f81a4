using System.Data;
using Dapper;
using Mediation.Domain.Cases;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>What a check of the whole database found; each finding has been printed.</summary>
public sealed record CheckResult(long Cases, long Findings)
{
    /// <summary>Texts and parties that the journal names and that were erased since: no fault.</summary>
    public long Erased { get; init; }
}

/// <summary>
/// Folds every journal and compares with what is stored: each column of the case, byte for byte, each clock, and what the
/// capabilities keep of it in tables of their own. Reads case by case within its own snapshots, so that it may run while the service works.
/// </summary>
public sealed class RebuildCheck
{
    private const int AtOnce = 200;
    private readonly TextWriter output;
    private long cases, findings;

    private RebuildCheck(TextWriter output) => this.output = output;

    public static async Task<CheckResult> RunAsync(NpgsqlDataSource db, TextWriter output, CancellationToken cancellationToken)
    {
        var check = new RebuildCheck(output);
        Guid? last = Guid.Empty;
        while (last is { } after) last = await check.NextAsync(db, after, cancellationToken);
        await check.OrphansAsync(db, cancellationToken);
        return new CheckResult(check.cases, check.findings);
    }

    private async Task<Guid?> NextAsync(NpgsqlDataSource db, Guid after, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var stored = await RowsAsync(connection, $"select {CaseBatch.Folds.Names} from cases where id > $1 order by id limit {AtOnce}",
            after, cancellationToken);
        if (stored.Count == 0) return null;
        var ids = stored.ConvertAll(row => (Guid)row[0].Value!);
        var clocks = (await RowsAsync(connection, $"select {CaseBatch.Clocks.Names} from clock where case_id = any($1)",
            ids.ToArray(), cancellationToken))
            .ToLookup(row => (Guid)row[0].Value!);
        var folded = new List<(FoldedTable Table, ILookup<Guid, Column[]> Rows)>();
        foreach (var table in CaseProjections.All.SelectMany(projection => projection.Folded))
            folded.Add((table,
                (await RowsAsync(connection, table.Select, ids.ToArray(), cancellationToken)).ToLookup(row => (Guid)row[0].Value!)));
        var journal = (await connection.QueryAsync<Row>("""
            select case_id, seq, kind, at, happened_on, actor, on_behalf_of, body::text as body, hash
            from case_event where case_id = any(@ids) order by case_id, seq
            """, new { ids })).ToLookup(row => row.CaseId);
        foreach (var row in stored)
        {
            cases++;
            var (id, name) = ((Guid)row[0].Value!, (string)row[1].Value!);
            if (await FoldAsync(name, journal[id]) is not { } state) continue;
            await CompareAsync(name, "cases", row, CaseBatch.FoldValues(state, journal[id].Last().Hash));
            await CompareRowsAsync(name, "clock", clocks[id], state.Clocks.Select(clock => CaseBatch.ClockValues(id, clock)));
            foreach (var (table, rows) in folded) await CompareRowsAsync(name, table.Name, rows[id], table.Values(state), table.Key);
        }

        return ids[^1];
    }

    private async Task<Case?> FoldAsync(string name, IEnumerable<Row> journal)
    {
        Case? state = null;
        foreach (var row in journal)
        {
            try
            {
                state = Evolve.Apply(state, new Recorded(row.CaseId, row.Seq, row.At, row.HappenedOn, row.Actor, row.OnBehalfOf,
                    CaseJson.Parse(row.Kind, row.Body)));
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                await FindAsync(name, $"event {row.Seq} cannot be folded ({broken.GetType().Name}) / 第 {row.Seq} 条记录无法还原");
                return null;
            }
        }

        if (state is null) await FindAsync(name, "no journal / 没有日志");
        return state;
    }

    /// <param name="key">Which column tells the rows of a case apart.</param>
    private async Task CompareRowsAsync(string name, string table, IEnumerable<Column[]> stored, IEnumerable<object?[]> folded, int key = 1)
    {
        var byKey = stored.ToDictionary(row => row[key].Value!);
        foreach (var values in folded)
        {
            if (byKey.Remove(values[key]!, out var row)) await CompareAsync(name, $"{table}[{values[key]}]", row, values);
            else await FindAsync(name, $"{table}[{values[key]}] is missing / 缺少该行");
        }

        foreach (var left in byKey.Keys) await FindAsync(name, $"{table}[{left}] is not in the journal / 日志中没有该行");
    }

    private async Task CompareAsync(string name, string table, Column[] stored, object?[] folded)
    {
        for (var index = 0; index < stored.Length; index++)
        {
            if (!Same(folded[index] is NpgsqlParameter json ? json.Value : folded[index], stored[index].Value))
                await FindAsync(name, $"{table}.{stored[index].Name} differs from the journal / 与日志不一致");
        }
    }

    private async Task OrphansAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("set local statement_timeout = 0");
        foreach (var id in await connection.QueryAsync<Guid>(new CommandDefinition(
                     "select distinct e.case_id from case_event e where not exists (select 1 from cases c where c.id = e.case_id)",
                     transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken)))
            await FindAsync(id.ToString("D"), "a journal without a stored case / 有日志而无案件");
    }

    private Task FindAsync(string name, string what)
    {
        findings++;
        return output.WriteLineAsync($"{name}: {what}");
    }

    private static bool Same(object? folded, object? stored) => (folded, stored) switch
    {
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (string[] a, string[] b) => a.AsSpan().SequenceEqual(b),
        (DateOnly a, DateTime b) => a == DateOnly.FromDateTime(b),
        _ => Equals(folded, stored),
    };

    private static async Task<List<Column[]>> RowsAsync(
        NpgsqlConnection connection, string sql, object parameter, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = parameter } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Column[]>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount)
                .Select(index => new Column(reader.GetName(index), reader.IsDBNull(index) ? null : reader.GetValue(index)))]);
        return rows;
    }

    private readonly record struct Column(string Name, object? Value);

    private sealed record Row(
        Guid CaseId, int Seq, string Kind, DateTimeOffset At, DateOnly HappenedOn, string Actor,
        string? OnBehalfOf, string Body, byte[] Hash);
}
