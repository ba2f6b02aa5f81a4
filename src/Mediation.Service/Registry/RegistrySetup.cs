namespace Mediation.Service.Registry;

public static class RegistrySetup
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton<BodyDirectory>()
        .AddSingleton<WorkingCalendarSource>();

    public static void MapRegistry(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Registry");
        ListDivisions.Map(api);
        GetDivision.Map(api);
        ListBodies.Map(api);
        GetBody.Map(api);
        ListMediators.Map(api);
        GetMediator.Map(api);
        ListCalendars.Map(api);
        GetCalendar.Map(api);
        ImportCalendar.Map(api);
    }
}
