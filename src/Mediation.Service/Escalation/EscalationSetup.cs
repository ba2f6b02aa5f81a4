namespace Mediation.Service.Escalation;

public static class EscalationSetup
{
    public static IServiceCollection AddEscalation(this IServiceCollection services)
    {
        services.AddSingleton<LadderSource>();
        return services;
    }

    public static void MapEscalation(this IEndpointRouteBuilder app)
    {
    }
}
