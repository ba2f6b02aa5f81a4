using Mediation.Service.Platform;

namespace Mediation.Service.Health;

internal sealed class HealthSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddSingleton<NodeState>().AddHostedService<WarmUp>();
}
