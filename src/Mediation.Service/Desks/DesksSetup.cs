using Mediation.Service.Platform;
using Mediation.Service.Shared;

namespace Mediation.Service.Desks;

internal sealed class DesksSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<IFrame, Frame>();
}
