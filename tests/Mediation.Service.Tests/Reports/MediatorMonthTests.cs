using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mediation.Service.Platform.Files;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>What each mediator settled in a month and what is due for it (以案定补).</summary>
public sealed class MediatorMonthTests : IAsyncLifetime
{
    private Desk desk = null!;
    private string complete = "";

    private string Month => desk.Today[..7];
    private string Address => "/api/v1/reports/mediators/" + Month;

    public async ValueTask InitializeAsync()
    {
        desk = Desk.Over(await TestService.StartAsync());
        complete = await SettledAsync(respondents: 1);
        await desk.Mediator.DoAsync(complete, "terms/1/performed", new { amount = 3000m, on = desk.Today });
        await desk.Mediator.DoAsync(complete, "follow-ups", new { on = desk.Today, method = "电话", satisfaction = 5, performed = true });
        await desk.Head.DoAsync(complete, "archive");
        await SettledAsync(respondents: 4);
        await desk.AssignedAsync();
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_sheet_has_the_settled_cases_by_grade_and_pays_complete_files_by_the_fee_of_the_day()
    {
        await FeeAsync(new { grade = "ordinary", from = "2026-01-01", fee = 150, basis = "区以案定补办法" });
        await FeeAsync(new { grade = "ordinary", from = desk.Day(1), fee = 200, basis = "区以案定补办法（修订）" });
        await FeeAsync(new { grade = "complex", from = "2026-01-01", fee = 300.5, basis = "区以案定补办法" });

        var sheet = (await (await desk.Head.GetAsync(Address)).JsonAsync()).GetProperty("sheets").EnumerateArray().Single();

        Assert.Equal((Desk.MediatorName, 150m), (sheet.Text("mediator"), sheet.GetProperty("due").GetDecimal()));
        Assert.Equal([("ordinary", 1, 1, 150m), ("complex", 1, 0, 0m)], sheet.GetProperty("grades").EnumerateArray()
            .Select(grade => (grade.Text("name"), grade.GetProperty("cases").GetInt32(), grade.GetProperty("complete").GetInt32(),
                grade.GetProperty("due").GetDecimal())));
        Assert.Equal([("ordinary", true, 150m), ("complex", false, 300.5m)],
            sheet.GetProperty("cases").EnumerateArray().OrderByDescending(line => line.Text("grade"))
                .Select(line => (line.Text("grade"), line.GetProperty("complete").GetBoolean(), line.GetProperty("fee").GetDecimal())));
        var rows = XlsxText.Read(await desk.Head.GetByteArrayAsync(Address + ".xlsx"), 10);
        Assert.Equal((3, 150m), (rows.Count, decimal.Parse(rows.Single(row => row[6] == "一般")[9], CultureInfo.InvariantCulture)));
        Assert.StartsWith("调解员,姓名", await desk.Head.GetStringAsync(Address + ".csv"), StringComparison.Ordinal);
        Assert.Empty(
            (await (await desk.Head.GetAsync("/api/v1/reports/mediators/2026-01")).JsonAsync()).GetProperty("sheets").EnumerateArray());
    }

    [Fact]
    public async Task A_mediator_sees_only_his_own_sheet_and_a_head_that_of_his_body()
    {
        Assert.Single(await SheetsAsync(Desk.MediatorName, ""));
        Assert.Empty(await SheetsAsync("mediator2.430104001", ""));
        Assert.Empty(await SheetsAsync("head.430302001", ""));
        Assert.Single(await SheetsAsync("supervisor.430104", "?body=" + Desk.Committee));
        foreach (var user in new[] { "mediator2.430104001", "head.430302001" })
            await (await desk.Service.As(user).GetAsync(Address + "?division=430104")).RefusedAsync(404, "notFound");
        await (await desk.Service.As("head.430302001").GetAsync(Address + "?body=" + Desk.Committee)).RefusedAsync(404, "notFound");
        foreach (var user in new[] { "court.430104", "liaison.430104" })
            await (await desk.Service.As(user).GetAsync(Address)).RefusedAsync(403, "forbidden");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var page = (await browser.OpenAsync("/reports/mediators?month=" + Month)).QuerySelector("main")!.TextContent;
        Assert.Contains((await desk.GetAsync(complete)).Text("caseNo"), page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2090-01")]
    public async Task A_month_that_is_none_or_to_come_is_refused(string month) =>
        await (await desk.Head.GetAsync("/api/v1/reports/mediators/" + month)).RefusedAsync(400, "validation");

    [Fact]
    public async Task A_fee_is_set_by_the_administrator_once_for_a_day()
    {
        var fee = new { grade = "major", from = "2026-01-01", fee = 800, basis = "区以案定补办法" };
        await FeeAsync(fee);
        var admin = desk.Service.As("admin");

        await (await admin.PostAsJsonAsync("/api/v1/policies/fees", fee)).RefusedAsync(409, "fee.exists");
        await (await desk.Head.PostAsJsonAsync("/api/v1/policies/fees", fee)).RefusedAsync(403, "forbidden");
        foreach (var wrong in new object[]
        {
            new { from = "2026-01-01", fee = 1, basis = "办法" }, new { grade = "major", fee = 1, basis = "办法" },
            new { grade = "major", from = "2026-02-01", fee = -1, basis = "办法" },
            new { grade = "major", from = "2026-02-01", fee = 1.234, basis = "办法" }, new { grade = "major", from = "2026-02-01", fee = 1 },
            new { grade = "major", from = "1026-02-01", fee = 1, basis = "办法" },
        })
        {
            await (await admin.PostAsJsonAsync("/api/v1/policies/fees", wrong)).RefusedAsync(400, "validation");
        }

        using var browser = await Browser.SignedInAsync(desk.Service, "admin");
        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/fees"),
            new() { ["grade"] = ["major"], ["from"] = ["2026-03-01"], ["fee"] = ["x"], ["basis"] = ["办法"] });
        Assert.Equal((HttpStatusCode.BadRequest, true),
            (status, page.QuerySelector("#fee[aria-invalid=true], [name=fee][aria-invalid=true]") is not null));
        Assert.Equal(HttpStatusCode.Redirect,
            (await browser.SendAsync(page, new() { ["fee"] = ["820.50"], ["grade"] = ["major"] }, "/fees")).Status);
        Assert.Equal([820.50m, 800m], (await (await desk.Head.GetAsync("/api/v1/policies/fees")).JsonAsync()).GetProperty("items")
            .EnumerateArray().Select(item => item.GetProperty("fee").GetDecimal()));
    }

    private async Task<IEnumerable<JsonElement>> SheetsAsync(string user, string query) =>
        (await (await desk.Service.As(user).GetAsync(Address + query)).JsonAsync()).GetProperty("sheets").EnumerateArray();

    private async Task FeeAsync(object fee)
    {
        var answer = await desk.Service.As("admin").PostAsJsonAsync("/api/v1/policies/fees", fee);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> SettledAsync(int respondents)
    {
        var id = await desk.WillingAsync(respondents);
        var agreement = desk.Agreement();
        agreement["signatures"] = Enumerable.Range(1, respondents + 1).Select(n => $"p{n}").Append("mediator").ToArray();
        await desk.Mediator.DoAsync(id, "settle", agreement);
        return id;
    }
}
