using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Escalation;

internal sealed class EscalationSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddSingleton<LadderSource>().AddSingleton<ICaseLadders>(provider => provider.GetRequiredService<LadderSource>());
}
