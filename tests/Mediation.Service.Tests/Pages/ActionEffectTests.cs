using System.Net;
using System.Net.Http.Json;
using Dapper;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class ActionEffectTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task What_an_action_does_is_shown_before_it_is_sent_and_nothing_is_written()
    {
        var id = await desk.AssignedAsync();
        var before = await desk.GetAsync(id);
        var path = $"/cases/{before.Text("caseNo")}/act/suspend";
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync(path),
            new() { ["reason"] = ["等待鉴定"], ["check"] = ["true"] });

        Assert.Equal(HttpStatusCode.OK, status);
        var effects = page.QuerySelector("#effects")!.TextContent;
        Assert.Contains("状态由“已指派”变为“已中止”", effects, StringComparison.Ordinal);
        Assert.Contains("期限暂停：调解期限", effects, StringComparison.Ordinal);
        Assert.Equal("等待鉴定", page.QuerySelector("[name=reason]")!.TextContent.Trim());
        Assert.Equal(before.GetProperty("version").GetInt32(), (await desk.GetAsync(id)).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(page, [], path)).Status);
        Assert.Equal("suspended", (await desk.GetAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_form_that_asks_for_nothing_shows_at_once_which_clock_stops_and_which_starts()
    {
        var id = await desk.ReferredAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");

        var page = await browser.OpenAsync($"/cases/{(await desk.GetAsync(id)).Text("caseNo")}/act/referral/accept");

        var effects = page.QuerySelector("#effects")!.TextContent;
        Assert.Contains("期限结束：分派答复", effects, StringComparison.Ordinal);
        Assert.Contains("指派调解员", effects, StringComparison.Ordinal);
        Assert.Equal("referred", (await desk.GetAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Who_will_be_told_is_named_before_it_is_sent()
    {
        var id = await desk.AssignedAsync();
        var path = $"/cases/{(await desk.GetAsync(id)).Text("caseNo")}/act/risk";
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync(path);

        var (_, _, red) = await browser.SendAsync(form, new() { ["level"] = ["red"], ["reason"] = ["聚集"], ["check"] = ["true"] });
        var (_, _, yellow) = await browser.SendAsync(form,
            new() { ["level"] = ["yellow"], ["reason"] = ["争吵"], ["check"] = ["true"] }, path);

        var told = red.QuerySelectorAll("#effects li")[^1].TextContent;
        Assert.StartsWith("立即通知：", told, StringComparison.Ordinal);
        Assert.Contains("调解委员会", told, StringComparison.Ordinal);
        Assert.StartsWith("不另行通知", yellow.QuerySelectorAll("#effects li")[^1].TextContent, StringComparison.Ordinal);
        await using var db = await desk.Service.Db.OpenConnectionAsync();
        Assert.Equal(0, await db.ExecuteScalarAsync<long>("select count(*) from notice where case_id = @id", new { id = Guid.Parse(id) }));
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_the_trial_as_when_it_is_sent()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync($"/cases/{number}/act/extend"),
            new() { ["days"] = ["三十"], ["check"] = ["true"] });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(page.QuerySelector(".error-summary a[href='#f-days']"));
        Assert.Null(page.QuerySelector("#effects"));
    }

    [Fact]
    public async Task Other_cases_of_the_same_person_are_shown_within_the_readers_scope_and_those_of_a_company_are_not()
    {
        var (first, second) = (await OpenAsync("430104001", "02"), await OpenAsync("430104001", "02"));
        var elsewhere = await OpenAsync("430302001", "02", "clerk.430302");
        using var browser = await Browser.SignedInAsync(desk.Service, "clerk.430104");

        var page = await browser.OpenAsync("/cases/" + second);

        var related = page.QuerySelector("section[aria-labelledby=related]")!;
        Assert.NotNull(related.QuerySelector($"a[href='/cases/{first}']"));
        Assert.Contains("同类重复", related.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(elsewhere, related.TextContent, StringComparison.Ordinal);
        var company = await OpenAsync("430104001", "02", identity: null);
        Assert.Null((await browser.OpenAsync("/cases/" + company)).QuerySelector("section[aria-labelledby=related]"));
        Assert.NotNull(page.QuerySelector("details.why p"));
    }

    private async Task<string> OpenAsync(
        string division, string category, string by = "clerk.430104", string? identity = "430104209103244939")
    {
        using var client = desk.Service.As(by);
        var answer = await client.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "walkIn",
            category,
            division,
            summary = "物业费争议",
            parties = new object[]
            {
                new { side = "applicant", kind = "person", name = "张小甲", identityNumber = identity },
                new { side = "respondent", kind = "organisation", name = "某某物业有限公司", creditCode = "91350100M000100Y43" },
            },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("caseNo");
    }
}
