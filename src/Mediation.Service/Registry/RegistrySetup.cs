namespace Mediation.Service.Registry;

public static class RegistrySetup
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton<BodyDirectory>()
        .AddSingleton<WorkingCalendarSource>();
}
