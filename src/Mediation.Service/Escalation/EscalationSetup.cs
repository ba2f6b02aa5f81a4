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
        var api = app.MapGroup("/api/v1/policies").WithTags("Policies");
        ListLadders.Map(api);
        SimulateLadder.Map(api);
        GetLadder.Map(api);
        AddLadder.Map(api);
        EndLadder.Map(api);
        GetCaseLadder.Map(app);
        ListNotices.Map(app);
        AnswerNotice.Map(app);
        CountUnread.Map(app);
        ReadNotices.Map(app);
    }
}
