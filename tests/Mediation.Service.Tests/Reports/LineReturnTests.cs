using System.Net;
using System.Text.Json;
using Mediation.Service.Platform.Files;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>The returns of the two lines and the year's trend print the figures of the report and no others.</summary>
public sealed class LineReturnTests(ReportService host) : IClassFixture<ReportService>
{
    private readonly TestService service = host.Service;

    [Theory]
    [InlineData("supervisor.43", "")]
    [InlineData("supervisor.430104", "?division=430104001")]
    [InlineData("head.430104001", "")]
    public async Task Both_lines_print_the_figures_of_the_same_month(string user, string place)
    {
        using var client = service.As(user);
        var totals = (await ReadAsync(client, "2026-09" + place)).GetProperty("totals");
        var justice = await ReadAsync(client, "2026-09/returns/justice" + place);
        var centre = await ReadAsync(client, "2026-09/returns/centre" + place);

        foreach (var (name, figure) in new[] { ("受理", "accepted"), ("调解成功", "settled"), ("部分调成", "partial"), ("未结", "pending") })
        {
            var expected = totals.GetProperty(figure).GetDecimal();
            Assert.Equal(expected, ValueOf(justice, "totals", name));
            Assert.Equal(expected, ValueOf(centre, "totals", name));
        }

        foreach (var (made, block) in new[] { (justice, "initiation"), (justice, "category"), (centre, "channel"), (centre, "level") })
        {
            var rows = BlockOf(made, block).GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("values")).ToList();
            Assert.Equal(totals.GetProperty("accepted").GetDecimal(), rows.Sum(values => values[1].GetDecimal()));
            Assert.Equal(totals.GetProperty("settled").GetDecimal(), rows.Sum(values => values[3].GetDecimal()));
            if (totals.GetProperty("accepted").GetDecimal() > 0)
                Assert.Equal(1m, decimal.Round(rows.Sum(values => values[2].GetDecimal()), 12));
        }
    }

    [Fact]
    public async Task The_page_the_file_and_the_workbook_hold_what_the_API_says()
    {
        using var client = service.As("supervisor.43");
        var made = await ReadAsync(client, "2026-09/returns/justice");
        var csv = await client.GetStringAsync("/api/v1/reports/monthly/2026-09/returns/justice.csv");
        var workbook = XlsxText.Read(await client.GetByteArrayAsync("/api/v1/reports/monthly/2026-09/returns/justice.xlsx"), 100);
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        var page = await browser.OpenAsync("/reports/returns?month=2026-09&line=justice");
        var accepted = ValueOf(made, "totals", "受理");

        Assert.Contains($"\r\n受理,{accepted:0},", csv, StringComparison.Ordinal);
        Assert.Contains(workbook, row => row[0] == "受理" && row[1] == $"{accepted:0}");
        var totals = page.QuerySelector("section[aria-labelledby=b-totals]")!.QuerySelectorAll("tbody tr")
            .First(row => row.QuerySelector("th")!.TextContent == "受理");
        Assert.Equal($"{accepted:#,0}", totals.QuerySelector("td")!.TextContent);
        Assert.NotNull((await browser.OpenAsync("/reports/returns?month=2026-09&line=centre")).QuerySelector("#b-levels"));
    }

    [Fact]
    public async Task The_trend_has_twelve_months_and_each_is_its_own_report()
    {
        using var client = service.As("supervisor.4301");
        var points = (await (await client.GetAsync("/api/v1/reports/periods/2026-Q3/trend")).JsonAsync())
            .GetProperty("points").EnumerateArray().ToList();

        Assert.Equal(("2025-10", "2026-09", 12), (points[0].Text("month"), points[^1].Text("month"), points.Count));
        foreach (var point in points.TakeLast(4))
        {
            var totals = (await ReadAsync(client, point.Text("month"))).GetProperty("totals");
            foreach (var figure in new[] { "registered", "accepted", "closed", "pending" })
                Assert.Equal(totals.GetProperty(figure).GetInt64(), point.GetProperty(figure).GetInt64());
        }
    }

    [Fact]
    public async Task The_divisions_lead_one_level_down_and_back_up_and_every_chart_has_its_table()
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        var province = await browser.OpenAsync("/reports/analysis?period=2026-Q3");
        var down = province.QuerySelector("figure.chart svg a[href*='division=4301']")!;
        var city = await browser.OpenAsync(down.GetAttribute("href")!);

        Assert.Contains("登记", down.GetAttribute("aria-label")!, StringComparison.Ordinal);
        Assert.Equal(["湖南省", "长沙市"],
            city.QuerySelectorAll("nav[aria-label='区划层级'] a, nav[aria-label='区划层级'] strong").Select(place => place.TextContent));
        Assert.NotNull(city.QuerySelector("svg a[href*='division=430104']"));
        Assert.NotEmpty(province.QuerySelectorAll("section[aria-labelledby=trend] tbody tr"));
        Assert.NotNull(province.QuerySelector("section[aria-labelledby=trend] svg path.curve"));
    }

    [Theory]
    [InlineData("supervisor.430104", "monthly/2026-09/returns/other", 400, "validation")]
    [InlineData("supervisor.430104", "monthly/2026-13/returns/justice", 400, "validation")]
    [InlineData("supervisor.430104", "monthly/2090-01/returns/centre.csv", 400, "validation")]
    [InlineData("supervisor.430104", "monthly/2026-09/returns/centre?division=430302", 404, "notFound")]
    [InlineData("supervisor.430104", "periods/2026-Q5/trend", 400, "validation")]
    [InlineData("supervisor.430104", "periods/2090-Q1/trend", 400, "validation")]
    [InlineData("liaison.430104", "monthly/2026-09/returns/justice", 403, "forbidden")]
    public async Task What_is_no_line_no_month_or_not_ones_own_is_refused(string user, string path, int status, string code) =>
        await (await service.As(user).GetAsync("/api/v1/reports/" + path)).RefusedAsync(status, code);

    [Theory]
    [InlineData("/reports/monthly?month=2026-13")]
    [InlineData("/reports/monthly?month=2090-01")]
    [InlineData("/reports/returns?month=2026-13")]
    [InlineData("/reports/returns?month=2090-01")]
    [InlineData("/reports/cases?period=2026-13&figure=settled")]
    [InlineData("/reports/cases?period=2090-01&figure=settled")]
    [InlineData("/reports/analysis?period=2090")]
    public async Task A_page_asked_for_no_month_or_one_to_come_says_so(string path)
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        var (status, _, page) = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(page.QuerySelector("main .error, main [role=alert]") is not null, page.QuerySelector("main")!.TextContent);
    }

    [Theory]
    [InlineData("/reports/monthly?month=2026-09&division=430302")]
    [InlineData("/reports/returns?month=2026-09&division=430302")]
    [InlineData("/reports/cases?period=2026-09&figure=settled&division=430302")]
    [InlineData("/reports/analysis?period=2026-Q3&division=430302")]
    public async Task A_page_of_another_division_is_not_there(string path)
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.430104");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string path) =>
        await (await client.GetAsync("/api/v1/reports/monthly/" + path)).JsonAsync();

    private static JsonElement BlockOf(JsonElement made, string name) =>
        made.GetProperty("blocks").EnumerateArray().First(block => block.Text("name") == name);

    private static decimal ValueOf(JsonElement made, string block, string name) =>
        BlockOf(made, block).GetProperty("rows").EnumerateArray().First(row => row.Text("name") == name)
            .GetProperty("values")[0].GetDecimal();
}
