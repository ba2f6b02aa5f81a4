using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.Server;
using Hangfire.Storage;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>Hangfire with its store in PostgreSQL, compiled with <c>-p:JobEngine=Hangfire</c> alone (docs/adr/0012).</summary>
public static class JobEngine
{
    public static string? Dashboard => "/jobs/hangfire";

    public static IServiceCollection AddJobEngine(this IServiceCollection services, TimeProvider clock)
    {
        services.AddLogging(logging => logging.AddFilter("Hangfire", LogLevel.Warning));
        // Not JobStorage.Current: two services in one process have a database each.
        services.AddSingleton<JobStorage>(provider => new PostgreSqlStorage(new Connections(provider.GetRequiredService<NpgsqlDataSource>()), new PostgreSqlStorageOptions
        {
            SchemaName = HangfireSetup.Schema,
            PrepareSchemaIfNecessary = false, // HangfireSetup does, one node after the other
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = TimeSpan.FromMinutes(2),
            QueuePollInterval = TimeSpan.FromSeconds(5),
            // A killed node leaves its lock behind as a row, and while that stands no node schedules anything. Shorter than
            // the 15 seconds for which a starting node waits for it.
            DistributedLockTimeout = TimeSpan.FromSeconds(10),
        }));
        services.AddHangfire(hangfire => hangfire.SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<HangfireFiring>(provider, clock));
        services.AddHostedService<HangfireSetup>();
        return services.AddHangfireServer(server =>
        {
            server.WorkerCount = JobList.All.Count; // no job waits for another to end
            server.SchedulePollingInterval = TimeSpan.FromSeconds(5);
        });
    }

    /// <summary>To look at only: what starts a job is the page of the jobs, which keeps who asked.</summary>
    public static void MapJobEngine(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<ServiceSettings>().Jobs) return;
        app.MapHangfireDashboard(Dashboard!, new DashboardOptions
        {
            Authorization = [], // the endpoint's own, below
            IsReadOnlyFunc = _ => true,
            AppPath = "/jobs",
            DashboardTitle = "Hangfire",
            DisplayStorageConnectionString = false,
            StatsPollingInterval = 5000,
        }).RequireAuthorization(policy => policy.RequireAuthenticatedUser()
            .RequireAssertion(context => Caller.From(context.User) is { } caller && Permissions.Has(caller.Role, Permission.RunJobs)))
        .Add(endpoint =>
        {
            var show = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.WithStyleAttributes;
                return show(http);
            };
        });
    }

    /// <summary>Hangfire keeps its parser to itself; the list needs no more than numbers and stars.</summary>
    public static DateTimeOffset? Next(Job job, DateTimeOffset after)
    {
        var fields = job.Cron.Split(' ');
        if (fields is not [_, _, _, "*" or "?", "*", "*" or "?"]) throw new NotSupportedException($"Job {job.Name}: {job.Cron}");
        var (second, minute, hour) = (Number(fields[0]), Number(fields[1]), Number(fields[2]));
        var local = TimeZoneInfo.ConvertTime(after, JobList.Zone);
        var at = new DateTimeOffset(local.Year, local.Month, local.Day, local.Hour, local.Minute, second ?? 0, local.Offset);
        while (at <= after || at.Minute != (minute ?? at.Minute) || at.Hour != (hour ?? at.Hour)) at = at.AddMinutes(1);
        return at.ToUniversalTime();

        static int? Number(string field) => field == "*" ? null : int.Parse(field, CultureInfo.InvariantCulture);
    }

    private sealed class Connections(NpgsqlDataSource db) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => db.CreateConnection();
    }
}

/// <summary>Before the first firing: Hangfire's tables, and the list as its recurring jobs.</summary>
public sealed class HangfireSetup(NpgsqlDataSource db, JobStorage storage, IRecurringJobManager recurring) : IHostedService
{
    public const string Schema = "hangfire";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // One node after the other, since Hangfire's scripts cannot bear each other; the lock ends with a node that is killed.
        await using var gate = await db.OpenConnectionAsync(cancellationToken);
        await using var alone = await gate.BeginTransactionAsync(cancellationToken);
        await gate.ExecuteAsync("lock table job_run in share update exclusive mode");
        await using (var connection = await db.OpenConnectionAsync(cancellationToken))
        {
            await MakeSchemaAsync(connection, cancellationToken);
            PostgreSqlObjectsInstaller.Install(connection, Schema);
        }

        PutList();
        await alone.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The role of the service may make nothing in the database; this one schema becomes its own.</summary>
    private static async Task MakeSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ExecuteScalarAsync<bool>("select to_regnamespace(@Schema) is not null", new { Schema })) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync($"set local role none; create schema {Schema} authorization mediation_app");
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException($"Hangfire needs a schema. Let the owner of the database run: create schema {Schema} authorization mediation_app; / "
                + $"Hangfire 需要单独的模式，请由数据库所有者执行：create schema {Schema} authorization mediation_app;", refused);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private void PutList()
    {
        using var connection = storage.GetConnection();
        var stored = connection.GetRecurringJobs().ToDictionary(job => job.Id, StringComparer.Ordinal);
        foreach (var job in JobList.All)
        {
            if (stored.TryGetValue(job.Name, out var known) && known.Cron == job.Cron && known.TimeZoneId == JobList.Zone.Id && known.Error is null
                && known.Job?.Type == typeof(HangfireFiring)) continue;
            recurring.AddOrUpdate<HangfireFiring>(job.Name, firing => firing.RunAsync(job.Name, null!, CancellationToken.None), job.Cron,
                new RecurringJobOptions { TimeZone = JobList.Zone });
        }

        foreach (var gone in stored.Keys.Except(JobList.All.Select(job => job.Name))) recurring.RemoveIfExists(gone);
    }
}

/// <summary>What Hangfire calls. It may call twice, late, or again after a node was lost: the table of runs decides what is left to do.</summary>
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
        var job = JobList.All.FirstOrDefault(job => job.Name == name) ?? throw new InvalidOperationException($"No job {name} on this node.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.ApplicationStopping);
        await FireAsync(job, Scheduled(job, DateTimeOffset.FromUnixTimeSeconds(context.GetJobParameter<long>("Time"))), stop.Token);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Hangfire says when it saw that the job was due, some seconds late; the run is named after the minute. Where the service's clock is shifted, so are the names.</summary>
    internal DateTimeOffset Scheduled(Job job, DateTimeOffset seen)
    {
        var due = JobEngine.Next(job, seen.AddMinutes(-1)) is { } at && at <= seen ? at : seen;
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
                exists (select 1 from job_run l where l.name = @Name and l.succeeded and l.scheduled_for > @at) as laterSucceeded
            from job_run where name = @Name and scheduled_for = @at
            """, new { job.Name, at });
    }

    private sealed class Run
    {
        public bool Ended { get; init; }
        public bool Succeeded { get; init; }
        public bool LaterSucceeded { get; init; }
        public string? Result { get; init; }
    }
}
