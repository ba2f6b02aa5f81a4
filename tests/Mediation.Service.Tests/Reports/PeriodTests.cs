using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>Two committees of one township: one large, one small; two quarters of two years.</summary>
public sealed class PeriodService : IAsyncLifetime
{
    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync();
        await new ToldCases(Service, "430104001", "430104001-committee", Level.Township).TellAsync(
        [
            .. Many(40, Ending.Settled, new(2026, 7, 6)), .. Many(10, Ending.Failed, new(2026, 8, 4)), .. Many(6, Ending.Open,
                new(2026, 9, 7)), .. Many(20, Ending.Settled, new(2025, 8, 4)), .. Many(20, Ending.Failed, new(2025, 12, 8)),
        ]);
        await new ToldCases(Service, "430104011", "430104011-committee", Level.Township)
            .TellAsync([.. Many(3, Ending.Failed, new(2026, 9, 14))]);
    }

    public async ValueTask DisposeAsync() => await Service.DisposeAsync();

    private static IEnumerable<Told> Many(int count, Ending ending, DateOnly on) =>
        Enumerable.Range(0, count).Select(index => new Told(on.AddDays(index % 5), "02", ending));
}

public sealed class PeriodTests(PeriodService host) : IClassFixture<PeriodService>
{
    private readonly TestService service = host.Service;

    [Theory]
    [InlineData("2026-Q3", 59, 40, 13, 6)]
    [InlineData("2026-H2", 59, 40, 13, 6)]
    [InlineData("2026", 59, 40, 13, 6)]
    [InlineData("2026-C", 79, 40, 33, 6)]
    [InlineData("2026-09", 9, 0, 3, 6)]
    [InlineData("2025", 40, 20, 20, 0)]
    public async Task A_period_is_the_sum_of_its_months_and_every_row_reconciles(
        string period, int registered, int settled, int failed, int pending)
    {
        using var supervisor = service.As("supervisor.430104");
        var report = await ReadAsync(supervisor, $"{period}?by=body");
        var totals = report.GetProperty("totals");
        Assert.Equal((registered, settled, failed, pending),
            (N(totals, "registered"), N(totals, "settled"), N(totals, "failed"), N(totals, "pending")));
        foreach (var row in report.GetProperty("rows").EnumerateArray().Append(totals))
            Assert.Equal(N(row, "broughtForward") + N(row, "registered") + N(row, "transferredIn") + N(row, "reopened"),
                N(row, "notAccepted") + N(row, "guided") + N(row, "transferredOut") + N(row, "closed") + N(row, "pending"));
        Assert.Equal(registered, report.GetProperty("rows").EnumerateArray().Sum(row => N(row, "registered")));
    }

    [Fact]
    public async Task A_change_says_whether_it_may_be_chance()
    {
        using var supervisor = service.As("supervisor.430104");
        var compared = await ReadAsync(supervisor, "2026-Q3/comparison?baseYear=2019");
        Assert.Equal(("2026-Q2", "2025-Q3", "2019-Q3"), (compared.Text("before"), compared.Text("lastYear"), compared.Text("base")));
        var settled = compared.GetProperty("figures").EnumerateArray().Single(row => row.Text("name") == "settled");
        Assert.Equal((40, 20, true), (N(settled, "now"), N(settled.GetProperty("lastYear"), "value"),
            settled.GetProperty("lastYear").GetProperty("significant").GetBoolean()));
        var rate = compared.GetProperty("measures").EnumerateArray().Single(row => row.Text("name") == "successRate");
        // 40 of 59 against 20 of 20: the interval of the difference leaves 0 out.
        Assert.True(rate.GetProperty("lastYear").GetProperty("significant").GetBoolean());
        Assert.True(rate.GetProperty("lastYear").GetProperty("interval")[1].GetDouble() < 0);
        Assert.False(rate.GetProperty("base").TryGetProperty("significant", out var none) && none.ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public async Task A_body_with_few_cases_is_shown_and_not_judged()
    {
        using var supervisor = service.As("supervisor.430104");
        var funnel = await ReadAsync(supervisor, "2026-Q3/funnel");
        var points = funnel.GetProperty("points").EnumerateArray().ToDictionary(point => point.Text("key"));
        Assert.Equal(10, funnel.GetProperty("minimum").GetInt32());
        Assert.Equal(40 / 59.0, funnel.GetProperty("target").GetDouble(), 12);
        Assert.Equal(("few", 0, 3), (points["430104011-committee"].Text("place"), N(points["430104011-committee"], "numerator"),
            N(points["430104011-committee"], "denominator")));
        var large = points["430104001-committee"];
        Assert.Equal("within", large.Text("place"));
        Assert.InRange(large.GetProperty("value").GetDouble(), large.GetProperty("limits998")[0].GetDouble(),
            large.GetProperty("limits998")[1].GetDouble());
    }

    [Fact]
    public async Task The_cohort_counts_open_cases_up_to_today()
    {
        using var supervisor = service.As("supervisor.430104");
        var cohort = await ReadAsync(supervisor, "2026-Q3/cohort");
        Assert.Equal((59, 40, 13, 6), (N(cohort, "cases"), N(cohort, "settled"), N(cohort, "closedOtherwise"), N(cohort, "pending")));
        Assert.Equal(2, N(cohort, "median"));
        var step = Assert.Single(cohort.GetProperty("curve").EnumerateArray());
        Assert.Equal((2, 59, 53, "0.1017"), (N(step, "days"), N(step, "atRisk"), N(step, "closed"),
            step.GetProperty("share").GetDouble().ToString("0.0000", CultureInfo.InvariantCulture)));
        var empty = await ReadAsync(supervisor, "2024/cohort");
        Assert.Equal(0, N(empty, "cases"));
    }

    [Theory]
    [InlineData("supervisor.430104", "2026-Q5", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.430104", "2026-13/cohort", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.430104", "2026/funnel?measure=resolutionRate", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.430104", "2026/funnel?by=colour", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.430104", "2026/comparison?baseYear=xx", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.430104", "2026?division=4303", HttpStatusCode.NotFound)]
    [InlineData("head.430104001", "2026/cohort?division=430104", HttpStatusCode.NotFound)]
    [InlineData("liaison.430104", "2026/funnel", HttpStatusCode.Forbidden)]
    [InlineData("admin", "2026.csv", HttpStatusCode.Forbidden)]
    [InlineData("head.430104001", "2026-Q3/cohort", HttpStatusCode.OK)]
    [InlineData("court.430104", "2026/funnel?measure=preLitigationSuccessRate", HttpStatusCode.OK)]
    [InlineData("supervisor.430104", "2026-H1.csv?by=category", HttpStatusCode.OK)]
    [InlineData("supervisor.43", "9998", HttpStatusCode.BadRequest)] // has not begun
    [InlineData("supervisor.43", "9998-Q4/comparison", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "9998-12/funnel", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "9998-C/cohort", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.4303", "9998.csv?division=4301", HttpStatusCode.NotFound)]
    public async Task Only_known_periods_of_ones_own_scope_are_answered(string user, string path, HttpStatusCode expected)
    {
        using var client = service.As(user);
        using var answer = await client.GetAsync("/api/v1/reports/periods/" + path);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_draws_the_funnel_and_the_curve_with_their_tables()
    {
        using var page = await Browser.SignedInAsync(service, "supervisor.430104");
        var document = await page.OpenAsync("/reports/analysis?period=2026-Q3&baseYear=2025");
        Assert.Equal(3, document.QuerySelectorAll("svg[role=img]").Length); // the trend too
        Assert.Equal(1, document.QuerySelectorAll("svg .mark").Length); // the small one is in the table alone
        Assert.Contains("67.8%", document.QuerySelector("section[aria-labelledby=changes]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("件数太少", document.QuerySelector("section[aria-labelledby=funnel]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("显著", document.QuerySelector("section[aria-labelledby=changes]")!.TextContent, StringComparison.Ordinal);
        foreach (var wrong in new[] { "nonsense", "9998-Q1" })
        {
            var (status, _, refused) = await page.GetAsync("/reports/analysis?period=" + wrong);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(wrong, refused.QuerySelector("#f-period[aria-invalid=true]")!.GetAttribute("value"));
        }
    }

    private static int N(JsonElement json, string name) => (int)json.GetProperty(name).GetDecimal();

    private static async Task<JsonElement> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync("/api/v1/reports/periods/" + path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}
