using Dapper;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Client;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage;
using Mediation.Service.Platform;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>
/// Hangfire on a node that runs jobs: first the list as its recurring jobs, then, once the service listens, the threads that look
/// for what is due and for what is queued.
/// </summary>
// Not Hangfire's own hosted service: that one asks every few seconds what is due, whether something can be or not, and after an
// outage of the database it may rest for five minutes.
public sealed class HangfireServer(NpgsqlDataSource db, JobStorage storage, IRecurringJobManager recurring, IServiceScopeFactory scopes,
    IHostApplicationLifetime life)
    : IHostedService, IDisposable
{
    private const long Lock = 0x4D454449_4A4F4253; // "MEDIJOBS"
    private BackgroundProcessingServer? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // One node after the other: Hangfire's own locks are found by trying again each second. However long the others take.
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var alone = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("set local statement_timeout = 0; select pg_advisory_xact_lock(@Lock)",
            new { Lock }, commandTimeout: 0, cancellationToken: cancellationToken));
        await HangfireSchema.CheckAsync(connection, cancellationToken);
        PutList();
        await alone.CommitAsync(cancellationToken);
        life.ApplicationStarted.Register(Run);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is null) return;
        server.SendStop();
        await server.WaitForShutdownAsync(cancellationToken);
    }

    public void Dispose() => server?.Dispose();

    private void Run()
    {
        var performer = new BackgroundJobPerformer(JobFilterProviders.Providers, new AspNetCoreJobActivator(scopes));
        var workers = JobList.All.Count; // no job waits for another to end
        server = new BackgroundProcessingServer(
            storage,
            [
                new Worker([EnqueuedState.DefaultQueue], performer, new BackgroundJobStateChanger(JobFilterProviders.Providers))
                    .UseBackgroundPool(workers),
                new DueJobs().UseBackgroundPool(1),
                new DelayedJobScheduler(TimeSpan.FromMinutes(1)).UseBackgroundPool(1), // what failed is tried again
            ],
            new Dictionary<string, object>(StringComparer.Ordinal)
            { ["Queues"] = new[] { EnqueuedState.DefaultQueue }, ["WorkerCount"] = workers },
            new BackgroundProcessingServerOptions
            {
                HeartbeatInterval = TimeSpan.FromMinutes(1),
                RetryDelay = attempt => TimeSpan.FromSeconds(Math.Min(attempt * attempt, 10)),
            });
        // With the first request that is refused, not after the last that is answered.
        life.ApplicationStopping.Register(server.SendStop);
    }

    private void PutList()
    {
        using var connection = storage.GetConnection();
        var stored = connection.GetRecurringJobs().ToDictionary(job => job.Id, StringComparer.Ordinal);
        foreach (var job in JobList.All)
        {
            if (stored.TryGetValue(job.Name, out var known) && known.Cron == job.Cron
                && known.TimeZoneId == JobList.Zone.Id && known.Error is null
                && known.Job?.Type == typeof(HangfireFiring)) continue;
            recurring.AddOrUpdate<HangfireFiring>(job.Name, firing => firing.RunAsync(job.Name, null!, CancellationToken.None), job.Cron,
                new RecurringJobOptions { TimeZone = JobList.Zone });
        }

        foreach (var gone in stored.Keys.Except(JobList.All.Select(job => job.Name), StringComparer.Ordinal))
            recurring.RemoveIfExists(gone);
    }

    /// <summary>Asks what is due on the second on which something of the list is, by the machine's clock as Hangfire does.</summary>
    private sealed class DueJobs : IBackgroundProcess
    {
        private readonly RecurringJobScheduler scheduler = new(new BackgroundJobFactory(JobFilterProviders.Providers),
            TimeSpan.FromMilliseconds(50));

        public void Execute(BackgroundProcessContext context)
        {
            scheduler.Execute(context);
            var now = TimeProvider.System.GetUtcNow();
            context.Wait(JobList.All.Min(job => job.Next(now))!.Value - now);
        }
    }
}
