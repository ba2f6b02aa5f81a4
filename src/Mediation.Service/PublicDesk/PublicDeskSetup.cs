using Mediation.Service.Platform;

namespace Mediation.Service.PublicDesk;

internal sealed class PublicDeskSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddSingleton<PublicTurns>();
}
