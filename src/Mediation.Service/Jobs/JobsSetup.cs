using Mediation.Service.Platform;
using Npgsql;

namespace Mediation.Service.Jobs;

internal sealed class JobsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings)
    {
        services.AddSingleton<JobRunner>().AddSingleton<JobHealth>();
        // In this order: what was missed is caught up before Hangfire fires and before the service listens.
        if (settings.Jobs) services.AddHostedService<CatchUp>().AddHangfireJobs(settings.Clock);
    }
}

/// <summary>At the start of a node: the sweep, and every job whose last success is older than it may be.</summary>
public sealed class CatchUp(JobRunner runner, JobHealth health, TimeProvider clock, ILogger<CatchUp> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var last = await health.LastSuccessesAsync(cancellationToken);
            foreach (var job in JobList.All.Where(
                job => job.Name == "sweep" || !last.TryGetValue(job.Name, out var at) || clock.GetUtcNow() - at > job.MayBeLate))
                // The exact instant, not the minute: a node that was killed and starts again must not wait for its own claim.
                await runner.RunAsync(job, clock.GetUtcNow(), cancellationToken);
        }
        catch (NpgsqlException unreachable)
        {
            log.LogError("Nothing caught up at the start: {Error}", unreachable.GetType().Name);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
