using Mediation.Service.Platform;

namespace Mediation.Service.Groups;

internal sealed class GroupsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<CaseGroups>().AddScoped<GroupMembers>().AddScoped<GroupRun>();
}
