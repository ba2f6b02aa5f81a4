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
        Assert.DoesNotContain("要答复", (await browser.OpenAsync("/?tab=offered")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_twenty_are_kept()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        for (var n = 1; n <= 20; n++) Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync(browser, "/?tab=all", $"第{n}个")).Status);

        Assert.Equal(HttpStatusCode.Conflict, (await SaveAsync(browser, "/?tab=all", "第21个")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync(browser, "/?tab=overdue", "第20个")).Status); // replaced
    }

    private static async Task<(HttpStatusCode Status, string? Location, AngleSharp.Html.Dom.IHtmlDocument Document)> SaveAsync(Browser browser, string path, string name, bool isDefault = false)
    {
        var values = new Dictionary<string, string[]> { ["viewName"] = [name] };
        if (isDefault) values["viewDefault"] = ["true"];
        return await browser.SendAsync(await browser.OpenAsync(path), values, path);
    }
}
