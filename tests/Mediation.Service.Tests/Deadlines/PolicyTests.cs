using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Deadlines;

public sealed class PolicyTests : IAsyncLifetime
{
    private const string Path = "/api/v1/policies/deadlines";
    private readonly Desk desk = new();
    private HttpClient admin = null!;

    private TestService Service => desk.Service;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        admin = Service.As("admin");
        admin.DefaultRequestHeaders.Add("Accept-Language", "en");
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_new_policy_ends_the_one_it_replaces_and_moves_no_running_clock()
    {
        var running = await desk.AssignedAsync();

        var added = await AddAsync(People(days: 45));

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("/api/v1/policies/deadlines/term.people.20261101", added.Headers.Location!.ToString());
        Assert.Equal("2026-10-31", (await OkAsync(Path + "/term.people")).Text("to"));
        Assert.False((await OkAsync(Path + "/term.people.20261101")).GetProperty("inForce").GetBoolean());
        await RecountAsync();
        Assert.Equal(("term.people", "2026-11-20"), await TermAsync(running));
        Service.Clock.Advance(TimeSpan.FromDays(12));
        Assert.Equal(("term.people.20261101", "2026-12-17"), await TermAsync(await desk.AssignedAsync()));
        Assert.Equal(("term.people", "2026-11-20"), await TermAsync(running));
    }

    [Fact]
    public async Task A_policy_that_says_so_moves_each_running_clock_with_an_event()
    {
        var (running, suspended, closed) = (await desk.AssignedAsync(), await desk.AssignedAsync(), await desk.AssignedAsync());
        await desk.Mediator.DoAsync(suspended, "suspend", new { reason = "等待鉴定" });
        await desk.Mediator.DoAsync(closed, "fail", new { reason = "deadlock" });

        await AddAsync(People(days: 45, running: true));
        var first = await RecountAsync();
        var again = await RecountAsync();

        Assert.Equal((2, 2, 0), (first.Moved, first.Recounted, first.Failed));
        Assert.Equal((0, 0), (again.Moved, again.Recounted));
        Assert.Equal(("term.people.20261101", "2026-12-07"), await TermAsync(running));
        Assert.Equal(("term.people.20261101", "2026-12-07"), await TermAsync(suspended));
        Assert.Equal(("term.people", "2026-11-20"), await TermAsync(closed));
        var told = (await desk.TimelineAsync(running))[^1];
        Assert.Equal(("clockRecomputed", "system"), (told.Text("kind"), told.Text("actor")));
        Assert.Contains("由2026年11月20日改为2026年12月7日", told.Text("summary"), StringComparison.Ordinal);
        Assert.Contains((await desk.GetAsync(running)).GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term")
            .GetProperty("explanation").EnumerateArray(),
            line => line.Text("code") == "recount" && line.Text("text").Contains("term.people.20261101", StringComparison.Ordinal));
        // Nodes may have decided by the old table for a minute: the request stays open until that is past.
        Assert.Equal(1, await OpenRecountsAsync());
        Service.Clock.Advance(TimeSpan.FromMinutes(3));
        await RecountAsync();
        Assert.Equal(0, await OpenRecountsAsync());
        var findings = new StringWriter();
        Assert.True((await RebuildCheck.RunAsync(Service.Db, findings, CancellationToken.None)).Findings == 0, findings.ToString());
    }

    [Theory]
    [InlineData(null, 1, 0, 1)]
    [InlineData(2, 2, 0, 2)]
    public async Task A_trial_says_how_many_more_would_be_late_and_changes_nothing(int? months, int clocks, int before, int after)
    {
        await desk.AssignedAsync();
        var closed = await desk.AssignedAsync();
        Service.Clock.Advance(TimeSpan.FromDays(15));
        await desk.Mediator.DoAsync(closed, "fail", new { reason = "deadlock" });
        var events = await EventsAsync();

        var answer = await admin.PostAsync(Path + "/simulate", JsonContent.Create(
            SimulatePolicy.Example with { From = new(2026, 11, 1), Days = 10, Months = months }, options: ApiJson.Output));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var told = await answer.JsonAsync();
        Assert.Equal((clocks, before, after, after - before), (told.GetProperty("clocks").GetInt32(), told.GetProperty("overdueBefore")
            .GetInt32(), told.GetProperty("overdueAfter").GetInt32(), told.GetProperty("more").GetInt32()));
        Assert.Equal(Desk.Committee, Assert.Single(told.GetProperty("bodies").EnumerateArray()).Text("body"));
        Assert.All(told.GetProperty("examples").EnumerateArray(),
            hit => Assert.Equal(("2026-11-20", "2026-11-02"), (hit.Text("dueOn"), hit.Text("wouldBeDueOn"))));
        Assert.Equal(events, await EventsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(Path + "/term.people.20261101")).StatusCode);
    }

    [Fact]
    public async Task A_trial_over_the_journal_counts_each_start_of_the_inactivity_clock()
    {
        var id = await desk.AssignedAsync();
        Service.Clock.Advance(TimeSpan.FromDays(20));
        await desk.Mediator.DoAsync(id, "consents", new { party = "p1", given = true, how = "书面" });
        Service.Clock.Advance(TimeSpan.FromDays(1));
        var proposed = new SimulatePolicy
        {
            Clock = ClockName.Inactivity,
            Risk = Domain.Risk.Green,
            From = new(2026, 11, 20),
            Unit = TimeUnit.WorkingDays,
            Days = 5,
            OfHouse = true,
            Basis = new BasisView("内部管理规定", "Rule of the house"),
            Replaces = "inactivity.green",
            Months = 1,
        };

        var told = await (await admin.PostAsync(Path + "/simulate", JsonContent.Create(proposed, options: ApiJson.Output))).JsonAsync();

        // At the centre, silent for twenty days with the body, and begun anew yesterday: only the second would be late.
        Assert.Equal((3, 0, 1), (told.GetProperty("clocks").GetInt32(), told.GetProperty("overdueBefore").GetInt32(),
            told.GetProperty("overdueAfter").GetInt32()));
    }

    [Fact]
    public async Task A_clock_that_a_change_leaves_overdue_is_told_so_by_the_next_sweep()
    {
        var running = await desk.AssignedAsync();
        Service.Clock.Advance(TimeSpan.FromDays(12));

        await AddAsync(People(days: 5, running: true) with { From = new(2026, 10, 1) });
        await RecountAsync();
        await SendAsync(new SweepClocks());

        Assert.Equal(("term.people.20261001", "2026-10-26"), await TermAsync(running));
        Assert.Equal("overdue", (await desk.GetAsync(running)).Text("timeliness"));
    }

    [Fact]
    public async Task Ending_a_policy_without_one_that_follows_is_refused_and_a_special_one_may_end()
    {
        var refused = await EndAsync("intake", "2027-01-31");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("From 1 February 2027 on no policy would apply",
            await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await EndAsync("term.nobody", "2027-01-31")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync(Path + "/intake/end", new { })).StatusCode);

        var special = await AddAsync(People(days: 60) with { Category = "08", Replaces = null, From = new(2026, 12, 1) });
        Assert.Equal(HttpStatusCode.Created, special.StatusCode);
        Assert.Equal("term.people.08.20261201", (await OkAsync(Path + "/due?category=08&startedOn=2026-12-01")).Text("policy"));
        var withdrawn = await EndAsync("term.people.08.20261201", "2026-11-30");

        Assert.Equal(HttpStatusCode.OK, withdrawn.StatusCode);
        Assert.Equal("term.people", (await OkAsync(Path + "/due?category=08&startedOn=2026-12-01")).Text("policy"));
        Assert.Equal("term.people.08.20261201-2", (await (await AddAsync(
            People(days: 50) with { Category = "08", Replaces = null, From = new(2026, 12, 1) })).JsonAsync()).Text("id"));
    }

    [Fact]
    public async Task A_case_whose_policy_another_node_has_just_added_is_read_and_acted_on()
    {
        var id = await desk.AssignedAsync();
        await using (var connection = await Service.Db.OpenConnectionAsync())
        {
            // As another node would: this one has the table in memory and is told nothing.
            await connection.ExecuteAsync("update deadline_policy set to_date = '2026-10-31' where id = 'term.people'");
            await connection.ExecuteAsync("""
                insert into deadline_policy (id, clock, track, from_date, starts, stops, unit, days, rolls, pauses, extension_consent,
                    warn_working_days, basis_zh, basis_en, of_house, created_by, created_at)
                values ('term.other', 'term', 'people', '2026-11-01', 'takenUp', 'mediationEnded', 'calendarDays', 60, true, true, 'nobody',
                    3, '规定', 'Rule', true, 'admin', now());
                insert into clock_recount (id, cause, by, requested_by, requested_at)
                    values (gen_random_uuid(), 'policy', 'term.other', 'admin', '2026-10-21 02:00:00Z');
                """);
        }

        await RecountAsync();

        Assert.Equal(("term.other", "2026-12-21"), await TermAsync(id));
        await desk.Mediator.DoAsync(id, "extend", new { days = 1, consents = Array.Empty<string>() });
        Assert.Contains((await desk.GetAsync(id)).GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term")
            .GetProperty("explanation").EnumerateArray(),
            line => line.Text("code") == "extension" && line.Text("text").Contains("依规定无须当事人同意", StringComparison.Ordinal));
    }

    private async Task<(string Policy, string DueOn)> TermAsync(string id)
    {
        var term = (await desk.GetAsync(id)).GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term");
        return (term.Text("policy"), term.Text("dueOn"));
    }

    private Task<RecountClocks.Result> RecountAsync() => SendAsync(new RecountClocks());

    private async Task<T> SendAsync<T>(IRequest<T> request)
    {
        await using var scope = Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private async Task<long> EventsAsync()
    {
        await using var connection = await Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("select count(*) from case_event");
    }

    private async Task<int> OpenRecountsAsync()
    {
        await using var connection = await Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("select count(*)::int from clock_recount where done_at is null");
    }

    private Task<HttpResponseMessage> EndAsync(string policy, string to) => admin.PostAsJsonAsync($"{Path}/{policy}/end", new { to });

    private async Task<JsonElement> OkAsync(string path)
    {
        var answer = await admin.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> AddAsync(AddPolicy policy) =>
        admin.PostAsync(Path, JsonContent.Create(policy, options: ApiJson.Output));

    private static AddPolicy People(int days, bool running = false) =>
        AddPolicy.Example with { From = new(2026, 11, 1), Days = days, RunningClocks = running };
}
