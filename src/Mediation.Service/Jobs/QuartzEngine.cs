using Quartz;

namespace Mediation.Service.Jobs;

/// <summary>Quartz.NET with its store in memory: it only fires. Who runs a firing is decided by the table (docs/adr/0007).</summary>
public static class JobEngine
{
    /// <summary>Quartz has none.</summary>
    public static string? Dashboard => null;

    public static IServiceCollection AddJobEngine(this IServiceCollection services, TimeProvider clock)
    {
        services.AddQuartz(quartz =>
        {
            // The service's clock: where it is shifted, the firings and their names in job_run are shifted with it.
            quartz.UseTimeProvider(clock);
            quartz.UseInMemoryStore();
            foreach (var job in JobList.All)
            {
                quartz.ScheduleJob<Firing>(
                    trigger => trigger.WithIdentity(job.Name).WithCronSchedule(job.Cron, cron => cron.InTimeZone(JobList.Zone)),
                    detail => detail.WithIdentity(job.Name));
            }
        });
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    public static void MapJobEngine(this WebApplication app) { } // nothing to show

    public static DateTimeOffset? Next(Job job, DateTimeOffset after) => new CronExpression(job.Cron, JobList.Zone).GetNextValidTimeAfter(after);

    [DisallowConcurrentExecution]
    private sealed class Firing(JobRunner runner, IHostApplicationLifetime life, TimeProvider clock) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var job = JobList.All.Single(job => job.Name == context.JobDetail.Key.Name);
            var at = context.ScheduledFireTimeUtc ?? clock.GetUtcNow();
            var minute = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.ApplicationStopping);
            await runner.RunAsync(job, minute, stop.Token);
        }
    }
}
