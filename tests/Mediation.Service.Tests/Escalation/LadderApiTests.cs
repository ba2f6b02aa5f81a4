using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Escalation;

public sealed class LadderApiTests : IAsyncLifetime
{
    private const string Path = "/api/v1/policies/ladders";
    private readonly Desk desk = new();
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        admin = desk.Service.As("admin");
        admin.DefaultRequestHeaders.Add("Accept-Language", "en");
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_ladder_that_is_added_tells_the_clocks_that_run_out_from_then_on_and_ends_on_its_day()
    {
        var id = await desk.AssignedAsync();
        var added = await admin.PostAsJsonAsync(Path, Neighbours());

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(Path + "/term.02.20260101", added.Headers.Location!.ToString());
        var next = (await OkAsync($"/api/v1/cases/{id}/ladder", desk.Head)).GetProperty("next").EnumerateArray()
            .Where(coming => coming.Text("clock") == "term").ToList();
        Assert.Equal(["邻里", "邻里"], next.Select(coming => coming.Text("ladder")));
        Assert.Equal(["mediator", "head"], next.Select(coming => coming.Text("rung")));

        var ended = await admin.PostAsJsonAsync(Path + "/term.02.20260101/end", new { to = "2026-01-31" });
        Assert.Equal("2026-01-31", (await ended.JsonAsync()).Text("to"));
        Assert.False((await OkAsync(Path + "/term.02.20260101")).GetProperty("inForce").GetBoolean());
    }

    [Theory]
    [InlineData("steps[1].to", """[{"to":"head","after":1},{"to":"mediator","after":3}]""")]
    [InlineData("steps[0].to", """[{"after":1}]""")]
    [InlineData("steps[0].to", """[{"to":"above","up":3,"after":1}]""")]
    [InlineData("steps[0].after", """[{"to":"head","after":-1}]""")]
    [InlineData("steps", "[]")]
    public async Task A_ladder_that_loops_tells_nobody_or_goes_back_in_time_is_refused_with_field_and_reason(string field, string steps)
    {
        var refused = await admin.PostAsJsonAsync(Path, Neighbours(JsonSerializer.Deserialize<JsonElement>(steps)));
        await refused.RefusedAsync(422, "ladder.invalid");
        Assert.True((await refused.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Overlapping_validity_the_end_of_the_general_ladder_and_other_roles_are_refused()
    {
        Assert.Equal(HttpStatusCode.Created, (await admin.PostAsJsonAsync(Path, Neighbours())).StatusCode);
        var again = await admin.PostAsJsonAsync(Path, Neighbours());
        await again.RefusedAsync(422, "ladder.invalid");
        Assert.True((await again.JsonAsync()).GetProperty("errors").TryGetProperty("from", out _));
        await (await admin.PostAsJsonAsync(Path + "/default/end", new { to = "2027-01-01" })).RefusedAsync(422, "ladder.invalid");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsJsonAsync(Path + "/none/end", new { to = "2027-01-01" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Head.PostAsJsonAsync(Path, Neighbours())).StatusCode);
    }

    [Fact]
    public async Task A_trial_counts_who_would_be_told_and_writes_nothing()
    {
        await desk.AssignedAsync();
        var tried = await (await admin.PostAsJsonAsync(Path + "/simulate", Neighbours())).JsonAsync();

        Assert.True(tried.GetProperty("clocks").GetInt32() > 0);
        var rungs = tried.GetProperty("rungs").EnumerateArray().ToDictionary(row => row.Text("rung"),
            row => (row.GetProperty("tellingsNow").GetInt32(), row.GetProperty("tellingsThen").GetInt32()));
        Assert.Equal(0, rungs["centre"].Item2);
        Assert.True(rungs["centre"].Item1 > 0);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(Path + "/term.02.20260101")).StatusCode);
    }

    [Fact]
    public async Task The_inbox_goes_on_page_by_page_to_its_end()
    {
        await desk.AssignedAsync();
        await desk.AssignedAsync();
        desk.Service.Clock.Advance(TimeSpan.FromDays(60));
        await SweepAsync();
        var whole = Ids(await OkAsync("/api/v1/notices?all=true", desk.Mediator));
        Assert.True(whole.Count > 2);

        var (pages, address) = (new List<string>(), "/api/v1/notices?all=true&limit=2");
        for (var next = address; next is not null;)
        {
            var page = await OkAsync(next, desk.Mediator);
            pages.AddRange(Ids(page));
            next = page.GetProperty("next").GetString() is { } cursor ? address + "&after=" + cursor : null;
        }

        Assert.Equal(whole, pages);
        await (await desk.Mediator.GetAsync("/api/v1/notices?after=nonsense")).RefusedAsync(400, "cursor.invalid");

        static List<string> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.Text("id"))];
    }

    [Fact]
    public async Task Who_is_told_finds_it_in_the_inbox_answers_once_and_the_case_shows_it()
    {
        var id = await desk.AssignedAsync();
        desk.Service.Clock.Advance(TimeSpan.FromDays(60));
        await SweepAsync();
        var mine = (await OkAsync("/api/v1/notices", desk.Mediator)).GetProperty("items").EnumerateArray()
            .First(item => item.Text("clock") == "term");
        var (notice, address) = (mine.Text("id"), $"/api/v1/notices/{mine.Text("id")}/answer");

        Assert.Equal(HttpStatusCode.NotFound,
            (await desk.Service.As("clerk.430302001").PostAsJsonAsync(address, new { text = "不是我" })).StatusCode);
        Assert.Equal("周五再次调解",
            (await (await desk.Mediator.PostAsJsonAsync(address, new { text = "周五再次调解" })).JsonAsync()).Text("response"));
        await (await desk.Mediator.PostAsJsonAsync(address, new { text = "改为周六" })).RefusedAsync(409, "notice.answered");
        Assert.DoesNotContain((await OkAsync("/api/v1/notices", desk.Mediator)).GetProperty("items").EnumerateArray(),
            item => item.Text("id") == notice);
        Assert.Contains((await OkAsync($"/api/v1/cases/{id}/ladder", desk.Head)).GetProperty("told").EnumerateArray(),
            told => told.Text("clock") == "term" && told.TryGetProperty("response", out var answer) && answer.GetString() == "周五再次调解");
    }

    [Fact]
    public async Task An_answer_is_in_the_journal_and_ends_the_repetitions_of_its_step_alone()
    {
        await admin.PostAsJsonAsync(Path, Neighbours(new object[]
        {
            new { to = "mediator", unit = "hours", after = 1, repeatEvery = 5, repeatTimes = 2 },
            new { to = "head", unit = "hours", after = 20, ask = "plan" },
        }));
        var (answering, silent) = (await desk.AssignedAsync(), await desk.AssignedAsync());
        var due = (await OkAsync($"/api/v1/cases/{answering}", desk.Head)).GetProperty("clocks").EnumerateArray()
            .First(clock => clock.Text("name") == "term")
            .GetProperty("dueAt").GetDateTimeOffset();
        desk.Service.Clock.Advance(due.AddHours(1) - desk.Service.Clock.GetUtcNow());
        await SweepAsync();
        Assert.Equal(["1/1"], await ToldAsync(answering));
        var caseNo = (await OkAsync($"/api/v1/cases/{answering}", desk.Head)).Text("caseNo");
        var notice = (await OkAsync("/api/v1/notices", desk.Mediator)).GetProperty("items").EnumerateArray()
            .First(item => item.Text("clock") == "term" && item.Text("caseNo") == caseNo);
        var answered = await desk.Mediator.PostAsJsonAsync($"/api/v1/notices/{notice.Text("id")}/answer", new { text = "本周内报送结果" });
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        desk.Service.Clock.Advance(TimeSpan.FromHours(11));
        await SweepAsync();
        Assert.Equal(["1/1"], await ToldAsync(answering));
        Assert.Equal(["1/1", "1/2", "1/3"], await ToldAsync(silent));
        desk.Service.Clock.Advance(TimeSpan.FromHours(8));
        await SweepAsync();
        Assert.Equal(["1/1", "2/1"], await ToldAsync(answering));

        var told = (await OkAsync($"/api/v1/cases/{answering}/ladder", desk.Head)).GetProperty("told").EnumerateArray()
            .First(one => one.Text("clock") == "term");
        Assert.Equal("本周内报送结果", told.Text("response"));
        Assert.NotEqual("", told.Text("answeredBy"));
        var said = (await OkAsync($"/api/v1/cases/{answering}/timeline", desk.Head)).GetProperty("items").EnumerateArray()
            .Single(one => one.Text("kind") == "noticeAnswered");
        Assert.Contains("本周内报送结果", said.Text("summary"), StringComparison.Ordinal);
        await using var scope = desk.Service.Scope();
        var db = scope.ServiceProvider.GetRequiredService<NpgsqlDataSource>();
        await using (var command = db.CreateCommand(
            "select count(*) from case_event where kind = 'noticeAnswered' and body::text not like '%本周内%'"))
            Assert.Equal(1L, await command.ExecuteScalarAsync());
        var findings = new StringWriter();
        Assert.True(0 == (await RebuildCheck.RunAsync(db, findings, CancellationToken.None)).Findings, findings.ToString());

        async Task<string[]> ToldAsync(string id) =>
            [.. (await OkAsync($"/api/v1/cases/{id}/ladder", desk.Head)).GetProperty("told").EnumerateArray()
                .Where(one => one.Text("clock") == "term")
                .Select(one => $"{one.GetProperty("step").GetInt32()}/{one.GetProperty("time").GetInt32()}")];
    }

    [Fact]
    public async Task When_the_case_is_closed_nothing_is_asked_for_any_more()
    {
        var id = await desk.AssignedAsync();
        desk.Service.Clock.Advance(TimeSpan.FromDays(60));
        await SweepAsync();
        var mine = (await OkAsync("/api/v1/notices", desk.Mediator)).GetProperty("items").EnumerateArray()
            .First(item => item.Text("clock") == "term");
        await desk.Mediator.DoAsync(id, "fail", new { reason = "deadlock" });

        var caseNo = mine.Text("caseNo");
        Assert.DoesNotContain((await OkAsync("/api/v1/notices", desk.Mediator)).GetProperty("items").EnumerateArray(),
            item => item.Text("caseNo") == caseNo && item.Text("clock") == "term");
        await (await desk.Mediator.PostAsJsonAsync($"/api/v1/notices/{mine.Text("id")}/answer", new { text = "迟到的答复" }))
            .RefusedAsync(409, "notice.settled");
    }

    private static object Neighbours(object? steps = null) => new
    {
        name = new { zh = "邻里", en = "Neighbours" },
        clock = "term",
        category = "02",
        from = "2026-01-01",
        steps = steps ?? new object[] { new { to = "mediator", unit = "hours", after = 0 },
            new { to = "head", unit = "workingDays", after = 1, ask = "plan" } },
    };

    private async Task SweepAsync()
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
    }

    private async Task<JsonElement> OkAsync(string path, HttpClient? by = null)
    {
        var answer = await (by ?? admin).GetAsync(path);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode}");
        return await answer.JsonAsync();
    }
}
