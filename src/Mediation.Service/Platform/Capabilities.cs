using System.Reflection;

namespace Mediation.Service.Platform;

/// <summary>What a capability puts into the container. Every one of this assembly is found; nothing is listed.</summary>
public interface ICapability
{
    static abstract void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings);
}

public static class Capabilities
{
    public static IServiceCollection AddCapabilities(
        this IServiceCollection services, IConfiguration configuration, ServiceSettings settings)
    {
        var add = typeof(Capabilities).GetMethod(nameof(Add), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes()
                     .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(ICapability)))
                     .OrderBy(type => type.FullName, StringComparer.Ordinal))
            add.MakeGenericMethod(type).Invoke(null, [services, configuration, settings]);
        return services;
    }

    private static void Add<T>(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) where T : ICapability =>
        T.AddServices(services, configuration, settings);
}
