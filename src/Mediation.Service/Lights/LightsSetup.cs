using Mediation.Service.Platform;

namespace Mediation.Service.Lights;

internal sealed class LightsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddSingleton<RiskItems>().AddSingleton<LeadChoice>();
}
