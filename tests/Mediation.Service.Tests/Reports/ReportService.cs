using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Tallies;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Reports;

/// <summary>The demonstration's three hundred cases, told up to 21 October 2026.</summary>
public sealed class ReportService : IAsyncLifetime
{
    public const string Path = "/api/v1/reports/monthly/2026-09?by=body";

    public TestService Service { get; private set; } = null!;

    /// <summary>The report as it was read before anything had been folded.</summary>
    public string Unfolded { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync();
        await using var scope = Service.Scope();
        var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
        await new DemonstrationCases(Service.Db, Service.Settings.Keys, scope.ServiceProvider.GetRequiredService<BodyDirectory>())
            .LoadAsync(Service.Clock, calendar, CancellationToken.None);
        using var client = Service.As("supervisor.43");
        Unfolded = await client.GetStringAsync(Path);
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        Assert.True((await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FoldTallies())).Deltas > 1000);
    }

    public async ValueTask DisposeAsync() => await Service.DisposeAsync();
}
