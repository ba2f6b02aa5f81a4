using System.Net;
using AngleSharp.Html.Dom;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class ChosenCasesTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task Ticked_cases_are_assigned_together_each_row_says_what_became_of_it_and_sent_twice_changes_nothing()
    {
        var (first, second, offered) = (await WithoutMediatorAsync(), await WithoutMediatorAsync(),
            await NumberAsync(await desk.ReferredAsync()));
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var list = await browser.OpenAsync("/?tab=unassigned&sort=-opened");
        Assert.Contains(first,
            list.QuerySelectorAll("form[action='/cases/chosen'] input[name=case]").Cast<IHtmlInputElement>().Select(box => box.Value));
        var page = await browser.OpenAsync(Path(first, second, offered));
        var values = new Dictionary<string, string[]> { ["mediator"] = [Desk.MediatorName] };

        var (status, _, answer) = await browser.SendAsync(page, values);
        var (_, _, again) = await browser.SendAsync(page, values);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("已指派", Row(answer, first), StringComparison.Ordinal);
        Assert.Contains("已指派", Row(answer, second), StringComparison.Ordinal);
        Assert.Contains("未办理：", Row(answer, offered), StringComparison.Ordinal);
        Assert.Contains("未作改动", Row(again, first), StringComparison.Ordinal);
        Assert.Equal(Desk.MediatorName, (await desk.GetAsync(first)).Text("mediator"));
        Assert.Single(await desk.TimelineAsync(second), item => item.Text("kind") == "assigned");
    }

    [Fact]
    public async Task A_case_that_was_changed_since_it_was_seen_is_refused_and_the_others_are_not()
    {
        var (changed, other) = (await WithoutMediatorAsync(), await WithoutMediatorAsync());
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var page = await browser.OpenAsync(Path(changed, other));
        await desk.Head.DoAsync(changed, "assign", new { mediator = "mediator2.430104001" });

        var (_, _, answer) = await browser.SendAsync(page, new() { ["mediator"] = [Desk.MediatorName] });

        Assert.Contains("案件已被更新", Row(answer, changed), StringComparison.Ordinal);
        Assert.Equal("mediator2.430104001", (await desk.GetAsync(changed)).Text("mediator"));
        Assert.Contains("已指派", Row(answer, other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mediator_nothing_is_done_and_a_mediator_that_is_unknown_is_refused_for_each_row()
    {
        var number = await WithoutMediatorAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var page = await browser.OpenAsync(Path(number));

        var (status, _, empty) = await browser.SendAsync(page, []);
        var (_, _, unknown) = await browser.SendAsync(page, new() { ["mediator"] = ["nobody"] });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(empty.QuerySelector(".error-summary a[href='#f-mediator']"));
        Assert.Contains("没有这位调解员", Row(unknown, number), StringComparison.Ordinal);
        Assert.False((await desk.GetAsync(number)).TryGetProperty("mediator", out var mediator) && mediator.GetString() is not null);
    }

    [Fact]
    public async Task Who_may_not_assign_gets_the_files_alone_and_no_one_sees_more_than_is_his()
    {
        var number = await WithoutMediatorAsync();
        using var clerk = await Browser.SignedInAsync(desk.Service, "clerk.430104");
        using var other = await Browser.SignedInAsync(desk.Service, "head.430302001");
        var page = await clerk.OpenAsync(Path(number));
        var theirs = await other.OpenAsync(Path(number));

        Assert.Null(page.QuerySelector("select[name=mediator]"));
        Assert.Equal("/api/v1/cases.csv?numbers=" + number, page.QuerySelector("a[download]")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector($"a[href='/cases/{number}/print']"));
        var (_, _, forced) = await clerk.SendAsync(page, new() { ["case"] = [number + "@4"], ["mediator"] = [Desk.MediatorName] });
        Assert.Contains("未办理：", Row(forced, number), StringComparison.Ordinal);
        Assert.Null(theirs.QuerySelector($"a[href='/cases/{number}']"));
        Assert.Contains("您无权查看", theirs.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_match_the_filters_are_chosen_from_the_list()
    {
        var number = await WithoutMediatorAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var list = await browser.OpenAsync("/?tab=unassigned&category=02&sort=-opened");

        var page = await browser.OpenAsync(list.QuerySelector("a[href^='/cases/chosen']")!.GetAttribute("href")!);

        Assert.NotNull(page.QuerySelector($"a[href='/cases/{number}']"));
    }

    [Theory]
    [InlineData("/cases/chosen?case=nonsense")]
    [InlineData("/cases/chosen?tab=nonsense")]
    public async Task A_wrong_choice_is_refused(string path)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.GetAsync(Path([.. Enumerable.Range(1, 51).Select(n => $"430104-2026-{n:D8}")]))).Status);
    }

    private static string Path(params string[] numbers) => "/cases/chosen?" + string.Join('&', numbers.Select(number => "case=" + number));

    private static string Row(IHtmlDocument page, string number) => page.QuerySelectorAll("tbody tr")
        .Single(row => row.QuerySelector($"a[href='/cases/{number}']") is not null).TextContent;

    private async Task<string> WithoutMediatorAsync()
    {
        var id = await desk.ReferredAsync();
        await desk.Head.DoAsync(id, "referral/accept");
        return await NumberAsync(id);
    }

    private async Task<string> NumberAsync(string id) => (await desk.GetAsync(id)).Text("caseNo");
}
