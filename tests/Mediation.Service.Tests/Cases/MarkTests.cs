using System.Net;
using System.Net.Http.Json;
using System.Text;
using Dapper;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Cases;

/// <summary>Somebody's own note and the cases that he follows.</summary>
public sealed class MarkTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task What_one_follows_and_notes_is_there_again_in_a_list_of_its_own_and_nobody_else_sees_it()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");

        var kept = await MarkAsync(desk.Mediator, number, new { followed = true, note = " 周五前再打一次电话 " });

        Assert.Equal("周五前再打一次电话", kept.Text("note"));
        Assert.Equal("周五前再打一次电话", (await ReadAsync(desk.Mediator, number)).Text("note"));
        Assert.False((await ReadAsync(desk.Head, number)).GetProperty("followed").GetBoolean());
        Assert.Contains(number, await FollowedAsync(desk.Mediator));
        Assert.DoesNotContain(number, await FollowedAsync(desk.Head));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        var notes = await connection.QueryAsync<byte[]>("select note_cipher from case_mark where note_cipher is not null");
        Assert.All(notes, note => Assert.DoesNotContain("电话", Encoding.UTF8.GetString(note), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_taken_back_leaves_nothing()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        await MarkAsync(desk.Mediator, number, new { followed = true, note = "短" });

        await MarkAsync(desk.Mediator, number, new { followed = false, note = " " });

        Assert.DoesNotContain(number, await FollowedAsync(desk.Mediator));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>(
            "select count(*)::int from case_mark m join cases c on c.id = m.case_id where c.case_no = @number", new { number }));
    }

    [Fact]
    public async Task A_case_that_one_may_not_see_is_not_marked_and_a_note_has_its_length()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var other = desk.Service.As("head.430302001");

        using var unseen = await other.PostAsJsonAsync($"/api/v1/cases/{number}/mark", new { followed = true });
        await unseen.RefusedAsync(404, "notFound");
        using var late = await other.GetAsync($"/api/v1/cases/{number}/mark");
        await late.RefusedAsync(404, "notFound");
        using var longer = await desk.Mediator.PostAsJsonAsync($"/api/v1/cases/{number}/mark", new { note = new string('长', 2001) });
        await longer.RefusedAsync(400, "validation");
    }

    [Fact]
    public async Task On_the_page_it_is_kept_and_what_is_too_long_stays_in_the_form()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var page = await browser.OpenAsync("/cases/" + number);

        Assert.Equal("/cases/" + number, (await browser.SendAsync(page, new() { ["followed"] = ["true"], ["note"] = ["带合同原件"] })).Location);
        var again = await browser.OpenAsync("/cases/" + number);
        Assert.Equal("带合同原件", again.QuerySelector("#f-note")!.TextContent.Trim());
        Assert.True(again.QuerySelector("#f-followed")!.HasAttribute("checked"));
        Assert.NotNull((await browser.OpenAsync("/?tab=followed")).QuerySelector($"a[href='/cases/{number}']"));

        var (status, _, refused) = await browser.SendAsync(again, new() { ["note"] = [new string('长', 2001)] });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(2001, refused.QuerySelector("#f-note")!.TextContent.Trim().Length);
        Assert.NotNull(refused.QuerySelector(".error-summary a[href='#f-note']"));
    }

    private static async Task<System.Text.Json.JsonElement> MarkAsync(HttpClient by, string number, object mark)
    {
        using var answer = await by.PostAsJsonAsync($"/api/v1/cases/{number}/mark", mark);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task<System.Text.Json.JsonElement> ReadAsync(HttpClient by, string number) =>
        await (await by.GetAsync($"/api/v1/cases/{number}/mark")).JsonAsync();

    private static async Task<IReadOnlyList<string>> FollowedAsync(HttpClient by) =>
        [.. (await (await by.GetAsync("/api/v1/cases?tab=followed&limit=200")).JsonAsync()).GetProperty("items").EnumerateArray()
            .Select(item => item.Text("caseNo"))];
}
