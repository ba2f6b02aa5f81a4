using System.Net;
using AngleSharp.Html.Dom;
using Mediation.Service.Shared;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

/// <summary>
/// Nothing that somebody typed is lost, and nothing that he sent is done twice. The counter's form is one for each
/// account: every test has its own.
/// </summary>
public sealed class DraftTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task What_was_typed_is_there_after_signing_in_again_and_gone_when_it_was_sent()
    {
        using (var browser = await Browser.SignedInAsync(desk.Service, "clerk.430104"))
            Assert.Equal(HttpStatusCode.NoContent,
                (await browser.SendAsync(await browser.OpenAsync("/cases/new"), Typed("楼上漏水", "/cases/new"), "/drafts")).Status);

        using var again = await Browser.SignedInAsync(desk.Service, "clerk.430104");
        var form = await again.OpenAsync("/cases/new");
        Assert.Equal(("楼上漏水", "02", "张小甲"), (Value(form, "summary"), Value(form, "category"), Value(form, "parties[0].name")));
        Assert.NotNull(form.QuerySelector("button[form=drop-draft]"));
        Assert.NotNull((await again.OpenAsync("/drafts")).QuerySelector("main a[href='/cases/new']"));

        Assert.Equal(HttpStatusCode.Redirect, (await again.SendAsync(form, [], "/cases/new")).Status);
        Assert.Equal("", Value(await again.OpenAsync("/cases/new"), "summary"));
        Assert.Null((await again.OpenAsync("/drafts")).QuerySelector("main a[href='/cases/new']"));
    }

    [Fact]
    public async Task A_form_that_is_refused_is_kept_without_any_script_and_nobody_else_sees_it()
    {
        var number = (await desk.GetAsync(await desk.WillingAsync())).Text("caseNo");
        var path = $"/cases/{number}/act/settle";
        using (var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName))
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(await browser.OpenAsync(path),
                new() { ["facts"] = ["吊顶受损"], ["terms[4].what"] = ["修复吊顶"] })).Status);

        using var again = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        using var head = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var form = await again.OpenAsync(path);
        Assert.Equal(("吊顶受损", "修复吊顶"), (Value(form, "facts"), Value(form, "terms[4].what")));
        Assert.DoesNotContain("吊顶受损", (await head.OpenAsync(path)).Body!.InnerHtml, StringComparison.Ordinal);

        Assert.Equal(path, (await again.SendAsync(form, new() { ["drop"] = [path], ["again"] = ["true"] }, "/drafts")).Location);
        Assert.Equal("", Value(await again.OpenAsync(path), "facts"));
    }

    [Fact]
    public async Task A_draft_of_a_case_that_went_on_meanwhile_says_what_changed()
    {
        var id = await desk.AssignedAsync();
        var path = $"/cases/{(await desk.GetAsync(id)).Text("caseNo")}/act/suspend";
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        await browser.SendAsync(await browser.OpenAsync(path), new() { ["draft"] = [path], ["reason"] = ["等待鉴定"] }, "/drafts");
        await desk.Head.DoAsync(id, "risk", new { level = "yellow", reason = "情绪激动" });

        var form = await browser.OpenAsync(path);

        Assert.Equal("等待鉴定", Value(form, "reason"));
        Assert.Contains(form.QuerySelectorAll(".notice"), notice => notice.TextContent.Contains("情绪激动", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(form, [], path)).Status);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_case_and_one_with_other_content_asks_first()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430302001");
        var form = await browser.OpenAsync("/cases/new");
        var first = await browser.SendAsync(form, Typed("门前占道"), "/cases/new");
        Assert.Equal(HttpStatusCode.Redirect, first.Status);

        Assert.Equal((HttpStatusCode.Redirect, first.Location), Answered(await browser.SendAsync(form, Typed("门前占道"), "/cases/new")));
        var (status, _, asked) = await browser.SendAsync(form, Typed("门前占道", name: "王小丙"), "/cases/new");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "王小丙"), (status, Value(asked, "parties[0].name")));
        var second = await browser.SendAsync(asked, [], "/cases/new");
        Assert.Equal(HttpStatusCode.Redirect, second.Status);
        Assert.NotEqual(first.Location, second.Location);
    }

    [Fact]
    public async Task A_NUL_in_a_form_loses_nothing_and_a_text_that_is_too_long_stays()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var form = await browser.OpenAsync("/cases/new");

        var (status, _, refused) = await browser.SendAsync(form,
            new(Typed("楼\0道堆物")) { ["description"] = [new string('长', 5001)] }, "/cases/new");

        Assert.Equal((HttpStatusCode.BadRequest, "楼道堆物", 5001), (status, Value(refused, "summary"), Value(refused, "description").Length));
        Assert.NotNull(refused.QuerySelector(".error-summary a[href='#f-description']"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(refused, new() { ["description"] = ["短"] }, "/cases/new")).Status);
    }

    [Fact]
    public async Task A_case_of_two_hundred_parties_is_one_form()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        var values = new Dictionary<string, string[]>(Typed("八十户与一家公司")) { ["partyCount"] = ["200"] };
        for (var at = 2; at < 200; at++)
        {
            (values[$"parties[{at}].side"], values[$"parties[{at}].kind"],
                values[$"parties[{at}].name"]) = (["applicant"], ["person"], [$"住户{at}"]);
            foreach (var empty in new[] { "identityNumber", "phone", "address" }) values[$"parties[{at}].{empty}"] = [""];
        }

        var (status, location, page) = await browser.SendAsync(await browser.OpenAsync("/cases/new"), values, "/cases/new");

        Assert.True(status == HttpStatusCode.Redirect, page.QuerySelector("main")?.TextContent);
        Assert.Contains("住户199", (await browser.OpenAsync(location!)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/cases")]
    [InlineData("/cases/new?x=1")]
    [InlineData("https://elsewhere.example/cases/new")]
    [InlineData("/cases/a b/act/settle")]
    public async Task Only_a_form_keeps_a_draft(string form)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "mediator1.430302001");
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.SendAsync(await browser.OpenAsync("/cases/new"), Typed("草稿", form), "/drafts")).Status);
        Assert.Null((await browser.OpenAsync("/drafts")).QuerySelector("main table"));
    }

    [Fact]
    public async Task A_draft_that_is_too_large_is_refused_and_of_many_the_oldest_go()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "mediator1.430104001");
        var form = await browser.OpenAsync("/cases/new");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await browser.SendAsync(form, Typed(new string('长', 400_000), "/cases/new"), "/drafts")).Status);

        for (var n = 1; n <= 53; n++) await browser.SendAsync(form, Typed("草稿", $"/cases/{n}/act/fail"), "/drafts");

        Assert.Equal(50, (await browser.OpenAsync("/drafts")).QuerySelectorAll("main tbody tr").Length);
    }

    [Theory]
    [InlineData("2026-11-22")]
    [InlineData(" 2026/11/22 ")]
    [InlineData("2026.11.22")]
    [InlineData("20261122")]
    [InlineData("2026年11月22日")]
    [InlineData("2026 年 11 月 22 日")]
    [InlineData("２０２６年１１月２２日")]
    [InlineData("22 November 2026")]
    [InlineData("22 nov 2026")]
    [InlineData("November 22, 2026")]
    public void A_date_is_read_in_any_usual_form(string typed) => Assert.Equal(new DateOnly(2026, 11, 22), TypedDates.Date(typed));

    [Theory]
    [InlineData("2026-11-31")]
    [InlineData("11/12/2026")] // which of them is the month?
    [InlineData("明天")]
    [InlineData("26-11-22")]
    public void What_could_mean_another_day_is_no_date(string typed) => Assert.Null(TypedDates.Date(typed));

    [Theory]
    [InlineData("2026-11-22T09:30")]
    [InlineData("2026-11-22 9:30")]
    [InlineData("2026/11/22 09:30:00")]
    [InlineData("2026年11月22日9:30")]
    [InlineData("2026年11月22日 9时30分")]
    [InlineData("2026年11月22日９点３０分")]
    [InlineData("22 November 2026 9:30")]
    public void A_time_is_read_in_any_usual_form(string typed) =>
        Assert.Equal(new DateTime(2026, 11, 22, 9, 30, 0), TypedDates.Moment(typed));

    [Fact]
    public async Task A_date_that_cannot_be_read_stays_as_typed_beside_what_is_wrong()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/cases/new"),
            new(Typed("占道")) { ["occurredOn"] = ["上个月底"] }, "/cases/new");

        Assert.Equal((HttpStatusCode.BadRequest, "上个月底"), (status, Value(page, "occurredOn")));
        Assert.NotNull(page.QuerySelector(".error-summary a[href='#f-occurredOn']"));
        await browser.SendAsync(page, new() { ["drop"] = ["/cases/new"] }, "/drafts");
    }

    private static (HttpStatusCode, string?) Answered((HttpStatusCode Status, string? Location, IHtmlDocument Document) answer) =>
        (answer.Status, answer.Location);

    private static Dictionary<string, string[]> Typed(string summary, string? draft = null, string name = "张小甲")
    {
        var values = new Dictionary<string, string[]>
        {
            ["category"] = ["02"],
            ["division"] = ["430104001"],
            ["summary"] = [summary],
            ["parties[0].name"] = [name],
            ["parties[1].name"] = ["李小乙"],
        };
        if (draft is not null) values["draft"] = [draft];
        return values;
    }

    private static string Value(IHtmlDocument page, string name) => page.QuerySelector($"main [name='{name}']") switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value ?? "",
        _ => throw new InvalidOperationException($"No field {name} in {page.QuerySelector("main")?.TextContent}"),
    };
}
