using System.Net;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class SavedViewTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task A_saved_filter_stays_after_signing_in_again_and_the_default_begins_the_list()
    {
        using (var browser = await Browser.SignedInAsync(desk.Service, "clerk.430104"))
        {
            var (status, location, _) = await SaveAsync(browser, "/?category=02&tab=overdue", "邻里逾期", isDefault: true);
            Assert.Equal((HttpStatusCode.Redirect, "/?category=02&tab=overdue"), (status, location));
        }

        using var again = await Browser.SignedInAsync(desk.Service, "clerk.430104");
        Assert.Equal("/?category=02&tab=overdue", (await again.GetAsync("/")).Location);
        var page = await again.OpenAsync("/?tab=all");
        Assert.Contains("邻里逾期", page.QuerySelector("nav a[href='/?category=02&tab=overdue']")!.TextContent, StringComparison.Ordinal);
        await SaveAsync(again, "/?tab=body", "本单位", isDefault: true);
        Assert.Equal("/?tab=body", (await again.GetAsync("/")).Location);
    }

    [Fact]
    public async Task A_link_that_is_passed_on_shows_its_reader_no_more_than_he_may_see_and_names_are_ones_own()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var mine = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var (_, link, _) = await SaveAsync(mine, "/?sort=-opened&tab=all", "新的");
        using var other = await Browser.SignedInAsync(desk.Service, "mediator1.430302001");

        var theirs = await other.OpenAsync(link!);

        Assert.NotNull((await mine.OpenAsync(link!)).QuerySelector($"a[href='/cases/{number}']"));
        Assert.Null(theirs.QuerySelector($"a[href='/cases/{number}']"));
        Assert.DoesNotContain("新的", theirs.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_is_removed_is_gone_and_one_without_a_name_is_refused()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        await SaveAsync(browser, "/?tab=offered", "要答复");

        var (status, _, refused) = await SaveAsync(browser, "/?tab=offered", " ");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(refused.QuerySelector(".error-summary a[href='#f-viewName']"));
        Assert.Equal(HttpStatusCode.BadRequest, (await SaveAsync(browser, "/?tab=offered", new string('长', 41))).Status);
        await browser.SendAsync(await browser.OpenAsync("/?tab=offered"), new() { ["drop"] = ["要答复"] });
        Assert.DoesNotContain("要答复",
            (await browser.OpenAsync("/?tab=offered")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_twenty_are_kept()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        for (var n = 1; n <= 20; n++) Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync(browser, "/?tab=all", $"第{n}个")).Status);

        Assert.Equal(HttpStatusCode.Conflict, (await SaveAsync(browser, "/?tab=all", "第21个")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync(browser, "/?tab=overdue", "第20个")).Status); // replaced
    }

    [Fact]
    public async Task A_report_is_kept_under_a_name_apart_from_the_lists_filters_with_its_period_or_with_the_running_one()
    {
        using (var browser = await Browser.SignedInAsync(desk.Service, "head.430302001"))
        {
            await SaveAsync(browser, "/?tab=body", "我的");
            var report = await browser.OpenAsync("/reports/monthly?month=2026-09&by=level");
            var saving = report.QuerySelector("a[href^='/reports/views?address=']")!.GetAttribute("href")!;
            Assert.Equal(HttpStatusCode.Redirect, (await SaveReportAsync(browser, saving, "我的")).Status);
            Assert.Equal(HttpStatusCode.Redirect, (await SaveReportAsync(browser, saving, "本月各级", follows: true)).Status);
        }

        using var again = await Browser.SignedInAsync(desk.Service, "head.430302001");
        var page = await again.OpenAsync("/reports/views");
        Assert.Equal([("我的", "/reports/monthly?month=2026-09&by=level"), ("本月各级", "/reports/monthly?by=level")],
            page.QuerySelectorAll("li a[href^='/reports/']").Where(link => link.ParentElement!.QuerySelector("button") is not null)
                .Select(link => (link.TextContent, link.GetAttribute("href")!)));
        await again.OpenAsync("/reports/monthly?by=level");
        Assert.Contains("我的", (await again.OpenAsync("/?tab=all")).QuerySelector("ul.tags a[href='/?tab=body']")!.TextContent,
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await again.SendAsync(page, new() { ["drop"] = ["我的"] }, "/reports/views")).Status);
        Assert.NotNull((await again.OpenAsync("/?tab=all")).QuerySelector("ul.tags a[href='/?tab=body']"));
        Assert.Null((await again.OpenAsync("/reports/views")).QuerySelector("button[value='我的']"));
    }

    [Theory]
    [InlineData("https://elsewhere.example.org/")]
    [InlineData("//elsewhere.example.org/reports/monthly?")]
    [InlineData("/reports/monthly")]
    [InlineData("/cases/1")]
    public async Task What_is_no_report_of_this_site_is_not_kept(string address)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.4303");
        var path = "/reports/views?address=" + Uri.EscapeDataString(address);
        var page = await browser.OpenAsync(path);
        Assert.Null(page.QuerySelector("[name=viewName]"));
        var good = await browser.OpenAsync("/reports/views?address=" + Uri.EscapeDataString("/reports/monthly?by=body"));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(good, new() { ["viewName"] = ["外面"] }, path)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(good, new() { ["viewName"] = [" "] },
            "/reports/views?address=" + Uri.EscapeDataString("/reports/monthly?by=body"))).Status);
        Assert.Null((await browser.OpenAsync("/reports/views")).QuerySelector("button[name=drop]"));
    }

    [Fact]
    public async Task Who_reads_no_reports_has_no_views_of_them()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "liaison.430104");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/reports/views")).Status);
    }

    private static async Task<(HttpStatusCode Status, string? Location, AngleSharp.Html.Dom.IHtmlDocument Document)> SaveReportAsync(
        Browser browser, string path, string name, bool follows = false)
    {
        var values = new Dictionary<string, string[]> { ["viewName"] = [name] };
        if (follows) values["follows"] = ["true"];
        return await browser.SendAsync(await browser.OpenAsync(path), values, path);
    }

    private static async Task<(HttpStatusCode Status, string? Location, AngleSharp.Html.Dom.IHtmlDocument Document)> SaveAsync(
        Browser browser, string path, string name, bool isDefault = false)
    {
        var values = new Dictionary<string, string[]> { ["viewName"] = [name] };
        if (isDefault) values["viewDefault"] = ["true"];
        return await browser.SendAsync(await browser.OpenAsync(path), values, path);
    }
}
