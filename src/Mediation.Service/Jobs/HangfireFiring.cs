using System.Collections.Concurrent;
using Dapper;
using Hangfire;
using Hangfire.Server;
using Mediation.Service.Platform;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>
/// What Hangfire calls. It may call twice, late, or again after a node was lost: the table of runs decides what is left to do.
/// </summary>
public sealed class HangfireFiring(JobRunner runner, NpgsqlDataSource db, TimeProvider clock, IHostApplicationLifetime life)
{
    private readonly ConcurrentDictionary<string, bool> running = new(StringComparer.Ordinal);

    /// <summary>The names are in Hangfire's tables: this type and method keep theirs.</summary>
    // What failed is tried again soon, and given up, not kept, when that does not help: the next firing does the same work,
    // and the service is degraded when a job stays late.
    [JobDisplayName("{0}")]
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [30, 300, 1800], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(string name, PerformContext context, CancellationToken cancellationToken)
    {
        // A node of an older version may not know it; another one will.
        var job = JobList.All.FirstOrDefault(job => job.Name == name)
            ?? throw new InvalidOperationException($"No job {name} on this node.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.ApplicationStopping);
        await FireAsync(job, Scheduled(job, DateTimeOffset.FromUnixTimeSeconds(context.GetJobParameter<long>("Time"))), stop.Token);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Hangfire says when it saw that the job was due, some seconds late; the run is named after the minute. Where the
    /// service's clock is shifted, so are the names.
    /// </summary>
    internal DateTimeOffset Scheduled(Job job, DateTimeOffset seen)
    {
        var due = job.Next(seen.AddMinutes(-1)) is { } at && at <= seen ? at : seen;
        if (clock is ShiftedTime shifted) due += shifted.Offset;
        return new DateTimeOffset(due.UtcTicks - (due.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }

    /// <summary>Throws when the run failed, so that Hangfire shows it as failed and tries again.</summary>
    internal async Task FireAsync(Job job, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await ReadAsync(job, at) is { } before)
        {
            // Done, done by a later run, or under way; a node that was lost with it is the business of the job takeOver.
            if (before.Succeeded || before.LaterSucceeded || !before.Ended) return;
            at = clock.GetUtcNow();
        }

        if (!running.TryAdd(job.Name, true)) return; // a run that takes longer than a minute is not joined by the next
        try
        {
            await runner.RunAsync(job, at, cancellationToken);
        }
        finally
        {
            running.TryRemove(job.Name, out _);
        }

        var after = await ReadAsync(job, at);
        if (after is null or { Ended: true, Succeeded: false })
            throw new InvalidOperationException($"{job.Name}: {after?.Result ?? "not claimed"}");
    }

    private async Task<Run?> ReadAsync(Job job, DateTimeOffset at)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Run>("""
            select ended_at is not null as ended, coalesce(succeeded, false) as succeeded, result,
                exists (select 1 from job_run l where l.name = @Name and l.succeeded and l.scheduled_for > @at) as later_succeeded
            from job_run where name = @Name and scheduled_for = @at
            """, new { job.Name, at });
    }

    private sealed record Run(bool Ended, bool Succeeded, string? Result, bool LaterSucceeded);
}
