using System.Net;

namespace Mediation.Service.Tests.Cases;

/// <summary>Changes that meet, and days on which things happened before they were recorded.</summary>
public sealed class RivalsAndDatesTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task Of_rivals_on_one_version_exactly_one_wins()
    {
        var id = await desk.AssignedAsync();
        var tag = await desk.TagAsync(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            desk.Mediator.ActAsync(id, "consents", new { party = "p1", given = true, how = "书面" }, tag)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_business_date_may_not_lie_ahead_and_an_earlier_one_needs_its_reason()
    {
        var id = await desk.OpenAsync();
        await (await desk.Clerk.ActAsync(id, "accept", new { on = desk.Day(1) }, "\"1\"")).RefusedAsync(409, "date.future");
        desk.Service.Clock.Advance(TimeSpan.FromDays(2));
        await desk.Clerk.DoAsync(id, "accept");

        await (await desk.Clerk.ActAsync(id, "refer", new { body = Desk.Committee, on = desk.Day(-1) }, "\"2\""))
            .RefusedAsync(422, "lateReason.required");
        var late = await desk.Clerk.ActAsync(id, "refer", new { body = Desk.Committee, on = desk.Day(-1), lateReason = "补录" }, "\"2\"");

        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Equal(desk.Day(-1), (await desk.TimelineAsync(id))[2].Text("on"));
    }
}
