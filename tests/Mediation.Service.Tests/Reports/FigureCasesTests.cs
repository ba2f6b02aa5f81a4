using System.Globalization;
using System.Net;
using System.Text.Json;
using Mediation.Domain.Measures;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>Every figure of a report leads to the cases that make it.</summary>
public sealed class FigureCasesTests(ReportService host) : IClassFixture<ReportService>
{
    private readonly TestService service = host.Service;

    [Theory]
    [InlineData("supervisor.43", "2026-09", "")]
    [InlineData("supervisor.43", "2026-09", "division")]
    [InlineData("supervisor.4301", "2026-08", "category")]
    [InlineData("supervisor.430104", "2026-09", "body")]
    [InlineData("supervisor.430104", "2026-Q3", "level")]
    [InlineData("supervisor.43", "2026-07", "court")]
    [InlineData("head.430104001", "2026-09", "channel")]
    [InlineData("court.430104", "2026-Q3", "body")]
    public async Task The_cases_of_a_figure_sum_to_it(string user, string period, string by)
    {
        using var client = service.As(user);
        var report = await (await client.GetAsync($"/api/v1/reports/periods/{period}" + (by.Length > 0 ? "?by=" + by : ""))).JsonAsync();
        var figures = 0;
        foreach (var row in report.GetProperty("rows").EnumerateArray())
            foreach (var figure in ReportColumns.All.Select(column => column.Name).Where(name => name is not ("daysMedian" or "daysP90")))
                if (row.GetProperty(figure).GetDecimal() is not 0 and var expected)
                {
                    var key = by.Length == 0 ? "" : $"&by={by}&key={Uri.EscapeDataString(row.GetProperty("key").GetString() ?? "")}";
                    await SumsAsync(client, $"{period}/cases?limit=200&figure={figure}{key}", expected, $"{figure} {key}");
                    figures++;
                }

        foreach (var measure in report.GetProperty("measures").EnumerateArray())
            foreach (var side in new[] { "numerator", "denominator" })
                if (measure.GetProperty(side).GetDecimal() is not 0 and var expected && FigureCases.Has($"{measure.Text("name")}.{side}"))
                    await SumsAsync(client, $"{period}/cases?limit=200&figure={measure.Text("name")}.{side}", expected,
                        $"{measure.Text("name")}.{side}");
        Assert.True(figures > 10);
    }

    private static async Task SumsAsync(HttpClient client, string path, decimal expected, string what)
    {
        var listed = await (await client.GetAsync("/api/v1/reports/periods/" + path)).JsonAsync();
        var items = listed.GetProperty("items").EnumerateArray().ToList();
        Assert.True(expected == listed.GetProperty("sum").GetDecimal(),
            $"{what}: {expected} in the report, {listed.GetProperty("sum")} listed");
        Assert.Equal(0, listed.GetProperty("unlisted").GetDecimal());
        if (listed.GetProperty("next").ValueKind != JsonValueKind.Null) return;
        Assert.Equal(listed.GetProperty("cases").GetInt64() - listed.GetProperty("hidden").GetInt64(), items.Count);
        if (listed.GetProperty("hidden").GetInt64() == 0)
            Assert.Equal(expected, items.Sum(item => item.GetProperty("amount").GetDecimal()));
    }

    [Fact]
    public async Task The_page_of_the_month_links_each_figure_and_the_list_goes_on_until_all_cases_are_shown()
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        var month = await browser.OpenAsync("/reports/monthly?month=2026-09&by=category");
        var link = month.QuerySelector("tr.total a[href*='figure=registered']")!;
        var (seen, pages, next) = (new HashSet<string>(), 0, link.GetAttribute("href"));
        while (next is not null)
        {
            var page = await browser.OpenAsync(next);
            foreach (var entry in page.QuerySelectorAll("main tbody th a")) Assert.True(seen.Add(entry.TextContent));
            next = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
            pages++;
        }

        Assert.Equal(int.Parse(link.TextContent, NumberStyles.AllowThousands, CultureInfo.InvariantCulture), seen.Count);
        Assert.True(pages > 1);
    }

    [Fact]
    public async Task The_file_holds_the_same_cases()
    {
        using var client = service.As("supervisor.430104");
        var listed = await (await client.GetAsync("/api/v1/reports/periods/2026-09/cases?figure=settled&limit=200")).JsonAsync();
        var file = await client.GetStringAsync("/api/v1/reports/periods/2026-09/cases.csv?figure=settled");

        Assert.StartsWith("案号,", file.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Equal(listed.GetProperty("items").EnumerateArray().Select(item => item.Text("caseNo")),
            file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[0]));
    }

    [Theory]
    [InlineData("supervisor.430104", "2026-09/cases?figure=nothing", 400, "validation")]
    [InlineData("supervisor.430104", "2026-09/cases", 400, "validation")]
    [InlineData("supervisor.430104", "2026-09/cases?figure=resolutionRate.denominator", 400, "validation")]
    [InlineData("supervisor.430104", "2026-13/cases?figure=settled", 400, "validation")]
    [InlineData("supervisor.430104", "2090-01/cases?figure=settled", 400, "validation")]
    [InlineData("supervisor.430104", "2026-09/cases?figure=settled&division=430302", 404, "notFound")]
    [InlineData("liaison.430104", "2026-09/cases?figure=settled", 403, "forbidden")]
    public async Task What_is_no_figure_no_period_or_not_ones_own_is_refused(string user, string path, int status, string code) =>
        await (await service.As(user).GetAsync("/api/v1/reports/periods/" + path)).RefusedAsync(status, code);

    [Fact]
    public async Task A_row_that_is_none_has_no_cases()
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        var (status, _, page) = await browser.GetAsync("/reports/cases?period=2026-09&figure=settled&by=level&key=nowhere");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(page.QuerySelectorAll("main tbody tr"));
    }
}
