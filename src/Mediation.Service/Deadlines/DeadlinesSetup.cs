using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Deadlines;

internal sealed class DeadlinesSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services
            .AddSingleton<DeadlinePolicySource>()
            .AddSingleton<ICasePolicies>(provider => provider.GetRequiredService<DeadlinePolicySource>())
            .AddSingleton<WorkingCalendarSource>()
            .AddSingleton<ICaseCalendar>(provider => provider.GetRequiredService<WorkingCalendarSource>());
}
