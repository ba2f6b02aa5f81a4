using System.Net;
using AngleSharp.Html.Dom;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class PolicyPagesTests : IAsyncLifetime
{
    private readonly Desk desk = new();

    public async ValueTask InitializeAsync() => await desk.InitializeAsync();

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_policy_is_tried_then_added_then_ended_and_nothing_is_saved_before()
    {
        await desk.AssignedAsync();
        desk.Service.Clock.Advance(TimeSpan.FromDays(15));
        using var browser = await Browser.SignedInAsync(desk.Service, "admin");
        var list = await browser.OpenAsync("/policies");
        Assert.NotNull(list.QuerySelector("a[href='/policies/term.people']"));
        var form = await browser.OpenAsync("/policies/new?replaces=term.people");
        Assert.Equal("30", ((IHtmlInputElement)form.QuerySelector("#f-days")!).Value);
        Dictionary<string, string[]> typed = new() { ["days"] = ["10"], ["from"] = ["2026-11-01"], ["runningClocks"] = ["true"] };

        var (status, _, tried) = await browser.SendAsync(form, new(typed) { ["what"] = ["open"] });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("将增加 1 个超期期限", tried.QuerySelector("#tried")!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/policies/term.people.20261101")).Status);
        var added = await browser.SendAsync(tried, new(typed) { ["what"] = ["add"] });
        Assert.Equal((HttpStatusCode.Redirect, "/policies/term.people.20261101"), (added.Status, added.Location));
        var page = await browser.OpenAsync("/policies/term.people.20261101");
        var refused = await browser.SendAsync(page, new() { ["to"] = ["2026-12-31"] });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("自2027年1月1日起将没有适用的规则", refused.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_policy_stands_beside_its_field()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "admin");
        var form = await browser.OpenAsync("/policies/new?replaces=term.people");

        var (status, _, page) = await browser.SendAsync(form,
            new() { ["from"] = ["2026-11-01"], ["days"] = ["-3"], ["basis.zh"] = [""], ["what"] = ["add"] });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("日数应为 1 至 3650", page.QuerySelector("#f-days-error")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("请写明依据", page.QuerySelector("#f-basis-zh-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_is_computed_on_the_page_line_by_line()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var page = await browser.OpenAsync("/policies?clock=term&track=entrusted&procedure=ordinary&startedOn=2024-12-20");

        Assert.Contains("至2025年1月6日届满", page.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("第二十七条", page.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("a[href='/policies/new']"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/policies/new")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync("/policies?clock=term&startedOn=1999-01-01")).Status);
    }

    [Fact]
    public async Task The_printed_case_says_of_each_deadline_why_it_falls_on_its_day()
    {
        var id = await desk.AssignedAsync();
        await desk.Mediator.DoAsync(id, "extend", new { days = 10, consents = new[] { "p1", "p2" } });
        await desk.Mediator.DoAsync(id, "suspend", new { reason = "等待鉴定" });
        desk.Service.Clock.Advance(TimeSpan.FromDays(3));
        await desk.Mediator.DoAsync(id, "resume");
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        foreach (var path in new[] { $"/cases/{number}", $"/cases/{number}/print" })
        {
            var text = (await browser.OpenAsync(path)).Body!.TextContent;
            foreach (var line in new[]
            {
                "自2026年10月21日（调解组织受理）起算", "起算当日不计入", "30日（含休息日）", "2026年10月21日中止，剩余40日保留，2026年10月24日恢复，其间3日不计入",
                "经各方当事人（张小甲、李小1）同意延长10日", "至2026年12月3日届满", "依据：《人民调解工作若干规定》第三十三条",
            })
                Assert.Contains(line, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_calendar_page_says_which_year_is_missing()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "admin");

        var page = await browser.OpenAsync("/calendar");

        Assert.Contains("2027年放假安排尚未公布", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        var (status, _, refused) = await browser.SendAsync(page, new() { ["year"] = ["soon"] });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(refused.QuerySelector("#f-year-error"));
    }
}
