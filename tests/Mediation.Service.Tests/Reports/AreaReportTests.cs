using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Courts;
using Mediation.Service.Tests.Pages;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

public sealed class AreaReportTests
{
    private const string Supervisor = "supervisor.430104";
    private const string Areas = "/api/v1/reports/areas";
    private const string Street = "430104001";

    [Fact]
    public async Task What_came_in_more_often_than_before_is_hot_and_rising_and_chance_is_not()
    {
        await using var service = await TestService.StartAsync();
        await new ToldCases(service, Street, Street + "-committee", Level.Township).TellAsync(
        [
            .. Enumerable.Range(0, 12).Select(index => new Told(new DateOnly(2026, 9, 1 + index), "02", Ending.Settled)),
            .. Enumerable.Range(0, 2).Select(index => new Told(new DateOnly(2026, 8, 1 + index), "02", Ending.Settled)),
            .. Enumerable.Range(0, 2).Select(index => new Told(new DateOnly(2026, 9, 1 + index), "04", Ending.Settled)),
        ]);
        using var supervisor = service.As(Supervisor);

        var report = await ReadAsync(supervisor, "?period=2026-09");

        var street = AreaOf(report, Street);
        Assert.Equal((14, 2, true),
            (street.GetProperty("registered").GetInt64(), street.GetProperty("before").GetInt64(), street.GetProperty("hot").GetBoolean()));
        var categories = report.GetProperty("categories").EnumerateArray().ToDictionary(row => row.Text("category"));
        Assert.Equal((12, 2, true), (categories["02"].GetProperty("now").GetInt64(), categories["02"].GetProperty("before").GetInt64(),
            categories["02"].GetProperty("rises").GetBoolean()));
        Assert.False(categories["04"].GetProperty("rises").GetBoolean());
        var all = report.GetProperty("areas").GetArrayLength();
        Assert.Equal((all, all, 0), (report.GetProperty("withoutLawsuit").GetInt32(), report.GetProperty("withoutPetition").GetInt32(),
            report.GetProperty("withThreeZeros").GetInt32()));
        Assert.StartsWith($"/?division={Street}&openedFrom=2026-09-01&openedTo=2026-09-30", street.Text("cases"), StringComparison.Ordinal);
        // A running period is compared with nothing.
        Assert.All((await ReadAsync(supervisor, "?period=2026")).GetProperty("areas").EnumerateArray(),
            area => Assert.False(area.TryGetProperty("significant", out _)));
        Assert.Equal(14, AreaOf(await ReadAsync(supervisor, $"?period=2026-09&division={Street}&unit=township"), Street)
            .GetProperty("registered").GetInt64());
    }

    [Fact]
    public async Task A_lawsuit_and_a_petition_take_an_area_off_the_lists_of_zeros_and_parties_that_come_again_are_counted_without_names()
    {
        await using var room = new CourtRoom();
        await room.InitializeAsync();
        var number = room.NextNumber();
        var referral = CourtRoom.Referral(number);
        referral["division"] = Street;
        var referred = await room.ReferAsync(referral);
        Assert.True(referred.IsSuccessStatusCode, await referred.Content.ReadAsStringAsync());
        var id = (await referred.JsonAsync()).Text("id");
        await room.Clerk.DoAsync(id, "accept");
        await room.Clerk.DoAsync(id, "refer", new { body = CourtRoom.Committee });
        await room.Head.DoAsync(id, "referral/accept", new { signedOn = "2026-11-21" });
        await room.Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName });
        await room.Head.DoAsync(id, "fail", new { reason = "unreachable" });
        var filed = await room.Court.PostAsJsonAsync("/api/v1/referrals/filing",
            new { courtCaseNo = number, newCaseNo = "（2026）湘0104民初2001号" });
        Assert.True(filed.IsSuccessStatusCode, await filed.Content.ReadAsStringAsync());
        var again = await room.Clerk.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "petition",
            category = "02",
            division = "430104002",
            summary = "楼上漏水",
            parties = new object[]
            {
                new { side = "applicant", kind = "person", name = "颜霞", identityNumber = "430103209910184307" },
                new { side = "respondent", kind = "person", name = "测试乙" },
            },
        });
        Assert.True(again.IsSuccessStatusCode, await again.Content.ReadAsStringAsync());
        using var supervisor = room.Service.As(Supervisor);

        var answer = await supervisor.GetAsync(Areas + "?period=2026-11");
        var report = await answer.JsonAsync();

        var all = report.GetProperty("areas").GetArrayLength();
        Assert.Equal((1, 0),
            (AreaOf(report, Street).GetProperty("lawsuits").GetInt64(), AreaOf(report, Street).GetProperty("petitions").GetInt64()));
        Assert.Equal((0, 1), (AreaOf(report, "430104002").GetProperty("lawsuits").GetInt64(),
            AreaOf(report, "430104002").GetProperty("petitions").GetInt64()));
        Assert.False(AreaOf(report, "430104002").GetProperty("threeZeros").GetBoolean());
        Assert.Equal((all - 1, all - 1),
            (report.GetProperty("withoutLawsuit").GetInt32(), report.GetProperty("withoutPetition").GetInt32()));
        Assert.Equal((1, 2), (report.GetProperty("repeated").GetProperty("parties").GetInt64(),
            report.GetProperty("repeated").GetProperty("cases").GetInt64()));
        Assert.Equal(2, Assert.Single(report.GetProperty("repeated").GetProperty("groups").EnumerateArray()).GetArrayLength());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("颜霞", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4301032099", text, StringComparison.Ordinal);
        // Elsewhere nothing of it is seen.
        using var other = room.Service.As("clerk.430102");
        Assert.Equal(0, (await ReadAsync(other, "?period=2026-11")).GetProperty("repeated").GetProperty("parties").GetInt64());
    }

    [Fact]
    public async Task Three_zeros_need_a_report_of_every_month()
    {
        await using var service = await TestService.StartAsync();
        using var clerk = service.As("clerk.430104");
        foreach (var month in new[] { "2026-07", "2026-08" })
            await CountAsync(clerk, new { division = Street, month, accidents = 0, crimes = 0 });
        Assert.False(AreaOf(await ReadAsync(clerk, "?period=2026-Q3"), Street).TryGetProperty("threeZeros", out _));
        await CountAsync(clerk, new { division = Street, month = "2026-09", accidents = 1, crimes = 0 });
        Assert.False(AreaOf(await ReadAsync(clerk, "?period=2026-Q3"), Street).GetProperty("threeZeros").GetBoolean());

        await CountAsync(clerk, new { division = Street, month = "2026-09", accidents = 0, crimes = 0 }); // the latest holds

        var report = await ReadAsync(clerk, "?period=2026-Q3");
        Assert.True(AreaOf(report, Street).GetProperty("threeZeros").GetBoolean());
        Assert.Equal(1, report.GetProperty("withThreeZeros").GetInt32());
    }

    [Fact]
    public async Task An_area_stands_on_the_watch_list_once_at_a_time_with_days_and_reasons()
    {
        await using var service = await TestService.StartAsync();
        using var supervisor = service.As(Supervisor);
        await (await EndAsync("2026-10-01", "没有挂牌")).RefusedAsync(409, "area.notListed");
        Assert.Equal(HttpStatusCode.Created, (await WatchAsync("2026-09-01", "纠纷连续上升")).StatusCode);
        await (await WatchAsync("2026-09-20", "再次挂牌")).RefusedAsync(409, "area.listed");
        await (await WatchAsync("2026-09-01", "同日")).RefusedAsync(409, "area.listed");
        await (await WatchAsync("2026-10-22", "明天")).RefusedAsync(409, "date.future");
        await (await EndAsync("2026-08-31", "早于挂牌")).RefusedAsync(409, "area.notListed");
        Assert.True(AreaOf(await ReadAsync(supervisor, "?period=2026-09"), Street).GetProperty("watched").GetBoolean());
        Assert.False(AreaOf(await ReadAsync(supervisor, "?period=2026-08"), Street).GetProperty("watched").GetBoolean());

        Assert.Equal(HttpStatusCode.OK, (await EndAsync("2026-10-10", "整治达标")).StatusCode);

        await (await EndAsync("2026-10-11", "两次")).RefusedAsync(409, "area.notListed");
        await (await WatchAsync("2026-10-10", "当天仍在名单")).RefusedAsync(409, "area.listed");
        Assert.Equal(HttpStatusCode.Created, (await WatchAsync("2026-10-11", "反弹")).StatusCode);
        var watched = (await ReadAsync(supervisor, "?period=2026-09")).GetProperty("watched").EnumerateArray().ToList();
        Assert.Equal(["反弹", "纠纷连续上升"], watched.Select(listing => listing.Text("listReason")));
        Assert.Equal(("2026-10-10", "整治达标", Supervisor),
            (watched[1].Text("delistedOn"), watched[1].Text("delistReason"), watched[1].Text("delistedBy")));

        await using var connection = await service.Db.OpenConnectionAsync();
        foreach (var sql in new[]
        {
            "update area_listing set delist_reason = 'x' where delisted_on is not null", "update area_listing set list_reason = 'x'",
            "delete from area_listing", "update area_count set crimes = 0",
        })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState);

        Task<HttpResponseMessage> WatchAsync(string on, string reason) =>
            supervisor.PostAsJsonAsync(Areas + "/watch", new { division = Street, on, reason });

        Task<HttpResponseMessage> EndAsync(string on, string reason) =>
            supervisor.PostAsJsonAsync(Areas + "/watch/end", new { division = Street, on, reason });
    }

    [Theory]
    [InlineData(Supervisor, "?period=2026-13", 400, "validation")]
    [InlineData(Supervisor, "?period=2026-11", 400, "validation")] // has not begun
    [InlineData(Supervisor, "?unit=hamlet", 400, "validation")]
    [InlineData("supervisor.4301", "?unit=village", 400, "validation")] // too many
    [InlineData(Supervisor, "?division=430105", 404, "notFound")]
    [InlineData("head.430104001", "", 404, "notFound")] // sees its body alone
    [InlineData("grid.430104001", "", 403, "forbidden")]
    public async Task Areas_that_are_none_or_of_others_are_not_shown(string user, string query, int status, string code)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.As(user);
        await (await client.GetAsync(Areas + query)).RefusedAsync(status, code);
    }

    [Theory]
    [InlineData(Supervisor, "watch", """{"division":"430105001","on":"2026-10-01","reason":"x"}""", 404, "notFound")]
    [InlineData(Supervisor, "watch", """{"division":"430104001","on":"2026-10-01","reason":" "}""", 400, "validation")]
    [InlineData(Supervisor, "watch", """{"on":"2026-10-01","reason":"x"}""", 400, "validation")]
    [InlineData(Supervisor, "watch/end", """{"division":"430104001","reason":"x"}""", 400, "validation")]
    [InlineData("clerk.430104", "watch", """{"division":"430104001","on":"2026-10-01","reason":"x"}""", 403, "forbidden")]
    [InlineData("clerk.430104", "watch/end", """{"division":"430104001","on":"2026-10-01","reason":"x"}""", 403, "forbidden")]
    [InlineData("clerk.430104", "counts", """{"division":"430105001","month":"2026-09","accidents":0,"crimes":0}""", 404, "notFound")]
    [InlineData("clerk.430104", "counts", """{"division":"430104001","month":"2026-13","accidents":0,"crimes":0}""", 400, "validation")]
    [InlineData("clerk.430104", "counts", """{"division":"430104001","month":"2026-11","accidents":0,"crimes":0}""", 400, "validation")]
    [InlineData("clerk.430104", "counts", """{"division":"430104001","month":"2026-09","accidents":-1,"crimes":0}""", 400, "validation")]
    [InlineData("clerk.430104", "counts", """{"division":"430104001","month":"2026-09","crimes":0}""", 400, "validation")]
    [InlineData("auditor.4301", "counts", """{"division":"430104001","month":"2026-09","accidents":0,"crimes":0}""", 403, "forbidden")]
    public async Task What_is_entered_of_an_area_is_checked(string user, string action, string body, int status, string code)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.As(user);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await (action == "counts" ? await client.PutAsync($"{Areas}/{action}", content)
            : await client.PostAsync($"{Areas}/{action}", content)).RefusedAsync(status, code);
    }

    [Fact]
    public async Task The_page_shows_the_card_and_lists_an_area()
    {
        await using var service = await TestService.StartAsync();
        using var browser = await Browser.SignedInAsync(service, Supervisor);
        var page = await browser.OpenAsync("/reports/areas?period=2026-09");
        Assert.NotNull(page.QuerySelector($"a[href='/reports/areas?period=2026-09&division={Street}&unit=village']"));
        Assert.Equal(HttpStatusCode.BadRequest,
            (await browser.SendAsync(page, new() { ["area"] = [Street], ["on"] = ["2026-10-01"] })).Status);

        var listed = await browser.SendAsync(page, new() { ["area"] = [Street], ["on"] = ["2026-10-01"], ["reason"] = ["纠纷连续上升"] });

        Assert.Equal((HttpStatusCode.Redirect, "/reports/areas?period=2026-09"), (listed.Status, listed.Location));
        Assert.Contains("纠纷连续上升", (await browser.OpenAsync("/reports/areas?period=2026-09"))
            .QuerySelector("section[aria-labelledby=watch]")!.TextContent, StringComparison.Ordinal);
        var counted = await browser.SendAsync(page,
            new() { ["counted"] = [Street], ["month"] = ["2026-09"], ["accidents"] = ["0"], ["crimes"] = ["0"] },
            "/reports/areas?period=2026-09&handler=Count");
        Assert.Equal(HttpStatusCode.Redirect, counted.Status);
        using var province = await Browser.SignedInAsync(service, "clerk.430104");
        Assert.Null((await province.OpenAsync("/reports/areas")).QuerySelector("[name=reason]"));
    }

    private static JsonElement AreaOf(JsonElement report, string code) =>
        report.GetProperty("areas").EnumerateArray().Single(area => area.Text("code") == code);

    private static async Task<JsonElement> ReadAsync(HttpClient client, string query)
    {
        var answer = await client.GetAsync(Areas + query);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task CountAsync(HttpClient client, object body)
    {
        var answer = await client.PutAsJsonAsync(Areas + "/counts", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
