using System.Text.Json;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>One list of columns: whatever shows the rows of a month shows each of them.</summary>
public sealed class ReportColumnTests(ReportService host) : IClassFixture<ReportService>
{
    private const string Month = "2026-10";

    [Fact]
    public async Task Every_column_stands_in_the_json_the_files_the_comparison_and_the_page()
    {
        using var supervisor = host.Service.As("supervisor.430104");
        var names = ReportColumns.All.Select(column => column.Name).ToList();

        var totals = (await (await supervisor.GetAsync($"/api/v1/reports/monthly/{Month}")).JsonAsync()).GetProperty("totals");
        Assert.Equal(["key", "name", .. names], totals.EnumerateObject().Select(member => member.Name));

        var headings = ReportColumns.All.Select(column => column.Heading.Zh).ToList();
        var csv = await supervisor.GetStringAsync($"/api/v1/reports/monthly/{Month}.csv");
        Assert.Equal(headings, csv.Split("\r\n")[0].Split(',').Skip(2));

        var book = XlsxText.Read(await supervisor.GetByteArrayAsync($"/api/v1/reports/monthly/{Month}.xlsx"), mostRows: 10);
        Assert.Equal(headings, book[0].Skip(2));

        foreach (var (address, list, name) in new[]
        {
            ($"/api/v1/reports/monthly/{Month}/comparison", "rows", "figure"),
            ($"/api/v1/reports/periods/{Month}/comparison", "figures", "name"),
        })
            Assert.Equal(names,
                (await (await supervisor.GetAsync(address)).JsonAsync()).GetProperty(list).EnumerateArray().Select(row => row.Text(name)));

        var schema = (await (await supervisor.GetAsync("/openapi/v1.json")).JsonAsync()).GetProperty("components")
            .GetProperty("schemas").GetProperty("ReportRow");
        Assert.Equal(["key", "name", .. names], schema.GetProperty("properties").EnumerateObject().Select(member => member.Name));

        using var browser = await Browser.SignedInAsync(host.Service, "supervisor.430104");
        var page = await browser.OpenAsync($"/reports/monthly?month={Month}");
        Assert.Equal(headings,
            page.QuerySelectorAll("table.figures")[0].QuerySelectorAll("thead th").Skip(1).Select(cell => cell.TextContent));
        Assert.All(ReportColumns.All,
            column => Assert.Contains($"{column.Heading.Zh}：{column.How.Zh}。", page.Body!.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_not_counted_in_a_month_is_said_to_be_so_and_never_0()
    {
        var column = ReportColumns.Registered with { FirstMonth = new(2026, 12, 1) };
        var row = new ReportRow(null, "", new Dictionary<(string, int), decimal>(), new(2026, 11, 1));
        Assert.Equal((null, ReportRow.NotCounted.In()), (row[column], row.Shown(column)));
        var later = row with { Month = new(2026, 12, 1) };
        Assert.Equal((0m, "0"), (later[column], later.Shown(column)));
    }
}
