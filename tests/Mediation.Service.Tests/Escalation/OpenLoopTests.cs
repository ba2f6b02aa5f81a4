using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Escalation;

/// <summary>
/// What was begun stands among the open loops from the day it is overdue until somebody ends it, and for nobody who may not see its case.
/// </summary>
public sealed class OpenLoopTests : IAsyncLifetime
{
    private readonly Desk desk = new();
    private HttpClient supervisor = null!;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        supervisor = desk.Service.As("supervisor.430104");
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_letter_stays_open_until_it_is_replied_to_and_closed()
    {
        var id = await desk.AssignedAsync();
        var number = (await desk.GetAsync(id)).Text("caseNo");
        await supervisor.DoAsync(id, "letters", new { to = Desk.Committee, text = "请说明办理情况", replyBy = desk.Day(2) });
        Assert.Empty(await OfAsync(supervisor, "unanswered"));
        desk.Service.Clock.Advance(TimeSpan.FromDays(30));
        await SweepAsync();

        var open = Assert.Single(await OfAsync(supervisor, "unanswered"));
        Assert.Equal((number, "letterReply:1", Desk.Committee), (open.Text("caseNo"), open.Text("clock"), open.Text("body")));
        Assert.Single(await OfAsync(desk.Head, "unanswered"));
        Assert.Empty(await OfAsync(desk.Service.As("head.430302001"), "unanswered"));

        await desk.Head.DoAsync(id, "letters/1/reply", new { text = "已约定周五再次调解" });
        Assert.Empty(await OfAsync(supervisor, "unanswered"));
        Assert.Equal(number, Assert.Single(await OfAsync(supervisor, "letterOpen")).Text("caseNo"));
        await supervisor.DoAsync(id, "letters/1/close");
        Assert.Empty(await OfAsync(supervisor, "letterOpen"));
    }

    [Fact]
    public async Task Who_was_asked_and_has_not_answered_is_named_until_the_answer()
    {
        await desk.AssignedAsync();
        await desk.AssignedAsync();
        desk.Service.Clock.Advance(TimeSpan.FromDays(60));
        await SweepAsync();

        var asked = await OfAsync(supervisor, "noticeUnanswered");
        var mine = asked.First(item => item.TryGetProperty("person", out var person) && person.GetString() == Desk.MediatorName);
        Assert.Equal(asked.Select(item => item.Text("since")).Order(StringComparer.Ordinal), asked.Select(item => item.Text("since")));
        var pages = new List<string>();
        for (var next = "/api/v1/open-loops?kind=noticeUnanswered&limit=1"; next is not null;)
        {
            var page = await (await supervisor.GetAsync(next)).JsonAsync();
            pages.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
            next = page.GetProperty("next").GetString() is { } cursor
                ? "/api/v1/open-loops?kind=noticeUnanswered&limit=1&after=" + cursor : null;
        }

        Assert.Equal(asked.Select(item => item.GetRawText()), pages);
        var notice = (await (await desk.Mediator.GetAsync("/api/v1/notices")).JsonAsync()).GetProperty("items").EnumerateArray()
            .First(item => item.Text("caseNo") == mine.Text("caseNo") && item.Text("clock") == mine.Text("clock"));
        Assert.Equal(HttpStatusCode.OK,
            (await desk.Mediator.PostAsJsonAsync($"/api/v1/notices/{notice.Text("id")}/answer", new { text = "本周内报送" })).StatusCode);
        Assert.Equal(asked.Count - 1, (await OfAsync(supervisor, "noticeUnanswered")).Count);
    }

    [Fact]
    public async Task A_case_that_nothing_presses_would_be_seen()
    {
        var id = await desk.AssignedAsync();
        Assert.Empty(await OfAsync(supervisor, "noClock"));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();

        await connection.ExecuteAsync("update cases set due_at = 'infinity' where id = @id::uuid", new { id });

        Assert.Equal((await desk.GetAsync(id)).Text("caseNo"), Assert.Single(await OfAsync(supervisor, "noClock")).Text("caseNo"));
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        var page = await browser.OpenAsync("/open-loops?kind=noClock");
        Assert.Matches(@"没有期限\s*\(1\)", page.QuerySelector(".tabs a[aria-current=page]")!.TextContent);
        Assert.NotNull(page.QuerySelector("table.cards a[href^='/cases/430104-']"));
    }

    [Fact]
    public async Task What_is_no_kind_or_no_cursor_is_refused_and_a_court_has_no_such_list()
    {
        await (await supervisor.GetAsync("/api/v1/open-loops?kind=lost")).RefusedAsync(400, "validation");
        await (await supervisor.GetAsync("/api/v1/open-loops?after=lost")).RefusedAsync(400, "cursor.invalid");
        await (await desk.Service.As("court.430104").GetAsync("/api/v1/open-loops")).RefusedAsync(403, "forbidden");
    }

    private static async Task<List<JsonElement>> OfAsync(HttpClient reader, string kind)
    {
        var answer = await (await reader.GetAsync("/api/v1/open-loops?kind=" + kind)).JsonAsync();
        var items = answer.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Count,
            answer.GetProperty("counts").EnumerateArray().Single(count => count.Text("kind") == kind).GetProperty("cases").GetInt32());
        return items;
    }

    private async Task SweepAsync()
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
    }
}
