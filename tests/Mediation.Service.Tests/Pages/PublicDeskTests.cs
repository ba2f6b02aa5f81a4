using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using Dapper;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class PublicDeskTests(PublicDeskTests.Street street) : IClassFixture<PublicDeskTests.Street>
{
    /// <summary>A service whose public desk is as good as unlimited.</summary>
    public sealed class Street : IAsyncLifetime
    {
        public TestService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Service = await TestService.StartAsync(args: ["--Limits:PublicReports=100000", "--Limits:PublicLookups=100000"]);

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }

    [Fact]
    public async Task A_report_lands_at_the_centre_and_its_number_and_code_show_where_it_stands()
    {
        using var browser = new Browser(street.Service);

        var (number, code) = await ReportAsync(browser);

        using var clerk = street.Service.As("clerk.430104");
        var view = await (await clerk.GetAsync("/api/v1/cases/" + number)).JsonAsync();
        Assert.Equal(("online", "registered", "430104"), (view.Text("channel"), view.Text("status"), view.Text("division")));
        Assert.Contains(number, await clerk.GetStringAsync("/api/v1/cases?channel=online"), StringComparison.Ordinal);
        var (status, page) = await LookAsync(browser, number, code.ToLowerInvariant());
        Assert.Equal(HttpStatusCode.OK, status);
        var said = page.QuerySelector("main")!.TextContent;
        Assert.Contains("调解中心", said, StringComparison.Ordinal);
        Assert.Single(page.QuerySelectorAll(".rail li[aria-current=step]"));
        Assert.DoesNotContain("王小申", said, StringComparison.Ordinal);
        Assert.DoesNotContain("漏水", said, StringComparison.Ordinal);

        await clerk.DoAsync(number, "guide", new { route = "legalAid" });
        Assert.Contains("已办结", (await LookAsync(browser, number, code)).Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_says_that_the_public_reported_it()
    {
        using var browser = new Browser(street.Service);
        var (number, _) = await ReportAsync(browser);
        using var clerk = await Browser.SignedInAsync(street.Service, "clerk.430104");

        Assert.Contains("群众自助申报", (await clerk.OpenAsync("/cases/" + number)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clicks_on_one_form_are_one_case_with_one_code()
    {
        using var browser = new Browser(street.Service);
        var form = await browser.OpenAsync("/dispute");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => browser.SendAsync(form, Filled())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => Receipt(answer.Document)).Distinct());
    }

    [Fact]
    public async Task A_form_that_was_changed_after_it_was_sent_is_not_swallowed()
    {
        using var browser = new Browser(street.Service);
        var form = await browser.OpenAsync("/dispute");
        await browser.SendAsync(form, Filled());

        var (status, _, page) = await browser.SendAsync(form, Filled(("summary", "另一件事")));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("另一件事", ((IHtmlInputElement)page.QuerySelector("[name=summary]")!).Value);
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("phone", "")]
    [InlineData("phone", "call me")]
    [InlineData("identityNumber", "430104209103244930")]
    [InlineData("otherName", "")]
    [InlineData("otherKind", "martian")]
    [InlineData("category", "77")]
    [InlineData("division", "999999")]
    [InlineData("division", "")]
    [InlineData("summary", " ")]
    public async Task What_is_wrong_is_named_at_its_field_and_the_rest_is_kept(string field, string value)
    {
        using var browser = new Browser(street.Service);

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled((field, value)));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal($"#f-{field}", Assert.Single(page.QuerySelectorAll(".error-summary a")).GetAttribute("href"));
        Assert.Contains("每晚", page.QuerySelector("textarea[name=description]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markup_and_control_characters_come_out_as_text()
    {
        using var browser = new Browser(street.Service);

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/dispute"),
            Filled(("summary", "<script>alert(1)</script>\a"), ("name", "\"><img src=x onerror=alert(1)>"), ("phone", "")));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("<script>alert(1)</script>", ((IHtmlInputElement)page.QuerySelector("[name=summary]")!).Value);
        Assert.Empty(page.QuerySelectorAll("main script, main img"));
        var (number, _) = await ReportAsync(browser, ("summary", "<script>alert(1)</script>\a"));
        using var clerk = await Browser.SignedInAsync(street.Service, "clerk.430104");
        Assert.Empty((await clerk.OpenAsync("/cases/" + number)).QuerySelectorAll("main script"));
    }

    [Fact]
    public async Task A_wrong_number_and_a_wrong_code_get_the_same_answer()
    {
        using var browser = new Browser(street.Service);
        var (number, code) = await ReportAsync(browser);
        var (other, _) = await ReportAsync(browser);

        var answers = new List<(HttpStatusCode, string)>();
        foreach (var (asked, with) in new[] { (number, "AAAA-BBBB-CCCC"), ("430104-2026-99999999", code),
            (other, code), ("' or 1=1 --", "x") })
        {
            var (status, page) = await LookAsync(browser, asked, with);
            answers.Add((status, page.QuerySelector(".error-summary")!.TextContent));
            Assert.DoesNotContain(code, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, Assert.Single(answers.Distinct()).Item1);
    }

    [Fact]
    public async Task A_case_of_the_counter_has_no_code_and_is_not_found()
    {
        using var clerk = street.Service.As("clerk.430104");
        var number = (await (await clerk.PostAsJsonAsync("/api/v1/cases", Desk.Dispute())).JsonAsync()).Text("caseNo");
        using var browser = new Browser(street.Service);

        Assert.Equal(HttpStatusCode.NotFound, (await LookAsync(browser, number, "AAAABBBBCCCC")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await LookAsync(browser, number, "")).Status);
    }

    [Fact]
    public async Task The_code_and_the_numbers_of_people_are_nowhere_in_the_database_as_they_are()
    {
        using var browser = new Browser(street.Service);
        var (number, code) = await ReportAsync(browser, ("phone", "19900007788"), ("identityNumber", "430104209103244939"));
        await using var connection = await street.Service.Db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var rows = await connection.QueryAsync<string>("""
            select r::text from public_receipt r join cases c on c.id = r.case_id where c.case_no = @number
            union all select c::text from cases c where c.case_no = @number
            union all select e::text from case_event e join cases c on c.id = e.case_id where c.case_no = @number
            union all select p::text from case_party p join cases c on c.id = p.case_id where c.case_no = @number
            """, new { number });

        Assert.Equal(5, rows.Count(row => row.Length > 0));
        foreach (var secret in new[] { code, code.Replace("-", "", StringComparison.Ordinal), "19900007788", "430104209103244939" })
            Assert.DoesNotContain(rows, row => row.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_reports_and_lookups_from_one_address_are_refused_and_the_text_is_kept()
    {
        await using var service = await TestService.StartAsync(args: ["--Limits:PublicReports=2", "--Limits:PublicLookups=3"]);
        using var browser = new Browser(service);
        for (var round = 0; round < 2; round++) await ReportAsync(browser);

        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled());

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("王小申", ((IHtmlInputElement)page.QuerySelector("[name=name]")!).Value);
        for (var round = 0; round < 3; round++)
            Assert.Equal(HttpStatusCode.NotFound, (await LookAsync(browser, "430104-2026-00000001", "AAAABBBBCCCC")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LookAsync(browser, "430104-2026-00000001", "AAAABBBBCCCC")).Status);
    }

    [Fact]
    public async Task More_than_the_form_holds_is_refused()
    {
        using var browser = new Browser(street.Service);

        var (status, _, _) = await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled(("description", new string('x', 70_000))));

        Assert.True((int)status is 400 or 413, $"{(int)status}");
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled(("description", new string('好', 2001))))).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled(("formKey", "1")))).Status);
    }

    private static Dictionary<string, string[]> Filled(params (string Field, string Value)[] other)
    {
        var values = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["division"] = ["430104"],
            ["category"] = ["02"],
            ["summary"] = ["楼上漏水，没人处理"],
            ["description"] = ["每晚漏水。"],
            ["name"] = ["王小申"],
            ["phone"] = ["199-0000-0001"],
            ["otherKind"] = ["person"],
            ["otherName"] = ["赵小乙"],
        };
        foreach (var (field, value) in other) values[field] = [value];
        return values;
    }

    private static async Task<(string Number, string Code)> ReportAsync(Browser browser, params (string Field, string Value)[] other)
    {
        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/dispute"), Filled(other));
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {page.QuerySelector("main")?.TextContent}");
        return Receipt(page);
    }

    private static (string Number, string Code) Receipt(IHtmlDocument page) =>
        (page.QuerySelector("#number")!.TextContent, page.QuerySelector("#code")!.TextContent);

    private static async Task<(HttpStatusCode Status, IHtmlDocument Page)> LookAsync(Browser browser, string number, string code)
    {
        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync("/dispute/track"),
            new() { ["number"] = [number], ["code"] = [code] });
        return (status, page);
    }
}
