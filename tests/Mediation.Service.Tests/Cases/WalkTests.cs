using System.Net;
using System.Net.Http.Json;
using Dapper;
using Npgsql;

namespace Mediation.Service.Tests.Cases;

/// <summary>Whole lives of cases, over HTTP.</summary>
public sealed class WalkTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task A_case_goes_from_the_counter_to_the_archive()
    {
        var opened = await desk.Clerk.PostAsJsonAsync("/api/v1/cases", Desk.Dispute());
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        var id = (await opened.JsonAsync()).Text("id");
        Assert.Equal($"/api/v1/cases/{id}", opened.Headers.Location!.ToString());
        Assert.Equal("\"1\"", opened.Headers.ETag!.ToString());

        Assert.Equal("accepted", (await desk.Clerk.DoAsync(id, "accept")).Text("status"));
        Assert.Equal("referred", (await desk.Clerk.DoAsync(id, "refer", new { body = Desk.Committee, reason = "就近" })).Text("status"));
        var taken = await desk.Head.DoAsync(id, "referral/accept", new { signedOn = desk.Today });
        Assert.Equal(("accepted", Desk.Committee), (taken.Text("status"), taken.Text("body")));
        Assert.Equal("assigned", (await desk.Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName })).Text("status"));
        foreach (var party in new[] { "p1", "p2" }) await desk.Mediator.DoAsync(id, "consents", new { party, given = true, how = "电话" });
        var planned = await desk.Mediator.DoAsync(id, "sessions",
            new { startsAt = desk.Now.AddHours(1), minutes = 60, place = "社区调解室", kind = "inPerson" });
        Assert.Equal(1, planned.GetProperty("sessions")[0].GetProperty("n").GetInt32());
        desk.Service.Clock.Advance(TimeSpan.FromHours(2));
        var held = await desk.Mediator.DoAsync(id, "sessions/1/held", new { attendance = new[] { "p1", "p2" }, record = "双方陈述事实" });
        Assert.Equal(("inSession", "mediation"), (held.Text("status"), held.Text("stage")));

        var settled = await desk.Mediator.DoAsync(id, "settle", desk.Agreement());
        Assert.Equal(("settled", "settled", "closure"), (settled.Text("status"), settled.Text("outcome"), settled.Text("stage")));
        Assert.Equal(3000m, settled.GetProperty("agreement").GetProperty("terms")[0].GetProperty("amount").GetDecimal());

        await desk.Head.DoAsync(id, "confirmation/request", new { court = "430104-court", on = desk.Today, byBothParties = true });
        await desk.Clerk.DoAsync(id, "confirmation/granted", new { confirmationNo = "（2026）湘0104诉前调确15号" });
        await desk.Mediator.DoAsync(id, "terms/1/performed", new { amount = 1000.50m, on = desk.Today });
        await (await desk.Head.ActAsync(id, "archive", new { }, await desk.TagAsync(id))).RefusedAsync(409, "archive.termsOpen");
        var performed = await desk.Mediator.DoAsync(id, "terms/1/performed", new { amount = 1999.50m, on = desk.Today });
        Assert.Equal("performed", performed.GetProperty("agreement").GetProperty("terms")[0].Text("state"));
        await desk.Mediator.DoAsync(id, "follow-ups",
            new { on = desk.Today, method = "电话", satisfaction = 5, performed = true, remarks = "满意" });
        var archived = await desk.Head.DoAsync(id, "archive");
        Assert.Equal("archived", archived.Text("status"));

        var timeline = await desk.TimelineAsync(id);
        Assert.Equal(
            ["registered", "accepted", "referred", "referralAccepted", "assigned", "consentRecorded", "consentRecorded", "sessionScheduled",
                "sessionHeld", "settled", "confirmationRequested", "confirmationGranted", "termPerformed",
                "termPerformed", "followedUp", "archived"],
            timeline.Select(item => item.Text("kind")).Where(kind => !kind.StartsWith("clock", StringComparison.Ordinal)));
        Assert.Equal(archived.GetProperty("version").GetInt32(), timeline[^1].GetProperty("seq").GetInt32());
        Assert.Equal(timeline.Count, timeline.Select(item => item.Text("hash")).Distinct().Count());
    }

    [Fact]
    public async Task A_body_takes_what_came_to_its_own_desk_straight_into_mediation()
    {
        var id = await desk.OpenAsync(desk.Mediator);

        var taken = await desk.Mediator.DoAsync(id, "accept", new { self = true, mediator = Desk.MediatorName });

        Assert.Equal(("assigned", Desk.Committee, Desk.MediatorName), (taken.Text("status"), taken.Text("body"), taken.Text("mediator")));
    }

    [Fact]
    public async Task A_declined_referral_goes_to_another_body_and_the_first_no_longer_sees_it()
    {
        var id = await desk.ReferredAsync();

        await desk.Head.DoAsync(id, "referral/decline", new { reason = "不属于本组织调解范围" });
        await desk.Clerk.DoAsync(id, "refer", new { body = "430104-property" });

        await (await desk.Head.GetAsync($"/api/v1/cases/{id}")).RefusedAsync(404, "notFound");
    }

    [Fact]
    public async Task What_the_parties_do_not_agree_on_becomes_a_linked_case_at_the_same_desk()
    {
        var id = await desk.WillingAsync(respondents: 2);
        var body = desk.Agreement();
        (body["settledParties"], body["rest"]) = (new[] { "p1", "p2" }, "split");

        var first = await desk.Mediator.DoAsync(id, "partial-settle", body);

        Assert.Equal(("partiallySettled", "partial"), (first.Text("status"), first.Text("outcome")));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        var rest = await connection.QuerySingleAsync<Guid>("select id from cases where state->>'linkedTo' = @id", new { id });
        var second = await desk.GetAsync(rest.ToString());
        Assert.Equal(("registered", id), (second.Text("status"), second.Text("linkedTo")));
        Assert.NotEqual(first.Text("caseNo"), second.Text("caseNo"));
        Assert.Equal([("p1", "张小甲"), ("p2", "李小2")],
            second.GetProperty("parties").EnumerateArray().Select(party => (party.Text("id"), party.Text("name"))));
        Assert.Equal("accepted", (await desk.Clerk.DoAsync(rest.ToString(), "accept")).Text("status"));
    }

    [Fact]
    public async Task A_case_moves_to_another_body_and_to_another_division_and_only_the_one_asked_may_answer()
    {
        var id = await desk.AssignedAsync();
        await desk.Head.DoAsync(id, "transfer", new { body = "430104-property", reason = "物业纠纷" });
        await (await desk.Head.ActAsync(id, "transfer/accept", new { }, await desk.TagAsync(id))).RefusedAsync(403, "forbidden");
        await desk.Clerk.DoAsync(id, "correct", new { field = "amount", value = "10", reason = "录入错误" });

        var other = await desk.OpenAsync();
        var (asked, stranger) = (desk.Service.As("clerk.430102"), desk.Service.As("clerk.430302"));
        await (await asked.GetAsync($"/api/v1/cases/{other}")).RefusedAsync(404, "notFound");
        await desk.Clerk.DoAsync(other, "transfer", new { division = "430102", reason = "纠纷发生地在芙蓉区" });
        await (await stranger.ActAsync(other, "transfer/accept", new { }, "\"2\"")).RefusedAsync(404, "notFound");
        await asked.DoAsync(other, "transfer/decline", new { reason = "本地无管辖依据" });
        await desk.Clerk.DoAsync(other, "transfer", new { division = "430102", reason = "已核实发生地" });
        var moved = await asked.DoAsync(other, "transfer/accept");

        Assert.Equal("430102", moved.Text("division"));
        await (await desk.Clerk.GetAsync($"/api/v1/cases/{other}")).RefusedAsync(404, "notFound");
    }

    [Fact]
    public async Task A_partys_name_is_mended_and_neither_name_stands_in_the_journal()
    {
        var id = await desk.OpenAsync();

        var mended = await desk.Clerk.DoAsync(id, "correct", new { field = "parties.p1.name", value = "张小佳", reason = "录入错误" });

        Assert.Equal("张小佳", mended.GetProperty("parties")[0].Text("name"));
        Assert.Equal("张小佳", (await desk.GetAsync(id)).GetProperty("parties")[0].Text("name"));
        var found = await (await desk.Clerk.GetAsync("/api/v1/cases?q=" + Uri.EscapeDataString("小佳"))).JsonAsync();
        Assert.Contains(found.GetProperty("items").EnumerateArray(), item => item.Text("id") == id);
        await using var connection = new NpgsqlConnection(desk.Service.OwnerConnectionString);
        Assert.Equal(0,
            await connection.ExecuteScalarAsync<long>("select count(*) from case_event where body::text ~ '张小|李小|19900000001|漏水'"));
    }

    [Theory]
    [InlineData("parties.p1.identityNumber", "430104209103244938")]
    [InlineData("parties.p1.creditCode", "123")]
    [InlineData("amount", "-1")]
    [InlineData("amount", "1.005")]
    [InlineData("category", "77")]
    [InlineData("division", "999999")]
    public async Task A_correction_is_checked_as_at_intake(string field, string value)
    {
        var id = await desk.OpenAsync();

        await (await desk.Clerk.ActAsync(id, "correct", new { field, value, reason = "录入错误" }, "\"1\"")).RefusedAsync(400, "validation");
    }

    [Fact]
    public async Task After_default_the_same_case_is_mediated_again_and_settles_again()
    {
        var id = await desk.WillingAsync();
        var oral = desk.Agreement();
        (oral["form"], oral["terms"]) = ("oral", new[] { new { obligor = "p2", obligee = "p1", what = "修好吊顶", dueOn = desk.Day(1) } });
        await desk.Mediator.DoAsync(id, "settle", oral);
        await (await desk.Mediator.ActAsync(id, "terms/1/defaulted", new { }, await desk.TagAsync(id))).RefusedAsync(409, "term.notDue");
        desk.Service.Clock.Advance(TimeSpan.FromDays(5));
        await desk.Mediator.DoAsync(id, "terms/1/defaulted");

        var again = await desk.Mediator.DoAsync(id, "remediate", new { consents = new[] { "p1", "p2" } });

        Assert.Equal(("assigned", 2), (again.Text("status"), again.GetProperty("round").GetInt32()));
        Assert.Equal("settled",
            (await desk.Mediator.DoAsync(id, "settle", new { form = "reconciled", signedOn = desk.Today })).Text("status"));
    }

    [Fact]
    public async Task A_suspended_case_resumes_is_extended_with_every_consent_and_fails()
    {
        var id = await desk.WillingAsync();
        Assert.Equal("suspended", (await desk.Mediator.DoAsync(id, "suspend", new { reason = "等待鉴定意见" })).Text("status"));
        desk.Service.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("assigned", (await desk.Mediator.DoAsync(id, "resume")).Text("status"));
        await (await desk.Mediator.ActAsync(id, "extend", new { days = 10, consents = Array.Empty<string>() }, await desk.TagAsync(id)))
            .RefusedAsync(409, "extension.consent");
        await desk.Mediator.DoAsync(id, "extend", new { days = 10, consents = new[] { "p1", "p2" } });

        var failed = await desk.Mediator.DoAsync(id, "fail", new { reason = "deadlock" });

        Assert.Equal(("failed", "failed"), (failed.Text("status"), failed.Text("outcome")));
        Assert.Equal("assigned", (await desk.Head.DoAsync(id, "reopen", new { reason = "出现新的证据" })).Text("status"));
    }

    [Fact]
    public async Task A_written_agreement_that_lacks_parts_names_each_of_them()
    {
        var id = await desk.WillingAsync();

        var answer = await desk.Mediator.ActAsync(id, "settle", new { form = "written", signedOn = desk.Today }, await desk.TagAsync(id));

        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Equal(["facts", "issues", "sealed", "signatures", "terms"],
            (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task A_red_case_gets_a_lead_and_a_green_one_needs_none()
    {
        var id = await desk.AssignedAsync();
        await (await desk.Head.ActAsync(id, "lead", new { person = "supervisor.430104" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "lead.notNeeded");
        Assert.Equal("red", (await desk.Mediator.DoAsync(id, "risk", new { level = "red", reason = "扬言报复" })).Text("risk"));
        Assert.Equal("supervisor.430104", (await desk.Head.DoAsync(id, "lead", new { person = "supervisor.430104" })).Text("lead"));
        await (await desk.Head.ActAsync(id, "lead", new { person = "nobody" }, await desk.TagAsync(id)))
            .RefusedAsync(422, "person.unknown");
    }

    [Fact]
    public async Task Surveys_and_prevented_counts_are_kept_for_the_own_division_only()
    {
        var survey = new { division = "430104001", on = desk.Today, rounds = 2, found = 5 };

        var kept = await desk.Clerk.PostAsJsonAsync("/api/v1/surveys", survey);

        Assert.Equal(HttpStatusCode.Created, kept.StatusCode);
        Assert.Equal(5, (await kept.JsonAsync()).GetProperty("found").GetInt32());
        Assert.Equal(HttpStatusCode.Created,
            (await desk.Clerk.PostAsJsonAsync("/api/v1/prevented",
                new { division = "430104001", on = desk.Today, kind = "brawl", persons = 4 })).StatusCode);
        await (await desk.Clerk.PostAsJsonAsync("/api/v1/surveys", survey with { division = "430302001" })).RefusedAsync(404, "notFound");
        await (await desk.Clerk.PostAsJsonAsync("/api/v1/surveys", survey with { on = desk.Day(1) })).RefusedAsync(409, "date.future");
        await (await desk.Mediator.PostAsJsonAsync("/api/v1/surveys", survey)).RefusedAsync(403, "forbidden");
    }
}
