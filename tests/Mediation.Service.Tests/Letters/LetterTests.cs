using System.Net;
using System.Text.Json;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Letters;

/// <summary>A service of its own for each test: numbers are counted and the clock is moved.</summary>
public sealed class LetterTests : IAsyncLifetime
{
    private const string Department = "430104-housing";
    private readonly Desk desk = new();
    private HttpClient supervisor = null!;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        supervisor = desk.Service.As("supervisor.430104");
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task A_letter_is_sent_replied_to_and_closed_each_by_its_own_side()
    {
        var id = await desk.AssignedAsync();
        var sent = (await supervisor.DoAsync(id, "letters", Letter(desk.Day(5)))).GetProperty("letters")[0];
        Assert.Equal(("督〔2026〕1号", "supervision", Desk.Committee), (sent.Text("no"), sent.Text("kind"), sent.Text("to")));
        await (await desk.Clerk.ActAsync(id, "letters/1/reply", new { text = "代复" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "letter.notAddressee");
        await (await desk.Clerk.ActAsync(id, "letters/1/close", null, await desk.TagAsync(id))).RefusedAsync(409, "letter.notIssuer");

        var replied = await desk.Head.DoAsync(id, "letters/1/reply", new { text = "本周五再次调解" });
        Assert.Equal("met", Clock(replied, "letterReply").Text("state"));
        await (await desk.Head.ActAsync(id, "letters/1/reply", new { text = "再复" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "letter.replied");
        var closed = await supervisor.DoAsync(id, "letters/1/close", new { remarks = "同意" });

        Assert.Equal((desk.Today, "同意"),
            (closed.GetProperty("letters")[0].Text("closedOn"), closed.GetProperty("letters")[0].Text("remarks")));
        await (await supervisor.ActAsync(id, "letters/1/close", null, await desk.TagAsync(id))).RefusedAsync(409, "letter.closed");
        Assert.Equal(["letterSent", "letterReplied", "letterClosed"],
            (await desk.TimelineAsync(id)).TakeLast(3).Select(item => item.Text("kind")));
        var item = (await (await supervisor.GetAsync("/api/v1/letters?state=closed")).JsonAsync()).GetProperty("items")[0];
        Assert.Equal(("督〔2026〕1号", "closed"), (item.Text("no"), item.Text("state")));
        await VerifiedAsync();
    }

    [Fact]
    public async Task Letters_sent_at_the_same_time_get_numbers_without_a_gap()
    {
        var cases = new List<string>();
        for (var n = 0; n < 12; n++) cases.Add(await desk.AssignedAsync());

        await Task.WhenAll(cases.Select(id => supervisor.DoAsync(id, "letters", Letter(desk.Day(5)))));
        await desk.Clerk.DoAsync(cases[0], "letters", new { to = Department, text = "请协助", replyBy = desk.Day(3), kind = "assignment" });

        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        var numbers = (await connection.QueryAsync<(string Issuer, int Number)>("select issuer, number from letter order by number"))
            .ToLookup(row => row.Issuer, row => row.Number);
        Assert.Equal([12, 1], numbers.Select(group => group.Count()).OrderDescending());
        Assert.Equal(Enumerable.Range(1, 12), numbers.First(group => group.Count() == 12));
    }

    [Fact]
    public async Task Without_a_reply_it_goes_up_and_the_issuer_is_told()
    {
        var id = await desk.AssignedAsync();
        await supervisor.DoAsync(id, "letters", Letter(desk.Day(2)));
        desk.Service.Clock.Advance(TimeSpan.FromDays(30));

        await SweepAsync();

        Assert.Equal("overdue", Clock(await desk.GetAsync(id), "letterReply").Text("timeliness"));
        Assert.Contains(await desk.TimelineAsync(id),
            item => item.Text("kind") == "escalated" && item.Text("summary").Contains("督办回复", StringComparison.Ordinal));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(
            "select count(*)::int from notice where case_id = @id::uuid and kind = 'unanswered'", new { id }));
        Assert.Equal("overdue",
            (await (await supervisor.GetAsync("/api/v1/letters?state=overdue")).JsonAsync()).GetProperty("items")[0].Text("state"));
    }

    [Fact]
    public async Task A_bad_letter_is_refused()
    {
        var id = await desk.AssignedAsync();
        var tag = await desk.TagAsync(id);
        await (await supervisor.ActAsync(id, "letters", new { to = "nowhere", text = "请说明", replyBy = desk.Day(2) }, tag))
            .RefusedAsync(422, "to.unknown");
        await (await supervisor.ActAsync(id, "letters", Letter(desk.Day(-1)), tag)).RefusedAsync(422, "letter.replyBy");
        await (await desk.Clerk.ActAsync(id, "letters", new { to = "430104-centre", text = "请说明", replyBy = desk.Day(2) }, tag))
            .RefusedAsync(422, "letter.self");
        await (await supervisor.ActAsync(id, "letters", new { to = Desk.Committee, text = "请说明", replyBy = "2026-02-30" }, tag))
            .RefusedAsync(400, "body.malformed");
        await (await desk.Mediator.ActAsync(id, "letters", Letter(desk.Day(2)), tag)).RefusedAsync(403, "forbidden");
        await (await desk.Head.ActAsync(id, "letters/1/reply", new { text = "复" }, tag)).RefusedAsync(409, "letter.unknown");
        await supervisor.DoAsync(id, "letters", Letter(desk.Day(2)));
        await (await desk.Head.ActAsync(id, "letters/7/reply", new { text = "复" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "letter.unknown");
        Assert.Equal(HttpStatusCode.BadRequest, (await supervisor.GetAsync("/api/v1/letters?state=lost")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Service.As("court.430104").GetAsync("/api/v1/letters")).StatusCode);
    }

    [Fact]
    public async Task Departments_that_were_called_see_the_case_and_each_answers()
    {
        var id = await desk.AssignedAsync();
        var department = desk.Service.As("liaison.430104");
        Assert.Equal(HttpStatusCode.NotFound, (await department.GetAsync($"/api/v1/cases/{id}")).StatusCode);
        await desk.Mediator.DoAsync(id, "whistle",
            new { departments = new[] { Department, "430104-centre" }, question = "电梯维修资金如何动用", answerBy = desk.Day(2) });
        await (await desk.Head.ActAsync(id, "whistle/1/answer", new { text = "代答" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "whistle.notAsked");

        var first = await department.DoAsync(id, "whistle/1/answer", new { text = "明日派员到场" });
        await (await department.ActAsync(id, "whistle/1/answer", new { text = "再答" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "whistle.answered");
        Assert.Equal("running", Clock(first, "whistleAnswer").Text("state"));
        var second = await desk.Clerk.DoAsync(id, "whistle/1/answer", new { text = "中心协调" });

        Assert.Equal("met", Clock(second, "whistleAnswer").Text("state"));
        Assert.Equal(2, second.GetProperty("whistles")[0].GetProperty("answers").GetArrayLength());
        await VerifiedAsync();
    }

    [Fact]
    public async Task An_unanswered_call_goes_up_to_the_department_that_has_not_answered()
    {
        var id = await desk.AssignedAsync();
        await desk.Mediator.DoAsync(id, "whistle", new { departments = new[] { Department }, question = "请到场", answerBy = desk.Day(1) });
        desk.Service.Clock.Advance(TimeSpan.FromDays(30));

        await SweepAsync();

        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        var told = (await connection.QueryAsync<string>(
            "select body from escalation where case_id = @id::uuid and clock = 'whistleAnswer:1' order by step", new { id })).ToList();
        Assert.Contains(Department, told);
        Assert.Contains("430104-centre", told);
    }

    [Fact]
    public async Task A_bad_call_is_refused()
    {
        var id = await desk.AssignedAsync();
        var tag = await desk.TagAsync(id);
        await (await desk.Mediator.ActAsync(id, "whistle",
            new { departments = Array.Empty<string>(), question = "请到场", answerBy = desk.Day(1) }, tag)).RefusedAsync(400, "validation");
        await (await desk.Mediator.ActAsync(id, "whistle",
            new { departments = new[] { "nowhere" }, question = "请到场", answerBy = desk.Day(1) }, tag))
            .RefusedAsync(422, "departments.unknown");
        await (await desk.Mediator.ActAsync(id, "whistle",
            new { departments = new[] { Desk.Committee }, question = "请到场", answerBy = desk.Day(1) }, tag))
            .RefusedAsync(422, "whistle.self");
        await (await desk.Mediator.ActAsync(id, "whistle",
            new { departments = new[] { Department }, question = "请到场", answerBy = desk.Day(-1) }, tag))
            .RefusedAsync(422, "whistle.answerBy");
        await (await supervisor.ActAsync(id, "whistle",
            new { departments = new[] { Department }, question = "请到场", answerBy = desk.Day(1) }, tag)).RefusedAsync(403, "forbidden");
    }

    private static object Letter(string replyBy) => new { to = Desk.Committee, text = "该案久拖未结，请书面说明。", replyBy };

    private static JsonElement Clock(JsonElement view, string name) =>
        view.GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == name);

    private async Task SweepAsync()
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
    }

    private async Task VerifiedAsync()
    {
        var findings = new StringWriter();
        Assert.True((await RebuildCheck.RunAsync(desk.Service.Db, findings, CancellationToken.None)).Findings == 0, findings.ToString());
    }
}
