using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>Hangfire fires the one list, with its store in the service's own database and a dashboard to look at (docs/adr/0013).</summary>
public static class HangfireSetup
{
    public const string Dashboard = "/jobs/hangfire";

    public static IServiceCollection AddHangfireJobs(this IServiceCollection services, TimeProvider clock)
    {
        // Not JobStorage.Current: two services in one process have a database each.
        services.AddSingleton<JobStorage>(
            provider => new PostgreSqlStorage(new Connections(provider.GetRequiredService<NpgsqlDataSource>()), new PostgreSqlStorageOptions
            {
                SchemaName = HangfireSchema.Name,
                PrepareSchemaIfNecessary = false, // the migration does, as the owner
                UseSlidingInvisibilityTimeout = true,
                InvisibilityTimeout = TimeSpan.FromMinutes(2),
                // Who puts a job into the queue wakes his own workers. This is how soon another node finds it when he is gone.
                QueuePollInterval = TimeSpan.FromSeconds(30),
                // A killed node leaves its lock behind as a row, and while that stands no node schedules anything. Shorter than
                // the 15 seconds for which a starting node waits for it.
                DistributedLockTimeout = TimeSpan.FromSeconds(10),
            })
            {
                JobExpirationTimeout = TimeSpan.FromHours(6), // what ran stands in job_run for a month
            });
        services.AddHangfire(hangfire => hangfire.SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings()
            // no job speaks a language
            .UseDefaultCulture(CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture, captureDefault: false));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<HangfireFiring>(provider, clock));
        return services.AddHostedService<HangfireServer>();
    }

    /// <summary>To look at only: what starts a job is the page of the jobs, which keeps who asked.</summary>
    public static void MapHangfire(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<ServiceSettings>().Jobs) return;
        app.MapHangfireDashboard(Dashboard, new DashboardOptions
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

    private sealed class Connections(NpgsqlDataSource db) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => db.CreateConnection();
    }
}
