using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Telemetry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>
/// Runs a firing on the one node that claims it: inserting <c>(name, scheduled_for)</c> is the claim. Nothing that a job
/// does wrong comes out of here; it stands in its row and in the log.
/// </summary>
public sealed class JobRunner(IServiceScopeFactory scopes, NpgsqlDataSource db, TimeProvider clock, ILogger<JobRunner> log)
{
    /// <summary>The result of a run whose node was lost.</summary>
    public const string BrokenOff = "brokenOff";

    /// <summary>Of a row that has no end: whether its node is still heard of. By the clock of the database.</summary>
    public const string IsHeld = "coalesce(lease_until, started_at + interval '1 hour') >= now()";

    private const string Lease = "now() + interval '60 seconds'";
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);
    private static readonly string Node = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <param name="scheduledFor">UTC; the same on every node, since it is the claim.</param>
    /// <param name="askedBy">The account that wants it now; null for the schedule.</param>
    /// <returns>False when another node has claimed this firing, or no node could.</returns>
    public async Task<bool> RunAsync(Job job, DateTimeOffset scheduledFor, CancellationToken cancellationToken, string? askedBy = null)
    {
        try
        {
            if (!await ClaimAsync(job, scheduledFor, askedBy, cancellationToken)) return false;
            var (succeeded, result) = await SendHeldAsync(job, scheduledFor, cancellationToken);
            Counted.Run(job.Name, succeeded);
            // Not the caller's token: a run that a stopping node cut off says so.
            await EndAsync(job, scheduledFor, succeeded, result);
            return true;
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            log.LogError("Job {Job} could not claim or end its run: {Error}", job.Name, unreachable.GetType().Name);
            return false;
        }
    }

    private async Task<(bool Succeeded, string Result)> SendHeldAsync(
        Job job, DateTimeOffset scheduledFor, CancellationToken cancellationToken)
    {
        var timer = new PeriodicTimer(Renewal);
        var renewing = RenewAsync(job, scheduledFor, timer);
        try
        {
            return await SendAsync(job, cancellationToken);
        }
        finally
        {
            timer.Dispose(); // ends the renewing
            await renewing;
        }
    }

    private async Task RenewAsync(Job job, DateTimeOffset scheduledFor, PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                await using var connection = await db.OpenConnectionAsync(CancellationToken.None);
                await connection.ExecuteAsync($"""
                    update job_run set lease_until = {Lease} where name = @Name and scheduled_for = @scheduledFor and ended_at is null
                    """, new { job.Name, scheduledFor });
            }
            catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
            {
                log.LogWarning("Job {Job} could not renew its lease: {Error}", job.Name, unreachable.GetType().Name);
            }
        }
    }

    private async Task<(bool Succeeded, string Result)> SendAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
            return (true, await job.RunAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), cancellationToken));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Type only: a message may quote personal data.
            var error = failure is PostgresException refused ? $"{nameof(PostgresException)} {refused.SqlState}" : failure.GetType().Name;
            log.LogError("Job {Job} failed: {Error}", job.Name, error);
            return (false, error);
        }
    }

    private async Task<bool> ClaimAsync(Job job, DateTimeOffset scheduledFor, string? askedBy, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition($"""
            insert into job_run (name, scheduled_for, node, started_at, lease_until, asked_by)
            values (@Name, @scheduledFor, @Node, @now, {Lease}, @askedBy) on conflict do nothing
            """, new { job.Name, scheduledFor, Node, askedBy, now = clock.GetUtcNow() }, cancellationToken: cancellationToken)) == 1;
    }

    private async Task EndAsync(Job job, DateTimeOffset scheduledFor, bool succeeded, string result)
    {
        await using var connection = await db.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync("""
            update job_run set ended_at = @now, succeeded = @succeeded, result = @result
            where name = @Name and scheduled_for = @scheduledFor
            """, new { job.Name, scheduledFor, now = clock.GetUtcNow(), succeeded, result = result.Length > 200 ? result[..200] : result });
    }
}
