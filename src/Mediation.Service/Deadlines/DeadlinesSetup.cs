namespace Mediation.Service.Deadlines;

public static class DeadlinesSetup
{
    public static IServiceCollection AddDeadlines(this IServiceCollection services) => services.AddSingleton<DeadlinePolicySource>();

    public static void MapDeadlines(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/policies").WithTags("Policies");
        ListPolicies.Map(api);
        ComputeDeadline.Map(api);
        GetPolicy.Map(api);
        SimulatePolicy.Map(api);
        AddPolicy.Map(api);
        EndPolicy.Map(api);
    }
}
