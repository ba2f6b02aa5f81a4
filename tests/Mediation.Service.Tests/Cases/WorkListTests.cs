using System.Net;
using System.Text;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Cases;

public sealed class WorkListTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task A_case_goes_from_the_offers_to_those_without_a_mediator_and_then_to_its_mediator()
    {
        var number = await NumberAsync(await desk.ReferredAsync());

        Assert.Contains(number, await NumbersAsync(desk.Head, "offered"));
        Assert.DoesNotContain(number, await NumbersAsync(desk.Head, "unassigned"));
        await desk.Head.DoAsync(number, "referral/accept");
        Assert.DoesNotContain(number, await NumbersAsync(desk.Head, "offered"));
        Assert.Contains(number, await NumbersAsync(desk.Head, "unassigned"));
        Assert.Contains(number, await NumbersAsync(desk.Head, "body"));
        await desk.Head.DoAsync(number, "assign", new { mediator = Desk.MediatorName });
        Assert.DoesNotContain(number, await NumbersAsync(desk.Head, "unassigned"));
        Assert.Contains(number, await NumbersAsync(desk.Mediator, "mine"));
        Assert.DoesNotContain(number, await NumbersAsync(desk.Service.As("mediator2.430104001"), "mine"));
        Assert.DoesNotContain(number, await NumbersAsync(desk.Mediator, "overdue"));
        Assert.DoesNotContain(number, await NumbersAsync(desk.Mediator, "called"));
    }

    [Fact]
    public async Task A_body_that_was_called_finds_the_case_where_it_was_called_to()
    {
        var number = await NumberAsync(await desk.AssignedAsync());
        var other = desk.Service.As("head.430302001");
        Assert.DoesNotContain(number, await NumbersAsync(other, "called"));

        await desk.Head.DoAsync(number, "join", new { body = Desk.OtherCommittee });

        Assert.Contains(number, await NumbersAsync(other, "called"));
    }

    [Fact]
    public async Task Each_tab_says_how_many_it_holds_and_what_is_chosen_stands_in_the_address()
    {
        await desk.ReferredAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");

        var page = await browser.OpenAsync("/?tab=offered&category=02");

        var tab = page.QuerySelector(".tabs a[aria-current=page]")!;
        Assert.Matches(@"待答复的分派\s*\([1-9]\d*\)", tab.TextContent);
        Assert.Equal("/?category=02&tab=offered", tab.GetAttribute("href"));
        Assert.Equal("/?tab=offered", page.QuerySelector(".tags a")!.GetAttribute("href"));
        Assert.Equal("/api/v1/cases.csv?category=02&tab=offered&open=true", page.QuerySelector("a[download]")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("zh-CN", "登记日期从：2026年10月1日", "望月湖街道")]
    [InlineData("en", "Registered from: 1 October 2026", "望月湖街道")]
    public async Task A_chosen_filter_is_named_as_its_reader_writes_it(string language, string day, string division)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");

        await browser.GetAsync("/language?to=" + language);
        var page = await browser.OpenAsync("/?tab=all&division=430104001&openedFrom=2026-10-01");

        var tags = page.QuerySelectorAll(".tags a").Select(tag => tag.TextContent).ToList();
        Assert.Contains(tags, tag => tag.Contains(day, StringComparison.Ordinal));
        Assert.Contains(tags, tag => tag.Contains(division, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_whole_number_opens_its_case_and_a_part_of_one_does_not()
    {
        var number = await NumberAsync(await desk.OpenAsync());
        using var browser = await Browser.SignedInAsync(desk.Service, "clerk.430104");

        Assert.Equal((HttpStatusCode.Redirect, "/cases/" + number), await WhereAsync("/?q=" + number));
        Assert.Equal((HttpStatusCode.OK, null), await WhereAsync("/?q=" + number[..^1]));
        using var other = await Browser.SignedInAsync(desk.Service, "head.430302001");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/?q=" + number)).Status);

        async Task<(HttpStatusCode, string?)> WhereAsync(string path)
        {
            var (status, location, _) = await browser.GetAsync(path);
            return (status, location);
        }
    }

    [Fact]
    public async Task The_file_holds_the_rows_of_the_list_and_nothing_that_its_reader_may_not_see()
    {
        var number = await NumberAsync(await desk.AssignedAsync());

        var csv = await desk.Mediator.GetByteArrayAsync("/api/v1/cases.csv?tab=mine&open=true");
        var workbook = await desk.Mediator.GetByteArrayAsync("/api/v1/cases.xlsx?numbers=" + number);
        var others = await desk.Service.As("head.430302001").GetStringAsync("/api/v1/cases.csv?numbers=" + number);

        Assert.True(csv.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        var line = Encoding.UTF8.GetString(csv).Split("\r\n").Single(line => line.StartsWith(number, StringComparison.Ordinal));
        Assert.Contains("张小甲,李小1,", line, StringComparison.Ordinal);
        Assert.Contains("3200.50", line, StringComparison.Ordinal);
        // headings, and nothing after the last line
        Assert.Equal((await NumbersAsync(desk.Mediator, "mine")).Count + 2, Encoding.UTF8.GetString(csv).Split("\r\n").Length);
        var rows = XlsxText.Read(workbook, 10);
        Assert.Equal(number, rows[1][0]);
        Assert.Contains("张小甲", rows[1]);
        Assert.Contains(desk.Today, rows[1]);
        Assert.DoesNotContain(number, others, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_on_among_cases_that_have_no_date()
    {
        var suspended = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            var id = await desk.AssignedAsync();
            await desk.Head.DoAsync(id, "suspend", new { reason = "等待鉴定" });
            suspended.Add(id);
        }

        var seen = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await (await desk.Head.GetAsync(
                $"/api/v1/cases?status=suspended&open=true&limit=1{(next.Length > 0 ? "&after=" + Uri.EscapeDataString(next) : "")}"))
                .JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.Text("id")));
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Superset(suspended.ToHashSet(), seen.ToHashSet());
    }

    [Theory]
    [InlineData("/api/v1/cases?tab=nonsense")]
    [InlineData("/api/v1/cases.csv?q=x")]
    [InlineData("/api/v1/cases.xlsx?limit=5")]
    public async Task A_wrong_filter_is_refused(string path) => await (await desk.Head.GetAsync(path)).RefusedAsync(400, "validation");

    [Fact]
    public async Task The_administrator_exports_nothing() =>
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Service.As("admin").GetAsync("/api/v1/cases.csv")).StatusCode);

    private async Task<string> NumberAsync(string id) => (await desk.GetAsync(id)).Text("caseNo");

    private static async Task<List<string>> NumbersAsync(HttpClient client, string tab)
    {
        var list = await (await client.GetAsync($"/api/v1/cases?tab={tab}&open=true&limit=200")).JsonAsync();
        return [.. list.GetProperty("items").EnumerateArray().Select(row => row.Text("caseNo"))];
    }
}
