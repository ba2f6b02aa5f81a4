using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Registry;

internal sealed class RegistrySetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddSingleton<BodyDirectory>().AddSingleton<ICaseDirectory>(provider => provider.GetRequiredService<BodyDirectory>());
}
