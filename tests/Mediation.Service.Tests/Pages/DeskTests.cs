using System.Net;
using Mediation.Service.Demonstration;
using Mediation.Service.Registry;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class DeskTests(Desk desk) : IClassFixture<Desk>
{
    [Theory]
    [InlineData("clerk.430104", "登记分派台")]
    [InlineData("head.430104001", "指派台")]
    [InlineData("mediator1.430104001", "我的一天")]
    [InlineData("court.430104", "法院工作台")]
    [InlineData("supervisor.4301", "督导看板")]
    [InlineData("liaison.430104", "联络员工作台")]
    [InlineData("grid.430104001", "网格工作台")]
    [InlineData("auditor.4301", "监督看板")]
    [InlineData("admin", "系统设置")]
    public async Task Each_role_lands_on_its_own_desk(string user, string title)
    {
        using var browser = new Browser(desk.Service);
        var (_, location, _) = await browser.SendAsync(await browser.OpenAsync("/sign-in"),
            new() { ["Account"] = [user], ["Password"] = [DemoAccountsFile.Password] });

        Assert.Equal("/desk", location);
        Assert.Equal(title, (await browser.OpenAsync("/desk")).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task What_is_wanted_comes_before_the_desk()
    {
        using var browser = new Browser(desk.Service);
        var (_, location, _) = await browser.SendAsync(await browser.OpenAsync("/sign-in?ReturnUrl=%2Fnotices"),
            new() { ["Account"] = ["clerk.430104"], ["Password"] = [DemoAccountsFile.Password] });

        Assert.Equal("/notices", location);
    }

    [Fact]
    public async Task The_referral_desk_shows_the_offers_that_wait_and_who_could_take_them()
    {
        var number = (await desk.GetAsync(await desk.ReferredAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");

        var page = await browser.OpenAsync("/desk");

        var offers = page.QuerySelectorAll("section").Single(section => section.QuerySelector("h2")?.TextContent == "待答复的分派与移送");
        Assert.True(offers.QuerySelector($"a[href='/cases/{number}']") is not null
            || offers.TextContent.Contains("还有更多案件", StringComparison.Ordinal));
        var candidates = page.QuerySelectorAll("section").Single(section => section.QuerySelector("h2")?.TextContent == "可指派的调解员");
        Assert.All(candidates.QuerySelectorAll("li"), person => Assert.Matches(@"未结 \d+ 件，逾期 \d+ 件", person.TextContent));
    }

    [Fact]
    public async Task The_mediators_day_shows_a_session_on_its_day()
    {
        var id = await desk.WillingAsync();
        await desk.Mediator.DoAsync(id, "sessions",
            new { startsAt = desk.Now.AddHours(2), minutes = 60, place = "第一调解室", kind = "inPerson" });
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var page = await browser.OpenAsync("/desk");

        var today = page.QuerySelector(".week [aria-current=date]")!;
        Assert.NotNull(today.QuerySelector($"a[href='/cases/{number}']"));
        Assert.Contains("第一调解室", today.TextContent, StringComparison.Ordinal);
        Assert.Equal(14, page.QuerySelectorAll(".week > li").Length);
    }

    [Fact]
    public async Task The_board_counts_the_cases_below_and_goes_down_one_level()
    {
        await desk.AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.4301");

        var above = await browser.OpenAsync("/desk");
        var down = above.QuerySelector("a[href='/desk?division=430104']")!;
        var below = await browser.OpenAsync(down.GetAttribute("href")!);

        var open = int.Parse(down.Closest("tr")!.QuerySelector("td")!.TextContent, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(open > 0);
        Assert.Equal(open, below.QuerySelectorAll("table.figures tbody tr")
            .Sum(row => int.Parse(row.QuerySelector("td")!.TextContent, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.NotNull(below.QuerySelector("a[href='/desk?division=4301']"));
    }

    [Theory]
    [InlineData("4303")]
    [InlineData("43")]
    [InlineData("nonsense")]
    public async Task The_board_of_another_division_is_not_found(string division)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.4301");

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/desk?division=" + division)).Status);
    }
}
