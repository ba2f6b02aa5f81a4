using Mediation.Service.Platform.Callers;
using Mediation.Service.Shared;
using Mediation.Service.Tests.Reports;

namespace Mediation.Service.Tests.Pages;

/// <summary>
/// A page with its style and script stays under 100 KB on the wire, with one sheet and one script; over the demonstration's cases.
/// </summary>
public sealed class PageWeightTests(ReportService host) : IClassFixture<ReportService>
{
    private const int Most = 100 * 1024;

    [Theory]
    [InlineData(Role.Clerk, "clerk.430104")]
    [InlineData(Role.Mediator, "mediator1.430104001")]
    [InlineData(Role.Head, "head.430104001")]
    [InlineData(Role.Supervisor, "supervisor.43", "/reports/monthly?month=2026-09&by=body", "/reports/analysis?period=2026&by=body",
        "/reports/areas?period=2026-09&division=4301",
        "/reports/cases?period=2026-Q3&figure=registered", "/reports/returns?month=2026-09&line=centre")]
    [InlineData(Role.Court, "court.430104", "/reports/monthly?month=2026-09&by=body")]
    [InlineData(Role.Auditor, "auditor.43", "/reports/monthly?month=2026-09&by=division")]
    [InlineData(Role.Liaison, "liaison.430104")]
    [InlineData(Role.Grid, "grid.430104001")]
    [InlineData(Role.Admin, "admin", "/reports/safety-index/weights")]
    public async Task Each_page_of_a_role_is_light(Role role, string user, params string[] more)
    {
        using var browser = await Browser.SignedInAsync(host.Service, user);
        foreach (var path in Navigation.For(role).Select(entry => entry.Path).Concat(more).Append("/help"))
        {
            var page = await browser.OpenAsync(path);
            var parts = page.QuerySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")
                .Select(part => part.GetAttribute("href") ?? part.GetAttribute("src")!).ToList();
            var weight = await browser.WeighAsync(path);
            foreach (var part in parts) weight += await browser.WeighAsync(part);

            Assert.True(weight < Most, $"{path} weighs {weight} bytes");
            Assert.Equal(3, parts.Count);
        }
    }

    [Fact]
    public async Task A_long_report_travels_compressed()
    {
        using var browser = await Browser.SignedInAsync(host.Service, "supervisor.43");
        var page = await browser.OpenAsync("/reports/monthly?month=2026-09&by=body");

        Assert.True(await browser.WeighAsync("/reports/monthly?month=2026-09&by=body") < page.Source.Length / 5);
    }
}
