using System.Reflection;
using MediatR;

namespace Mediation.Service.Platform.Journal;

internal sealed class JournalSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings)
    {
        services.AddScoped<CaseSession>().AddSingleton<CaseNumbers>();
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type.IsSubclassOf(typeof(CaseActionRequest)) && !type.IsAbstract))
            services.AddScoped(typeof(IRequestHandler<,>).MakeGenericType(type, typeof(CaseAnswer)),
                typeof(CaseActionHandler<>).MakeGenericType(type));
    }
}
