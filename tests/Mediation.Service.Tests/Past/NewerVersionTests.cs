using System.Net;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Tests.Cases;
using Npgsql;

namespace Mediation.Service.Tests.Past;

/// <summary>While nodes are updated one by one, this version meets what the next one writes.</summary>
public sealed class NewerVersionTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public void Members_of_an_event_that_a_newer_version_added_are_passed_over() =>
        Assert.Equal(new CaseEvent.NotAccepted(NotAcceptReason.Crime).Reason,
            Assert.IsType<CaseEvent.NotAccepted>(CaseJson.Parse("notAccepted", """{"reason":"crime","colour":{"of":["blue"]}}""")).Reason);

    [Fact]
    public async Task A_case_with_what_only_a_newer_version_knows_is_shown_and_refuses_to_be_changed()
    {
        var id = await desk.AssignedAsync();
        var seen = (await desk.GetAsync(id)).GetProperty("version").GetInt32();
        await SpoilAsync(id, "state = (state::jsonb || '{\"colour\":\"blue\"}')::json");
        await using (var owner = new NpgsqlConnection(desk.Service.OwnerConnectionString))
        {
            await owner.ExecuteAsync("""
                insert into case_event (case_id, seq, kind, at, happened_on, actor, body, prev_hash, hash)
                select case_id, seq + 1, 'painted', at, happened_on, 'clerk.430104', '{"colour":"blue"}', hash, '\x00' from case_event
                where case_id = @id and seq = @seen
                """, new { id = Guid.Parse(id), seen });
            await owner.ExecuteAsync("""
                insert into case_event (case_id, seq, kind, at, happened_on, actor, body, prev_hash, hash)
                select case_id, seq + 1, 'notAccepted', at, happened_on, 'clerk.430104', '{"reason":"tooBlue"}', hash, '\x00'
                from case_event where case_id = @id and kind = 'painted'
                """, new { id = Guid.Parse(id) });
        }

        Assert.Equal("assigned", (await desk.GetAsync(id)).Text("status"));
        var timeline = await desk.TimelineAsync(id);
        Assert.Equal([("painted", "painted"), ("notAccepted", "notAccepted")],
            timeline.TakeLast(2).Select(item => (item.Text("kind"), item.Text("summary"))));
        Assert.Equal(HttpStatusCode.OK, (await desk.Clerk.GetAsync($"/api/v1/cases/{id}/lights")).StatusCode);
        var refused = await desk.Mediator.ActAsync(id, "consents", new { party = "p1", given = true, how = "书面" }, await desk.TagAsync(id));
        await refused.RefusedAsync(409, "case.newerVersion");
        Assert.Contains("\"colour\"", await StateAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_with_a_value_that_only_a_newer_version_knows_says_so()
    {
        var id = await desk.OpenAsync();
        await SpoilAsync(id, "state = (state::jsonb || '{\"status\":\"painted\"}')::json");

        await (await desk.Clerk.GetAsync($"/api/v1/cases/{id}")).RefusedAsync(503, "case.newerVersion");
    }

    [Fact]
    public void A_fold_with_unknown_members_decides_nothing_not_even_for_the_sweep()
    {
        var state = PastVersion.Lines(PastVersion.First, "journal.jsonl.gz").First(line => line.TryGetProperty("State", out _))
            .GetProperty("State").GetString()!;
        var newer = CaseJson.ParseCase(state[..^1] + ",\"colour\":\"blue\"}");
        Assert.True(newer.IsOfNewerVersion);
        Assert.Throws<JsonException>(() => CaseJson.ParseCase("null"));
        foreach (var command in new CaseCommand[] { new CaseCommand.Tick(), new CaseCommand.Archive(), new CaseCommand.Resume() })
            Assert.Equal("case.newerVersion", Decide.Handle(newer, command, null!).Refusal?.Code);
    }

    private async Task SpoilAsync(string id, string set)
    {
        await using var owner = new NpgsqlConnection(desk.Service.OwnerConnectionString);
        Assert.Equal(1, await owner.ExecuteAsync($"update cases set {set} where id = @id", new { id = Guid.Parse(id) }));
    }

    private async Task<string> StateAsync(string id)
    {
        await using var owner = new NpgsqlConnection(desk.Service.OwnerConnectionString);
        return (await owner.ExecuteScalarAsync<string>("select state::text from cases where id = @id", new { id = Guid.Parse(id) }))!;
    }
}
