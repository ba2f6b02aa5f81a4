using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Dapper;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Npgsql;

namespace Mediation.Service.Tests.People;

/// <summary>A person is found again by a whole number, in what the caller may see, and never without a trace.</summary>
public sealed class FindPersonTests(Desk desk) : IClassFixture<Desk>
{
    private const string Number = "430104209103244939";
    private const string Phone = "19900000077";

    [Fact]
    public async Task A_number_finds_the_cases_of_the_callers_scope_with_the_number_masked()
    {
        var caseNo = await OpenAsync("赵小丁");

        var found = await FindAsync("clerk.430104", new { identityNumber = " 430104 20910324 4939 " });
        var byPhone = await FindAsync("clerk.430104", new { phone = "+86 199-0000-0077" });
        var elsewhere = await FindAsync("head.430302001", new { identityNumber = Number });

        var item = found.GetProperty("items").EnumerateArray().First(one => one.Text("caseNo") == caseNo);
        Assert.Equal(("赵小丁", "applicant", "解放路9号"), (item.Text("name"), item.Text("side"), item.Text("address")));
        Assert.Equal(("430***********4939", "199****0077"), (item.Text("identityNumber"), item.Text("phone")));
        Assert.DoesNotContain(Number, found.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(byPhone.GetProperty("items").EnumerateArray(), one => one.Text("caseNo") == caseNo);
        Assert.Equal(0, elsewhere.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Every_look_is_kept_with_who_took_it_and_without_the_number_and_stays()
    {
        await OpenAsync("钱小戊");
        await FindAsync("supervisor.430104", new { identityNumber = Number });
        await FindAsync("supervisor.430104", new { identityNumber = Number });
        using var auditor = desk.Service.As(desk.Service.Account("auditor", "43").User);

        var lookups = (await (await auditor.GetAsync("/api/v1/people/lookups?limit=200")).JsonAsync()).GetProperty("items").EnumerateArray()
            .Where(item => item.Text("user") == "supervisor.430104" && item.Text("place") == "program").ToList();

        Assert.Equal(2, lookups.Count);
        Assert.Single(lookups.Select(item => item.Text("number")).Distinct());
        Assert.Equal("identityNumber", lookups[0].Text("by"));
        Assert.True(lookups[0].GetProperty("found").GetInt32() >= 1);
        foreach (var sql in new[] { "delete from person_lookup", "update person_lookup set found = 0" })
        {
            await using var connection = await desk.Service.Db.OpenConnectionAsync();
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState);
        }
    }

    [Fact]
    public async Task Lookups_are_read_by_those_above_page_by_page_and_by_nobody_else()
    {
        await FindAsync("clerk.430104", new { phone = "19900000078" });
        await FindAsync("clerk.430104", new { phone = "19900000079" });
        using var supervisor = desk.Service.As("supervisor.430104");
        using var other = desk.Service.As("supervisor.430302");

        var (paged, after) = (new List<string>(), "");
        do
        {
            var page = await (await supervisor.GetAsync("/api/v1/people/lookups?limit=1" + after)).JsonAsync();
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
            after = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String
                ? "&after=" + Uri.EscapeDataString(next.GetString()!) : "";
        }
        while (after.Length > 0 && paged.Count < 200);
        var whole = (await (await supervisor.GetAsync("/api/v1/people/lookups?limit=200")).JsonAsync())
            .GetProperty("items").EnumerateArray();
        Assert.Equal(whole.Select(item => item.GetRawText()), paged);
        Assert.True(paged.Count >= 2);
        Assert.DoesNotContain((await (await other.GetAsync("/api/v1/people/lookups")).JsonAsync()).GetProperty("items").EnumerateArray(),
            item => item.Text("division").StartsWith("430104", StringComparison.Ordinal));
        using var refused = await desk.Clerk.GetAsync("/api/v1/people/lookups");
        await refused.RefusedAsync(403, "forbidden");
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        Assert.NotEmpty((await browser.OpenAsync("/people/lookups")).QuerySelectorAll("main tbody tr"));
    }

    [Theory]
    [InlineData(null, null, "identityNumber")]
    [InlineData(Number, Phone, "identityNumber")]
    [InlineData("430104209103244938", null, "identityNumber")]
    [InlineData("4301", null, "identityNumber")]
    [InlineData(null, "0077", "phone")]
    public async Task What_is_no_whole_number_is_refused_at_its_field(string? identityNumber, string? phone, string field)
    {
        using var refused = await desk.Clerk.PostAsJsonAsync("/api/v1/people/find", new { identityNumber, phone });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True((await refused.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_court_looks_up_nobody()
    {
        using var court = desk.Service.As("court.430104");
        using var refused = await court.PostAsJsonAsync("/api/v1/people/find", new { phone = Phone });
        await refused.RefusedAsync(403, "forbidden");
        using var browser = await Browser.SignedInAsync(desk.Service, "court.430104");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/people")).Status);
    }

    [Fact]
    public async Task The_page_finds_the_cases_and_its_address_stays_without_the_number()
    {
        var caseNo = await OpenAsync("孙小己");
        using var browser = await Browser.SignedInAsync(desk.Service, "clerk.430104");

        var (status, location, found) = await browser.SendAsync(await browser.OpenAsync("/people"),
            new() { ["identityNumber"] = [Number] });

        Assert.Equal((HttpStatusCode.OK, null), (status, location));
        Assert.NotNull(found.QuerySelector($"table a[href='/cases/{caseNo}']"));
        Assert.DoesNotContain(found.QuerySelectorAll("a[href], form[action]"),
            element => element.OuterHtml.Contains(Number, StringComparison.Ordinal));
        var (refused, _, wrong) = await browser.SendAsync(await browser.OpenAsync("/people"),
            new() { ["identityNumber"] = ["430104209103244938"] });
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.NotNull(wrong.QuerySelector(".error-summary a[href='#f-identityNumber']"));
    }

    [Fact]
    public async Task At_the_counter_a_party_is_found_again_and_only_what_is_empty_is_filled_in()
    {
        var caseNo = await OpenAsync("周小庚");
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");

        var (status, _, form) = await browser.SendAsync(await browser.OpenAsync("/cases/new"), new()
        {
            ["find"] = ["true"],
            ["summary"] = ["楼上漏水"],
            ["parties[0].identityNumber"] = [Number],
            ["parties[1].identityNumber"] = [Number],
            ["parties[1].name"] = ["吴小辛"],
        });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("楼上漏水", "周小庚", "解放路9号"), (Value(form, "summary"), Value(form, "parties[0].name"), Value(form, "parties[0].address")));
        Assert.Equal(("", "吴小辛"), (Value(form, "parties[0].phone"), Value(form, "parties[1].name")));
        var notices = form.QuerySelectorAll("fieldset .notice");
        Assert.Equal(2, notices.Length);
        Assert.NotNull(notices[0].QuerySelector($"a[href='/cases/{caseNo}']"));
        Assert.Null(notices[0].QuerySelector("strong"));
        Assert.Contains("姓名不同", notices[1].QuerySelector("strong")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_counter_a_wrong_number_is_refused_at_its_field_and_none_at_all_is_said()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "head.430104001");
        var form = await browser.OpenAsync("/cases/new");

        var (status, _, refused) = await browser.SendAsync(form,
            new() { ["find"] = ["true"], ["summary"] = ["楼上漏水"], ["parties[1].identityNumber"] = ["430104209103244938"] });
        var (empty, _, asked) = await browser.SendAsync(form, new() { ["find"] = ["true"] });

        Assert.Equal((HttpStatusCode.BadRequest, "楼上漏水"), (status, Value(refused, "summary")));
        Assert.NotNull(refused.QuerySelector(".error-summary a[href='#f-parties-1--identityNumber']"));
        Assert.Equal(HttpStatusCode.BadRequest, empty);
        Assert.NotNull(asked.QuerySelector(".error-summary"));
    }

    private async Task<System.Text.Json.JsonElement> FindAsync(string user, object what)
    {
        using var client = desk.Service.As(user);
        using var answer = await client.PostAsJsonAsync("/api/v1/people/find", what);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<string> OpenAsync(string name)
    {
        // Each newer than the last, so that the newest is this one.
        desk.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        using var answer = await desk.Clerk.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "walkIn",
            category = "02",
            division = "430104001",
            summary = "楼上漏水,协商未果",
            parties = new object[]
            {
                new { side = "applicant", kind = "person", name, identityNumber = Number, phone = Phone, address = "解放路9号" },
                new { side = "respondent", kind = "person", name = "李小乙" },
            },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("caseNo");
    }

    private static string Value(IHtmlDocument page, string name) => page.QuerySelector($"main [name='{name}']") switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        _ => throw new Xunit.Sdk.XunitException("No " + name),
    };
}
