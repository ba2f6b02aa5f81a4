using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>
/// The ladders of the database and the tree of centres, kept in memory: read again after a minute, at once after a change
/// on this node, and when a case names a ladder that is not known here yet.
/// </summary>
public sealed class LadderSource(NpgsqlDataSource db, TimeProvider clock) : ICaseLadders
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private volatile Loaded? loaded;

    public async ValueTask<LadderTable> GetAsync(CancellationToken cancellationToken)
    {
        if (loaded is { } known && clock.GetUtcNow() < known.Until) return known.Table;
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var table = new LadderTable(await ReadAsync(connection, null, cancellationToken), await TreeAsync(connection, cancellationToken));
        loaded = new Loaded(table, clock.GetUtcNow() + Kept);
        return table;
    }

    /// <summary>The ladders, certainly with those that these clocks are on.</summary>
    public async ValueTask<LadderTable> ForAsync(IEnumerable<Clock> clocks, CancellationToken cancellationToken)
    {
        var table = await GetAsync(cancellationToken);
        if (clocks.All(one => one.Ladder is null || table.Ladders.Any(ladder => ladder.Id == one.Ladder))) return table;
        Forget();
        return await GetAsync(cancellationToken);
    }

    public void Forget() => loaded = null;

    internal static async Task<IReadOnlyList<Ladder>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var steps = (await connection.QueryAsync<StepRow>(new CommandDefinition("""
            select ladder, step, unit, after, rung, up, ask, channels, attempts, repeat_every, repeat_times
            from ladder_step order by ladder, step
            """, transaction: transaction, cancellationToken: cancellationToken))).ToLookup(row => row.Ladder, StringComparer.Ordinal);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition("""
            select id, name_zh, name_en, clock, level, category, risk, amount_from, from_date, to_date from ladder order by from_date, id
            """, transaction: transaction, cancellationToken: cancellationToken)))
            .Select(row => row.ToLadder([.. steps[row.Id].Select(step => step.ToStep())]))];
    }

    // By the codes: each division's begins with that of the division above.
    private static async Task<Dictionary<string, string>> TreeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var centres = (await connection.QueryAsync<(string Code, string Division)>(new CommandDefinition(
            "select code, division from body where kind = 'centre' and active order by code", cancellationToken: cancellationToken)))
            .DistinctBy(centre => centre.Division).ToDictionary(centre => centre.Division, centre => centre.Code, StringComparer.Ordinal);
        var above = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (division, code) in centres)
        {
            for (var length = division.Length - 1; length > 1; length--)
            {
                if (!centres.TryGetValue(division[..length], out var next)) continue;
                above[code] = next;
                break;
            }
        }

        return above;
    }

    private sealed record Loaded(LadderTable Table, DateTimeOffset Until);

    private sealed record Row(
        string Id, string NameZh, string NameEn, ClockName? Clock, Level? Level, string? Category, Risk? Risk, decimal? AmountFrom,
        DateOnly FromDate, DateOnly? ToDate)
    {
        public Ladder ToLadder(IReadOnlyList<LadderStep> steps) =>
            new(Id, new Message(NameZh, NameEn), Clock, Level, Category, Risk, AmountFrom, FromDate, ToDate, steps);
    }

    private sealed record StepRow(
        string Ladder, int Step, DelayUnit Unit, int After, LadderRung Rung, int Up, LadderAsk Ask, string[] Channels, int Attempts,
        int RepeatEvery, int RepeatTimes)
    {
        public LadderStep ToStep() => new(Step, Unit, After, Rung)
        {
            Up = Up,
            Ask = Ask,
            Channels = [.. Channels.Select(channel => Enum.Parse<LadderChannel>(channel, ignoreCase: true))],
            Attempts = Attempts,
            RepeatEvery = RepeatEvery,
            RepeatTimes = RepeatTimes,
        };
    }
}
