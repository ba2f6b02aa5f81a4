using Mediation.Service.Platform;

namespace Mediation.Service.Courts;

internal sealed class CourtsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<Referrals>().AddScoped<ReferralBatches>().AddScoped<CourtActs>();
}
