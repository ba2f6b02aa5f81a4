using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Groups;

public sealed class GroupTests(Desk desk) : IClassFixture<Desk>
{
    private const string Representative = "王代理";

    [Fact]
    public async Task Thirty_workers_and_one_company_have_one_session_one_text_thirty_sums_and_one_signing()
    {
        await using var service = await TestService.StartAsync();
        var own = Desk.Over(service);
        var numbers = new List<string>();
        for (var n = 1; n <= 30; n++) numbers.Add(await AtBodyAsync(own, n, n == 30 ? "general" : "special"));
        var (group, made) = await MakeAsync(own.Head, "某公司欠薪", numbers);
        Assert.Equal(30, made.GetProperty("done").GetInt32());

        Assert.Equal((30, 0), Counts(await ActAsync(own.Head, group, "assign", new { mediator = Desk.MediatorName })));
        Assert.Equal((30, 0), Counts(await ActAsync(own.Mediator, group, "consents", new { how = "书面" })));
        var at = own.Now.AddHours(1);
        var session = new { startsAt = at, minutes = 180, place = "街道礼堂", kind = "inPerson" };
        Assert.Equal((30, 0), Counts(await ActAsync(own.Mediator, group, "sessions", session)));
        // sent twice, fixed once
        Assert.Equal(30, (await ActAsync(own.Mediator, group, "sessions", session)).GetProperty("unchanged").GetInt32());
        service.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((30, 0), Counts(await ActAsync(own.Mediator, group, "sessions/held", new { startsAt = at, record = "公司说明支付计划" })));
        var settled = await ActAsync(own.Mediator, group, "settle", Settlement(own, numbers));

        Assert.Equal((29, 1), Counts(settled));
        var refused = Row(settled, numbers[29]);
        Assert.Equal("signature.authority", refused.Text("code"));
        var first = await own.GetAsync(numbers[0], own.Mediator);
        Assert.Equal(("settled", 1001.50m),
            (first.Text("status"), first.GetProperty("agreement").GetProperty("terms")[0].GetProperty("amount").GetDecimal()));
        Assert.Equal(["p1.r1", "p2", "mediator"],
            first.GetProperty("agreement").GetProperty("signatures").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("inSession", (await own.GetAsync(numbers[29])).Text("status"));
        // Each case has its own journal with one session and one agreement.
        await using var db = await service.Db.OpenConnectionAsync();
        Assert.Equal([("sessionHeld", 30L), ("sessionScheduled", 30L), ("settled", 29L)], (await db.QueryAsync<(string, long)>("""
            select kind, count(distinct case_id) from case_event where kind in ('sessionScheduled', 'sessionHeld', 'settled') group by kind
            having count(*) = count(distinct case_id) order by kind
            """)).AsList());
        // The worker who gave only general authority signs himself.
        var last = await ActAsync(own.Mediator, group, "settle", Settlement(own, [numbers[29]], signatures: ["p1"]));
        Assert.Equal((1, 0), Counts(last));
        var view = await (await own.Head.GetAsync($"/api/v1/groups/{group}")).JsonAsync();
        Assert.Equal(Enumerable.Range(1, 29).Sum(n => 1000.50m + n) + 1001.50m,
            view.GetProperty("cases").EnumerateArray().Sum(item => item.GetProperty("agreed").GetDecimal()));
    }

    [Fact]
    public async Task What_cannot_come_in_says_why_and_stops_no_other()
    {
        var (good, closed, taken, elsewhere) = (await AtBodyAsync(desk, 1), await AtBodyAsync(desk, 2),
            await AtBodyAsync(desk, 3), await OpenElsewhereAsync());
        await desk.Head.DoAsync(closed, "withdraw", new { party = "p1", reason = "自行和解" });
        await MakeAsync(desk.Head, "另一批", [taken]);

        var (group, made) = await MakeAsync(desk.Head, "某公司欠薪", [good, closed, taken, elsewhere, "430104-2026-99999999", good]);

        Assert.Equal("done", Row(made, good).Text("result"));
        Assert.Equal("group.caseClosed", Row(made, closed).Text("code"));
        Assert.Equal("group.otherGroup", Row(made, taken).Text("code"));
        Assert.Contains("另一批", Row(made, taken).Text("message"), StringComparison.Ordinal);
        // whether it exists is nobody's business
        Assert.Equal(Row(made, "430104-2026-99999999").Text("message"), Row(made, elsewhere).Text("message"));
        Assert.Equal("notFound", Row(made, elsewhere).Text("code"));
        Assert.Equal(5, made.GetProperty("cases").GetArrayLength());
        var again = await ActAsync(desk.Head, group, "cases", new { cases = new[] { good } });
        Assert.Equal("unchanged", Row(again, good).Text("result"));
        var removed = await ActAsync(desk.Head, group, "cases/remove", new { cases = new[] { good, taken } });
        Assert.Equal(("done", "group.notMember"), (Row(removed, good).Text("result"), Row(removed, taken).Text("code")));
        Assert.Equal((1, 0), Counts(await ActAsync(desk.Head, group, "cases", new { cases = new[] { good } })));
        await (await desk.Head.PostAsJsonAsync("/api/v1/groups", new { name = "全不行", cases = new[] { closed, taken } }))
            .RefusedAsync(422, "group.noCase");
    }

    [Fact]
    public async Task A_case_that_is_not_so_far_or_was_changed_meanwhile_is_refused_by_its_row()
    {
        var (ready, early, changed) = (await AtBodyAsync(desk, 1), await OpenAsync(desk, 2), await AtBodyAsync(desk, 3));
        await desk.Clerk.DoAsync(early, "accept");
        var (group, _) = await MakeAsync(desk.Clerk, "某公司欠薪", [ready, early, changed]);
        var seen = (await desk.GetAsync(changed)).GetProperty("version").GetInt32();
        await desk.Head.DoAsync(changed, "risk", new { level = "yellow", reason = "情绪激动" });

        var answer = await ActAsync(desk.Head, group, "assign", new
        {
            mediator = Desk.MediatorName,
            cases = new object[] { new { @case = ready }, new { @case = changed, version = seen }, new { @case = "430104-2026-99999999" } }
        });

        Assert.Equal(("done", "case.stale", "group.notMember"),
            (Row(answer, ready).Text("result"), Row(answer, changed).Text("code"), Row(answer, "430104-2026-99999999").Text("code")));
        Assert.Equal(1, answer.GetProperty("hidden").GetInt32()); // the committee does not see what was not referred to it
        Assert.Equal("accepted", (await desk.GetAsync(changed)).Text("status"));
        await desk.Clerk.DoAsync(early, "refer", new { body = Desk.Committee });
        var all = await ActAsync(desk.Head, group, "assign", new { mediator = Desk.MediatorName });
        Assert.Equal(("unchanged", "refused", "done"),
            (Row(all, ready).Text("result"), Row(all, early).Text("result"), Row(all, changed).Text("result")));
        Assert.Equal("group.noSession",
            Row(await ActAsync(desk.Mediator, group, "sessions/held", new { startsAt = desk.Now, record = "无" }), ready).Text("code"));
    }

    [Fact]
    public async Task A_group_is_seen_by_those_who_see_one_of_its_cases_and_by_nobody_else()
    {
        var (group, _) = await MakeAsync(desk.Head, "某公司欠薪", [await AtBodyAsync(desk, 1)]);

        Assert.Equal(HttpStatusCode.OK, (await desk.Mediator.GetAsync($"/api/v1/groups/{group}")).StatusCode);
        foreach (var stranger in new[] { "head.430302001", "mediator1.430302001", "supervisor.4303" })
        {
            using var client = desk.Service.As(stranger);
            await (await client.GetAsync($"/api/v1/groups/{group}")).RefusedAsync(404, "notFound");
            await (await client.PostAsJsonAsync($"/api/v1/groups/{group}/cases", new { cases = new[] { "430104-2026-00000001" } }))
                .RefusedAsync(404, "notFound");
            Assert.DoesNotContain(group,
                await (await client.GetAsync("/api/v1/groups")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        foreach (var (who, path, body) in new (string, string, object)[] { ("court.430104", "", new { name = "名", cases = new[] { "x" } }),
            ("grid.430104001", "", new { name = "名", cases = new[] { "x" } }), ("clerk.430104", $"/{group}/settle", new { }) })
        {
            using var client = desk.Service.As(who);
            await (await client.PostAsJsonAsync("/api/v1/groups" + path, body)).RefusedAsync(403, "forbidden");
        }
    }

    [Theory]
    [InlineData("", """{"name":"","cases":["430104-2026-00000001"]}""")]
    [InlineData("", """{"name":"名","cases":[]}""")]
    [InlineData("", """{"name":"名","cases":[null]}""")]
    [InlineData("/{0}/assign", "{}")]
    [InlineData("/{0}/sessions", """{"minutes":0,"place":"","kind":"inPerson"}""")]
    [InlineData("/{0}/sessions/held", """{"record":"无"}""")]
    [InlineData("/{0}/settle", "{}")]
    [InlineData("/{0}/settle", """{"common":{"form":"oral","what":"工资"},"perCase":[null]}""")]
    [InlineData("/{0}/settle", """{"common":{"form":"oral","what":"工资"},"perCase":[{"case":"a","amount":-1}]}""")]
    [InlineData("/{0}/settle", """{"common":{"form":"oral","what":"工资"},"perCase":[{"case":"a","amount":1},{"case":"A","amount":2}]}""")]
    [InlineData("/{0}/consents", """{"how":"书面","cases":[null]}""")]
    public async Task A_bad_request_names_its_fields_and_does_nothing(string path, string body)
    {
        var (group, _) = await MakeAsync(desk.Head, "某公司欠薪", [await AtBodyAsync(desk, 1)]);

        var answer = await desk.Head.PostAsync("/api/v1/groups" + path.Replace("{0}", group, StringComparison.Ordinal),
            new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEmpty((await answer.JsonAsync()).GetProperty("errors").EnumerateObject());
    }

    [Fact]
    public async Task The_same_key_makes_one_group()
    {
        var number = await AtBodyAsync(desk, 1);
        var answers = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/groups")
            { Content = JsonContent.Create(new { name = "某公司欠薪", cases = new[] { number } }) };
            message.Headers.Add("Idempotency-Key", "group-" + number);
            var answer = await desk.Head.SendAsync(message);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task The_page_makes_a_group_of_ticked_cases_and_settles_them_in_one_form()
    {
        await using var service = await TestService.StartAsync();
        var own = Desk.Over(service);
        var numbers = new[] { await AtBodyAsync(own, 1), await AtBodyAsync(own, 2) };
        using var head = await Browser.SignedInAsync(service, "head.430104001");
        var found = await head.OpenAsync("/groups?q=" + Uri.EscapeDataString("某某建筑"));
        Assert.Equal(2, found.QuerySelectorAll("input[name=pick]").Length);

        var (made, location, _) = await head.SendAsync(found, new() { ["name"] = ["某公司欠薪"] });

        Assert.Equal(HttpStatusCode.Redirect, made);
        var page = await head.OpenAsync(location!);
        Assert.Equal(2, page.QuerySelectorAll("#group-cases tbody tr").Length);
        var (_, _, assigned) = await head.SendAsync(page, new() { ["act"] = ["assign"], ["assign.mediator"] = [Desk.MediatorName] });
        Assert.Contains("完成 2", assigned.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await head.OpenAsync("/cases/" + numbers[0])).QuerySelector($"a[href='{location}']"));

        using var mediator = await Browser.SignedInAsync(service, Desk.MediatorName);
        await mediator.SendAsync(await mediator.OpenAsync(location!), new() { ["act"] = ["consents"], ["consents.how"] = ["书面"] });
        var (wrong, _, typo) = await mediator.SendAsync(await mediator.OpenAsync(location!), new()
        {
            ["act"] = ["sessions"],
            ["sessions.startsAt"] = ["明天"],
            ["sessions.minutes"] = ["60"],
            ["sessions.place"] = ["礼堂"],
            ["sessions.kind"] = ["inPerson"]
        });
        Assert.Equal((HttpStatusCode.BadRequest, "礼堂"), (wrong, typo.QuerySelector("[name='sessions.place']")!.GetAttribute("value")));
        Assert.NotNull(typo.QuerySelector(".error-summary a[href='#f-sessions-startsAt']"));
        var at = own.Now.AddHours(9).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        var (_, _, planned) = await mediator.SendAsync(typo, new() { ["act"] = ["sessions"], ["sessions.startsAt"] = [at] }, location);
        Assert.Contains("完成 2", planned.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        service.Clock.Advance(TimeSpan.FromHours(2));
        var form = await mediator.OpenAsync(location!);
        var session = form.QuerySelectorAll("[name='held.startsAt'] option")[^1].GetAttribute("value")!;
        var (_, _, held) = await mediator.SendAsync(form,
            new() { ["act"] = ["held"], ["held.startsAt"] = [session], ["held.record"] = ["公司说明支付计划"] });
        Assert.Contains("完成 2", held.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);

        var settlement = new Dictionary<string, string[]>
        {
            ["act"] = ["settle"],
            ["settle.form"] = ["written"],
            ["settle.signedOn"] = [own.Today],
            ["settle.facts"] = ["拖欠工资"],
            ["settle.issues"] = ["工资数额"],
            ["settle.what"] = ["支付拖欠工资"],
            ["settle.dueOn"] = [own.Day(20)],
            ["settle.signedBy"] = [Representative],
            ["settle.also"] = ["respondents", "mediator", "sealed"],
            ["sum." + numbers[0]] = ["12,000.50"],
            ["sum." + numbers[1]] = ["0"],
        };
        var (_, _, half) = await mediator.SendAsync(await mediator.OpenAsync(location!), settlement);
        Assert.Contains("完成 1，无需处理 0，未办成 1", half.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("拖欠工资", half.QuerySelector("[name='settle.facts']")!.TextContent.Trim());
        Assert.Equal(numbers[1], Assert.Single(half.QuerySelectorAll("input[name=pick][checked]")).GetAttribute("value"));
        var (_, _, whole) = await mediator.SendAsync(half, new() { ["act"] = ["settle"], ["sum." + numbers[1]] = ["800"] }, location);
        Assert.Contains("完成 1", whole.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("¥12,800.50", whole.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("settled", (await own.GetAsync(numbers[1])).Text("status"));
    }

    private static object Settlement(Desk own, IReadOnlyList<string> numbers, string[]? signatures = null) => new
    {
        common = new
        {
            form = "written",
            facts = "公司拖欠工资",
            issues = "各人数额",
            way = "转账",
            @sealed = true,
            signedOn = own.Today,
            what = "支付拖欠工资",
            dueOn = own.Day(20),
            signedBy = signatures is null ? Representative : null,
            respondentsSigned = true,
            mediatorSigned = true,
        },
        perCase = numbers.Select((number, index) => new { @case = number, amount = 1000.50m + index + 1, signatures }).ToArray(),
    };

    private static async Task<(string Group, JsonElement Answer)> MakeAsync(HttpClient by, string name, IReadOnlyList<string> cases)
    {
        var answer = await by.PostAsJsonAsync("/api/v1/groups", new { name, cases });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var made = await answer.JsonAsync();
        return (made.Text("id"), made);
    }

    private static async Task<JsonElement> ActAsync(HttpClient by, string group, string act, object body)
    {
        var answer = await by.PostAsJsonAsync($"/api/v1/groups/{group}/{act}", body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static (int Done, int Refused) Counts(JsonElement answer) =>
        (answer.GetProperty("done").GetInt32(), answer.GetProperty("refused").GetInt32());

    private static JsonElement Row(JsonElement answer, string caseNo) =>
        answer.GetProperty("cases").EnumerateArray().Single(row => row.Text("caseNo") == caseNo);

    /// <summary>A worker against the company, taken by the committee and waiting for its mediator; the case's number.</summary>
    private static async Task<string> AtBodyAsync(Desk own, int n, string authority = "special")
    {
        var number = await OpenAsync(own, n, authority);
        await own.Clerk.DoAsync(number, "accept");
        await own.Clerk.DoAsync(number, "refer", new { body = Desk.Committee });
        await own.Head.DoAsync(number, "referral/accept");
        return number;
    }

    private static async Task<string> OpenAsync(Desk own, int n, string authority = "special")
    {
        var answer = await own.Clerk.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "walkIn",
            category = "10",
            division = "430104001",
            summary = "拖欠工资",
            parties = new object[]
            {
                new
                {
                    side = "applicant",
                    kind = "person",
                    name = $"测试工人{n}",
                    representatives = new[] { new { name = Representative, kind = "chosen", authority } }
                },
                new { side = "respondent", kind = "organisation", name = "某某建筑有限公司", creditCode = "91350100M000100Y43" },
            },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("caseNo");
    }

    private async Task<string> OpenElsewhereAsync()
    {
        using var clerk = desk.Service.As("clerk.430302");
        return (await (await clerk.PostAsJsonAsync("/api/v1/cases", Desk.Dispute(division: "430302001"))).JsonAsync()).Text("caseNo");
    }
}
