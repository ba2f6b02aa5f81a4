using Dapper;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>What is late: a job, or a clock that the sweep should have advanced.</summary>
public sealed class JobHealth(NpgsqlDataSource db, TimeProvider clock)
{
    private static readonly TimeSpan ClockMayBeLate = TimeSpan.FromMinutes(5);

    // A job that has never succeeded is late only once this node has waited for it.
    private readonly DateTimeOffset since = clock.GetUtcNow();

    /// <summary>The last success of each job, as it was scheduled, not after now (a shifted clock may have run before).</summary>
    public async Task<Dictionary<string, DateTimeOffset>> LastSuccessesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Name, DateTimeOffset At)>(new CommandDefinition("""
            select j.name, r.scheduled_for from unnest(@names) as j(name) cross join lateral (
                select scheduled_for from job_run where name = j.name and succeeded and scheduled_for <= @now
                order by scheduled_for desc limit 1) r
            """, new { names = JobList.All.Select(job => job.Name).ToArray(), now = clock.GetUtcNow() }, commandTimeout: 3,
            cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Name, row => row.At, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<string>> LateJobsAsync(CancellationToken cancellationToken)
    {
        var (last, now) = (await LastSuccessesAsync(cancellationToken), clock.GetUtcNow());
        return [.. JobList.All.Where(job => now - last.GetValueOrDefault(job.Name, since) > job.MayBeLate).Select(job => job.Name)];
    }

    /// <summary>Clocks whose next instant passed some minutes ago, counted to a thousand.</summary>
    public async Task<int> LateClocksAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "select count(*) from (select 1 from clock where next_at < @before limit 1000) late",
            new { before = clock.GetUtcNow() - ClockMayBeLate }, commandTimeout: 3, cancellationToken: cancellationToken));
    }

    /// <summary>Messages given up within a day, or waiting for an hour, counted to a thousand.</summary>
    public async Task<int> UnsentAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition("""
            select count(*) from (
                select 1 from delivery where state = 'failed' and ended_at > @now - interval '1 day'
                union all select 1 from delivery where state in ('waiting', 'claimed') and created_at < @now - interval '1 hour'
                    and next_at <= @now + interval '1 hour'
                limit 1000) unsent
            """, new { now = clock.GetUtcNow() }, commandTimeout: 3, cancellationToken: cancellationToken));
    }
}
