using System.Text.Json;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Courts;

public sealed class ReferralTests(CourtRoom room) : IClassFixture<CourtRoom>
{
    [Fact]
    public async Task A_referral_is_a_case_at_the_desk_of_its_divisions_centre()
    {
        var number = room.NextNumber();
        var referral = CourtRoom.Referral(number.Replace('（', '(').Replace('）', ')'));
        referral["judge"] = "周法官";
        referral["wantedBody"] = CourtRoom.Committee;

        var answer = await room.ReferAsync(referral);

        Assert.Equal(201, (int)answer.StatusCode);
        var made = await answer.JsonAsync();
        Assert.Equal($"/api/v1/cases/{made.Text("id")}", answer.Headers.Location!.ToString());
        Assert.Equal("\"1\"", answer.Headers.ETag!.ToString());
        Assert.Equal(("intake", "registered", "court", "entrusted", "entrusted", "summary"),
            (made.Text("stage"), made.Text("status"), made.Text("channel"), made.Text("initiation"),
                made.Text("track"), made.Text("procedure")));
        Assert.Equal(("430104-court", number), (made.Text("court"), made.Text("courtCaseNo")));
        Assert.Equal(1, await room.CountAsync("""
            select count(*) from cases where id = @id and desk = '430104-centre' and state->>'wantedBody' = @Committee
                and state->>'regimeOn' = '2026-11-20'
            """, new { id = Guid.Parse(made.Text("id")), CourtRoom.Committee }));
        Assert.Equal(0,
            await room.CountAsync("select count(*) from case_event where case_id = @id and body::text ~ '颜霞|周法官|430103209910184307|协商'",
                new { id = Guid.Parse(made.Text("id")) }));
        Assert.Equal("accepted", (await room.Clerk.DoAsync(made.Text("id"), "accept")).Text("status"));
    }

    [Fact]
    public async Task The_same_content_again_is_the_same_case_and_other_content_a_conflict()
    {
        var number = room.NextNumber();
        var made = await room.NewCaseAsync(number);

        var again = await room.ReferAsync(CourtRoom.Referral(number));
        var other = CourtRoom.Referral(number);
        other["amount"] = 99m;

        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(made.Text("id"), (await again.JsonAsync()).Text("id"));
        Assert.Equal("\"1\"", again.Headers.ETag!.ToString());
        await (await room.ReferAsync(other)).RefusedAsync(409, "referral.conflict");
    }

    [Fact]
    public async Task Rivals_with_the_same_number_get_one_case_or_a_conflict_and_never_an_error()
    {
        var number = room.NextNumber();
        var other = CourtRoom.Referral(number);
        other["facts"] = "另一份材料。";

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => room.ReferAsync(n % 3 == 0 ? other : CourtRoom.Referral(number))));

        Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        Assert.All(answers, answer => Assert.Contains((int)answer.StatusCode, new[] { 200, 201, 409 }));
        Assert.Equal(1, await room.CountAsync("select count(*) from cases where court_case_no = @number", new { number }));
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_answer_to_rivals_too()
    {
        var (number, key) = (room.NextNumber(), "referral-1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => room.ReferAsync(CourtRoom.Referral(number), key: key)));

        Assert.All(answers, answer => Assert.Contains((int)answer.StatusCode, new[] { 200, 201 }));
        var last = await room.ReferAsync(CourtRoom.Referral(number), key: key);
        Assert.Contains(await last.Content.ReadAsStringAsync(),
            await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync())));
        await (await room.ReferAsync(CourtRoom.Referral(room.NextNumber()), key: key)).RefusedAsync(422, "idempotency.mismatch");
    }

    [Theory]
    [InlineData("湘0103")]
    [InlineData("湘01")]
    [InlineData("粤0104")]
    public async Task Another_courts_number_is_outside_the_scope_of_a_basic_court(string court) =>
        await (await room.ReferAsync(CourtRoom.Referral(room.NextNumber(court: court)))).RefusedAsync(403, "referral.outsideScope");

    [Fact]
    public async Task The_high_court_refers_for_every_court_that_exists()
    {
        Assert.Equal(201, (int)(await room.ReferAsync(CourtRoom.Referral(room.NextNumber(court: "湘0103")), room.HighCourt)).StatusCode);
        await (await room.ReferAsync(CourtRoom.Referral(room.NextNumber(court: "湘0192")), room.HighCourt))
            .RefusedAsync(422, "court.unknown");
    }

    [Theory]
    [InlineData("courtCaseNo", "2026年第1号", 400, "validation")]
    [InlineData("courtCaseNo", null, 400, "validation")]
    [InlineData("cause", "", 400, "validation")]
    [InlineData("track", "people", 400, "validation")]
    [InlineData("division", "439999", 400, "validation")]
    [InlineData("parties", null, 400, "validation")]
    [InlineData("round", 0, 400, "validation")]
    [InlineData("receivedOn", "2026-11-24", 409, "date.future")]
    [InlineData("filedOn", "2026-11-24", 409, "date.future")]
    [InlineData("receivedOn", "2026-02-30", 400, "body.malformed")]
    [InlineData("unknown", "x", 400, "body.malformed")]
    public async Task A_wrong_field_is_refused_by_name(string field, object? value, int status, string code)
    {
        var referral = CourtRoom.Referral(room.NextNumber());
        referral[field] = value;

        var answer = await room.ReferAsync(referral);

        await answer.RefusedAsync(status, code);
        if (code == "validation") Assert.Contains($"\"{field}\":[", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delegated", null, "2025-06-02", null, "term.delegated")]
    [InlineData("entrusted", null, "2024-12-31", null, "term.entrusted.summary.2016")]
    [InlineData("entrusted", "ordinary", "2025-01-01", null, "term.entrusted.ordinary.2025")]
    [InlineData("entrusted", "ordinary", "2025-01-05", "2024-12-30", "term.entrusted.ordinary.2016")]
    public async Task The_regime_goes_by_track_and_date_and_the_term_runs_from_signing(
        string track, string? procedure, string receivedOn, string? filedOn, string policy)
    {
        var referral = CourtRoom.Referral(room.NextNumber());
        (referral["track"], referral["procedure"], referral["receivedOn"], referral["filedOn"]) = (track, procedure, receivedOn, filedOn);
        var id = (await (await room.ReferAsync(referral)).JsonAsync()).Text("id");
        await room.Clerk.DoAsync(id, "accept");
        await room.Clerk.DoAsync(id, "refer", new { body = CourtRoom.Committee });

        var signed = await room.Head.DoAsync(id, "referral/accept", new { signedOn = "2026-11-21" });

        Assert.Equal("2026-11-21",
            signed.GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term").Text("startedOn"));
        Assert.Equal(1, await room.CountAsync("select count(*) from cases where id = @id and state::text like '%' || @policy || '%'",
            new { id = Guid.Parse(id), policy = $"\"{policy}\"" }));
    }

    [Fact]
    public async Task The_court_takes_a_case_back_and_refers_it_anew_as_the_next_round()
    {
        var number = room.NextNumber();
        var first = await room.NewCaseAsync(number);
        var second = CourtRoom.Referral(number);
        second["round"] = 2;
        await (await room.ReferAsync(second)).RefusedAsync(409, "referral.roundOpen");

        var recalled = await room.TellAsync("recall", new { courtCaseNo = number.Replace('（', '('), reason = "当事人要求立案" });
        var anew = await room.ReferAsync(second);

        var after = await recalled.JsonAsync();
        Assert.Equal(("recalled", "recalled"), (after.Text("status"), after.Text("outcome")));
        Assert.Equal("\"2\"", recalled.Headers.ETag!.ToString());
        Assert.Equal(201, (int)anew.StatusCode);
        var linked = await anew.JsonAsync();
        Assert.Equal((first.Text("id"), 2), (linked.Text("linkedTo"), linked.GetProperty("courtRound").GetInt32()));
        Assert.Equal(200, (int)(await room.ReferAsync(second)).StatusCode);
        // What the court says next is of the newest round.
        Assert.Equal(linked.Text("id"),
            (await (await room.TellAsync("recall", new { courtCaseNo = number, reason = "再次收回" })).JsonAsync()).Text("id"));
        await (await room.TellAsync("recall", new { courtCaseNo = number, reason = "再次收回" })).RefusedAsync(409, "transition.notAllowed");
    }

    [Fact]
    public async Task A_failed_case_goes_back_becomes_a_lawsuit_and_ends()
    {
        var number = room.NextNumber();
        await room.FailedAsync(number);
        var newNumber = room.NextNumber();

        var returned = await (await room.TellAsync("returned", new { courtCaseNo = number })).JsonAsync();
        var filed = await (await room.TellAsync("filing",
            new { courtCaseNo = number, newCaseNo = newNumber.Replace('（', '(').Replace('）', ')'), on = "2026-11-23" })).JsonAsync();
        var concluded = await (await room.TellAsync("conclusion", new { courtCaseNo = number, kind = "mediationPaper" })).JsonAsync();

        Assert.True(returned.GetProperty("papersReturned").GetBoolean());
        Assert.Equal("met",
            returned.GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "returnToCourt").Text("state"));
        Assert.Equal(newNumber, filed.Text("filedAs"));
        Assert.Equal("mediationPaper", concluded.Text("concluded"));
        await (await room.TellAsync("returned", new { courtCaseNo = number })).RefusedAsync(409, "returned.already");
        await (await room.TellAsync("filing", new { courtCaseNo = number, newCaseNo = newNumber, on = "2026-11-23" }))
            .RefusedAsync(409, "filing.already");
    }

    [Fact]
    public async Task A_lawsuit_filed_before_the_last_entry_needs_no_reason_from_the_court()
    {
        await using var own = new CourtRoom(); // It moves the clock.
        await own.InitializeAsync();
        var number = own.NextNumber();
        await own.NewCaseAsync(number);
        own.Service.Clock.Advance(TimeSpan.FromDays(1));
        await own.TellAsync("recall", new { courtCaseNo = number, reason = "当事人要求立案" });

        var filed = await own.TellAsync("filing", new { courtCaseNo = number, newCaseNo = own.NextNumber(), on = "2026-11-23" });

        Assert.True((int)filed.StatusCode == 200, await filed.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("recall", """{"courtCaseNo":"（2026）湘0104民初999999号","reason":"x"}""", 404, "notFound")]
    [InlineData("returned", """{"courtCaseNo":"不是案号"}""", 404, "notFound")]
    [InlineData("recall", """{"courtCaseNo":"（2026）湘0104民初999999号"}""", 400, "validation")]
    [InlineData("filing", """{"courtCaseNo":"（2026）湘0104民初999999号","newCaseNo":"1"}""", 400, "validation")]
    [InlineData("conclusion", """{"courtCaseNo":"（2026）湘0104民初999999号","kind":"other"}""", 400, "body.malformed")]
    public async Task What_is_said_of_no_case_or_without_its_parts_is_refused(string what, string body, int status, string code) =>
        await (await room.TellAsync(what, JsonDocument.Parse(body))).RefusedAsync(status, code);

    [Fact]
    public async Task Another_courts_case_is_not_there()
    {
        var number = room.NextNumber();
        var id = (await room.NewCaseAsync(number)).Text("id");
        var other = room.Service.As("court.430102");

        await (await room.TellAsync("recall", new { courtCaseNo = number, reason = "误操作" }, other)).RefusedAsync(404, "notFound");
        await (await other.GetAsync($"/api/v1/cases/{id}")).RefusedAsync(404, "notFound");
        await (await room.TellAsync("recall", new { courtCaseNo = number, reason = "x" }, room.Clerk)).RefusedAsync(403, "forbidden");
    }

    [Fact]
    public async Task What_the_court_says_meets_what_the_body_does_without_a_lost_race()
    {
        var number = room.NextNumber();
        var id = (await room.NewCaseAsync(number)).Text("id");
        var risks = Enumerable.Range(0, 6)
            .Select(n => room.Clerk.ActAsync(id, "risk", new { level = n % 2 == 0 ? "yellow" : "green", reason = "评估" }, $"\"{n + 1}\""));

        var recalled = await room.TellAsync("recall", new { courtCaseNo = number, reason = "收回" });
        await Task.WhenAll(risks);

        Assert.True((int)recalled.StatusCode == 200, await recalled.Content.ReadAsStringAsync());
    }
}
