namespace Mediation.Service.Lights;

public static class LightsSetup
{
    public static IServiceCollection AddLights(this IServiceCollection services) => services.AddSingleton<RiskItems>().AddSingleton<LeadChoice>();

    public static void MapLights(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/policies").WithTags("Policies");
        ListRiskItems.Map(api);
        AddRiskItem.Map(api);
        EndRiskItem.Map(api);
        GetLights.Map(app);
    }
}
