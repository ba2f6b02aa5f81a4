using Mediation.Service.Platform;

namespace Mediation.Service.Reports;

internal sealed class ReportsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<ReportScopes>().AddScoped<ReportFigures>().AddScoped<MonthActs>().AddScoped<PublishedMonth.Publications>()
            .AddScoped<IndexScores>().AddScoped<AreaActs>().AddScoped<MeetingPacks>().AddSingleton<PackPrinter>();
}
