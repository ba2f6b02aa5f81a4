using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Courts;

/// <summary>What a court hands over, gets back, and may know of it.</summary>
public sealed class CourtWalkTests(Desk desk) : IClassFixture<Desk>
{
    private HttpClient Court => desk.Service.As("court.430104");

    [Fact]
    public async Task A_referral_that_fails_goes_back_to_the_court_and_becomes_a_lawsuit()
    {
        var (id, number) = await ReferAsync(1);
        await desk.Clerk.DoAsync(id, "accept");
        await desk.Clerk.DoAsync(id, "refer", new { body = Desk.Committee });
        var taken = await desk.Head.DoAsync(id, "referral/accept", new { signedOn = desk.Today });
        var term = taken.GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term");
        Assert.Equal(desk.Today, term.Text("startedOn"));
        await desk.Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName });
        await desk.Mediator.DoAsync(id, "consents", new { party = "p2", given = false, how = "电话" });
        Assert.Equal("failed", (await desk.Mediator.DoAsync(id, "fail", new { reason = "consentRefused" })).Text("status"));

        var returned = await SayAsync("returned", new { courtCaseNo = number });
        Assert.True(returned.GetProperty("papersReturned").GetBoolean());
        var filed = await SayAsync("filing", new { courtCaseNo = number, newCaseNo = "（2026）湘0104民初9001号", on = desk.Today });
        Assert.Equal("（2026）湘0104民初9001号", filed.Text("filedAs"));
        Assert.Equal("judgment", (await SayAsync("conclusion", new { courtCaseNo = number, kind = "judgment" })).Text("concluded"));

        await (await Court.PostAsJsonAsync("/api/v1/referrals/returned", new { courtCaseNo = number }))
            .RefusedAsync(409, "returned.already");
    }

    [Fact]
    public async Task The_same_referral_again_is_the_same_case_and_other_content_a_conflict()
    {
        var (id, number) = await ReferAsync(2);

        var again = await Court.PostAsJsonAsync("/api/v1/referrals", Referral(number));
        var written = await Court.PostAsJsonAsync("/api/v1/referrals", Referral(number.Replace('（', '(').Replace('）', ')')));
        var other = await Court.PostAsJsonAsync("/api/v1/referrals", Referral(number, amount: 1m));

        Assert.Equal((HttpStatusCode.OK, id), (again.StatusCode, (await again.JsonAsync()).Text("id")));
        Assert.Equal((HttpStatusCode.OK, id), (written.StatusCode, (await written.JsonAsync()).Text("id")));
        await other.RefusedAsync(409, "referral.conflict");
    }

    [Fact]
    public async Task A_court_sees_its_own_case_without_what_was_said_and_may_not_act_on_it()
    {
        var (id, _) = await ReferAsync(3);
        await desk.Clerk.DoAsync(id, "accept");
        await desk.Clerk.DoAsync(id, "refer", new { body = Desk.Committee });
        await desk.Head.DoAsync(id, "referral/accept");
        await desk.Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName });
        foreach (var party in new[] { "p1", "p2" }) await desk.Mediator.DoAsync(id, "consents", new { party, given = true, how = "书面" });
        await desk.Mediator.DoAsync(id, "sessions", new { startsAt = desk.Now, minutes = 30, place = "社区调解室", kind = "video" });
        await desk.Mediator.DoAsync(id, "sessions/1/held", new { attendance = new[] { "p1", "p2" }, record = "对方承认货款未付" });
        await desk.Mediator.DoAsync(id, "disclose", new { relation = "曾在被告处任职", party = "p2" });

        var seen = await (await Court.GetAsync($"/api/v1/cases/{id}")).Content.ReadAsStringAsync();
        var told = await (await Court.GetAsync($"/api/v1/cases/{id}/timeline")).Content.ReadAsStringAsync();

        Assert.Contains("inSession", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("对方承认", seen + told, StringComparison.Ordinal);
        Assert.DoesNotContain("任职", seen + told, StringComparison.Ordinal);
        Assert.Contains("disclosed", told, StringComparison.Ordinal);
        Assert.Contains("对方承认", (await desk.GetAsync(id, desk.Mediator)).GetRawText(), StringComparison.Ordinal);
        await (await Court.ActAsync(id, "fail", new { reason = "deadlock" }, await desk.TagAsync(id))).RefusedAsync(403, "forbidden");
        await (await desk.Service.As("court.430302").GetAsync($"/api/v1/cases/{id}")).RefusedAsync(404, "notFound");
    }

    [Fact]
    public async Task A_recalled_referral_is_over_and_stays_over()
    {
        var (id, number) = await ReferAsync(4);

        var recalled = await SayAsync("recall", new { courtCaseNo = number, reason = "当事人申请撤诉" });

        Assert.Equal(("recalled", "recalled"), (recalled.Text("status"), recalled.Text("outcome")));
        await (await desk.Service.As("supervisor.430104").ActAsync(id, "reopen", new { reason = "重新调解" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "reopen.recalled");
    }

    private async Task<(string Id, string Number)> ReferAsync(int n)
    {
        var number = $"（2026）湘0104民初{n}号";
        var answer = await Court.PostAsJsonAsync("/api/v1/referrals", Referral(number));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return ((await answer.JsonAsync()).Text("id"), number);
    }

    private object Referral(string courtCaseNo, decimal amount = 56519.18m) => new
    {
        courtCaseNo,
        cause = "买卖合同纠纷",
        receivedOn = desk.Day(-3),
        track = "entrusted",
        procedure = "summary",
        category = "04",
        division = "430104",
        amount,
        facts = "货款未付清,协商未果",
        parties = new[]
        {
            new { side = "applicant", kind = "person", name = "张小甲" },
            new { side = "respondent", kind = "organisation", name = "湖南某某商贸有限公司" },
        },
    };

    private async Task<JsonElement> SayAsync(string what, object body)
    {
        var answer = await Court.PostAsJsonAsync("/api/v1/referrals/" + what, body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{what}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }
}
