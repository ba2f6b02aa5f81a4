using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Courts;

/// <summary>What goes back to a court: the result file, the feed, and its view of a case.</summary>
public sealed class ReferralResultTests(CourtRoom room) : IClassFixture<CourtRoom>
{
    [Fact]
    public async Task The_result_file_has_the_courts_own_rows_in_their_order_with_the_outcome_behind()
    {
        var (recalled, fresh) = (room.NextNumber(), room.NextNumber());
        var bad = CourtRoom.Row(room.NextNumber(), "收到日期", "2026-11-31");
        var answer = await CourtRoom.ImportAsync(room.Court, CourtRoom.File(
            CourtRoom.Row(recalled), bad, CourtRoom.Row(fresh, "事实与理由", "=cmd|' /C calc'!A0"), CourtRoom.Row(recalled)));
        await room.TellAsync("recall", new { courtCaseNo = recalled, reason = "收回" });

        var file = await room.Court.GetAsync("/api/v1/referrals/result.csv");
        var bytes = await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", file.Content.Headers.ContentType!.MediaType);
        Assert.True(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        var lines = Encoding.UTF8.GetString(bytes.AsSpan(3)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith(CourtFileTests.Headings + ",调解案号,导入结果,原因,阶段,状态,结果,结案日期", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(recalled + ",买卖合同纠纷,2026-11-20,颜霞,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",已导入,,结案,法院收回,法院收回,2026-11-23,,,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",,未导入,收到日期:“收到日期”不是有效日期", lines[2], StringComparison.Ordinal);
        Assert.Contains("'=cmd|", lines[3], StringComparison.Ordinal);
        Assert.Contains(",登记受理,已登记,", lines[3], StringComparison.Ordinal);
        Assert.Contains(",重复,", lines[4], StringComparison.Ordinal);

        var named = await room.Court.GetByteArrayAsync($"/api/v1/referrals/result.csv?batch={answer.Text("batch")}",
            TestContext.Current.CancellationToken);
        Assert.Equal(bytes, named);
        await (await room.HighCourt.GetAsync($"/api/v1/referrals/result.csv?batch={answer.Text("batch")}")).RefusedAsync(404, "notFound");
    }

    [Fact]
    public async Task A_court_that_sent_no_file_has_no_result_and_a_dry_run_leaves_none()
    {
        var court = room.Service.As("court.430121");
        await CourtRoom.ImportAsync(court, CourtRoom.File(CourtRoom.Row(room.NextNumber(court: "湘0121"))), dryRun: true);

        await (await court.GetAsync("/api/v1/referrals/result.csv")).RefusedAsync(404, "notFound");
        await (await room.Clerk.GetAsync("/api/v1/referrals/result.csv")).RefusedAsync(403, "forbidden");
    }

    [Fact]
    public async Task The_rows_of_a_file_are_kept_as_ciphertext()
    {
        await CourtRoom.ImportAsync(room.Court, CourtRoom.File(CourtRoom.Row("颜霞的案子"), CourtRoom.Row(room.NextNumber())));

        Assert.Equal(0, await room.CountAsync("""
            select count(*) from referral_batch_row r where r::text ~ '颜霞'
                or r::text like '%' || encode(convert_to('颜霞', 'UTF8'), 'hex') || '%'
            """));
    }

    [Fact]
    public async Task The_feed_tells_each_court_of_its_own_cases_in_the_order_of_their_changes()
    {
        var court = room.Service.As("court.430105");
        var numbers = Enumerable.Range(0, 5).Select(_ => room.NextNumber(court: "湘0105")).ToList();
        await CourtRoom.ImportAsync(court, CourtRoom.File(numbers.Select(number => CourtRoom.Row(number))));
        await room.NewCaseAsync(room.NextNumber());
        room.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = room.Service.Clock.GetUtcNow().ToString("O");
        await room.TellAsync("recall", new { courtCaseNo = numbers[2], reason = "收回" }, court);

        var (seen, next, pages) = (new List<JsonElement>(), (string?)null, 0);
        do
        {
            var page = await (await court.GetAsync("/api/v1/referrals?limit=2" + (next is null ? "" : $"&after={next}"))).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
            pages++;
        }
        while (next is not null);

        Assert.Equal(3, pages);
        Assert.Equal(numbers.Order(), seen.Select(item => item.Text("courtCaseNo")).Order());
        Assert.Equal(numbers[2], seen[^1].Text("courtCaseNo"));
        Assert.Equal(("closure", "recalled", "2026-11-20"),
            (seen[^1].Text("stage"), seen[^1].Text("outcome"), seen[^1].Text("receivedOn")));
        Assert.DoesNotContain("颜霞", seen[^1].GetRawText(), StringComparison.Ordinal);
        var changed = await (await court.GetAsync($"/api/v1/referrals?since={Uri.EscapeDataString(since)}")).JsonAsync();
        Assert.Equal(numbers[2], Assert.Single(changed.GetProperty("items").EnumerateArray()).Text("courtCaseNo"));
        var first = await (await court.GetAsync("/api/v1/referrals?limit=2")).JsonAsync();
        await (await court.GetAsync($"/api/v1/referrals?since={Uri.EscapeDataString(since)}&after={first.Text("next")}"))
            .RefusedAsync(400, "cursor.invalid");
        await (await court.GetAsync("/api/v1/referrals?since=gestern")).RefusedAsync(400, "validation");
    }

    [Fact]
    public async Task A_court_sees_its_case_without_what_was_said_in_it()
    {
        var number = room.NextNumber();
        var id = (await room.NewCaseAsync(number)).Text("id");
        await room.Clerk.DoAsync(id, "accept", new { });
        await room.Clerk.DoAsync(id, "refer", new { body = CourtRoom.Committee, reason = "机密甲" });
        await room.Head.DoAsync(id, "referral/accept", new { signedOn = "2026-11-21" });
        await room.Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName });
        foreach (var party in new[] { "p1", "p2" }) await room.Head.DoAsync(id, "consents", new { party, given = true, how = "机密乙" });
        await room.Head.DoAsync(id, "sessions",
            new { startsAt = room.Service.Clock.GetUtcNow(), minutes = 30, place = "机密丙", kind = "inPerson" });
        await room.Head.DoAsync(id, "sessions/1/held", new { attendance = new[] { "p1", "p2" }, record = "机密丁" });
        await room.Head.DoAsync(id, "risk", new { level = "yellow", reason = "机密戊" });
        await room.Head.DoAsync(id, "suspend", new { reason = "机密己" });

        foreach (var path in new[] { $"cases/{id}", $"cases/{id}/timeline", $"cases/{id}/actions",
            "cases?q=" + Uri.EscapeDataString(number), "referrals?limit=200" })
        {
            var text = await room.Court.GetStringAsync("/api/v1/" + path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("机密", text, StringComparison.Ordinal);
        }

        var timeline = await (await room.Court.GetAsync($"/api/v1/cases/{id}/timeline")).JsonAsync();
        Assert.All(timeline.GetProperty("items").EnumerateArray(),
            item => Assert.False(item.TryGetProperty("summary", out var summary) && summary.ValueKind != JsonValueKind.Null));
        Assert.Equal("mediation", (await (await room.Court.GetAsync($"/api/v1/cases/{id}")).JsonAsync()).Text("stage"));
    }
}
