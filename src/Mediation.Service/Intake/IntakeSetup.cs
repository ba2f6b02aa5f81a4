using Mediation.Service.Platform;

namespace Mediation.Service.Intake;

internal sealed class IntakeSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<CaseOpening>().AddScoped<CountedRows>();
}
