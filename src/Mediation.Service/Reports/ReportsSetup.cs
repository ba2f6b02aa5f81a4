using Mediation.Service.Platform;
using Mediation.Service.Reports.Areas;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Index;
using Mediation.Service.Reports.Month;
using Mediation.Service.Reports.Packs;

namespace Mediation.Service.Reports;

internal sealed class ReportsSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings) =>
        services.AddScoped<ReportScopes>().AddScoped<ReportFigures>().AddScoped<KnownFigures>().AddScoped<MonthActs>()
            .AddScoped<PublishedMonth.Publications>()
            .AddScoped<IndexScores>().AddScoped<AreaActs>().AddScoped<MeetingPacks>()
            .AddScoped<IFrozenWithMonth>(services => services.GetRequiredService<MeetingPacks>()).AddSingleton<PackPrinter>();
}
