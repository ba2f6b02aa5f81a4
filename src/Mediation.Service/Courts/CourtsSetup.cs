namespace Mediation.Service.Courts;

public static class CourtsSetup
{
    public static IServiceCollection AddCourts(this IServiceCollection services) => services.AddScoped<Referrals>().AddScoped<ReferralBatches>().AddScoped<CourtActs>();

    public static void MapCourts(this IEndpointRouteBuilder app)
    {
        MakeReferral.Map(app);
        RecallReferral.Map(app);
        ReturnReferral.Map(app);
        FileReferral.Map(app);
        ConcludeReferral.Map(app);
        ImportReferrals.Map(app);
        ReferralResult.Map(app);
        ListReferrals.Map(app);
    }
}
