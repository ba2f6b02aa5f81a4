using System.Net;
using System.Net.Http.Json;
using Dapper;
using Mediation.Service.Lights;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Lights;

/// <summary>A service of its own: it moves the clock.</summary>
public sealed class RiskLightTests : IAsyncLifetime
{
    private const string Leader = "supervisor.430104";
    private readonly Desk desk = new();

    public ValueTask InitializeAsync() => desk.InitializeAsync();

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task The_checklists_of_marriage_and_family_have_eight_problems_and_twelve_persons()
    {
        var items = (await (await desk.Clerk.GetAsync($"/api/v1/policies/risk-items?category=01&on={desk.Today}")).JsonAsync())
            .GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(8, items.Count(item => item.Text("list") == "problem"));
        Assert.Equal(12, items.Count(item => item.Text("list") == "person"));
        var neighbours = (await (await desk.Clerk.GetAsync("/api/v1/policies/risk-items?category=02")).JsonAsync())
            .GetProperty("items").EnumerateArray().ToList();
        Assert.DoesNotContain(neighbours, item => item.Text("list") is "problem" or "person");
        Assert.Contains(neighbours, item => item.Text("code") == "tag.mass");
    }

    [Fact]
    public async Task The_service_computes_the_colour_from_the_ticked_items_by_code_or_name()
    {
        var id = await OpenAsync("01");

        var yellow = await desk.Clerk.DoAsync(id, "risk", new { items = new[] { "family.divorce", "person.alcohol" }, reason = "入户走访" });
        var red = await desk.Clerk.DoAsync(id, "risk", new { items = new[] { "家庭暴力" }, reason = "报警记录" });
        var again = await desk.Clerk.DoAsync(id, "risk", new { level = "yellow", reason = "当事人已分开居住" });

        Assert.Equal(("yellow", "red", "yellow"), (yellow.Text("risk"), red.Text("risk"), again.Text("risk")));
        Assert.Equal("family.violence", again.GetProperty("riskItems")[0].GetString());
        Assert.Equal("red", again.Text("riskBase"));
    }

    [Theory]
    [InlineData("family.violence")] // of another category
    [InlineData("nothing.such")]
    [InlineData("医闹")]
    public async Task An_item_that_is_on_no_list_of_the_category_is_refused(string item)
    {
        var id = await OpenAsync("02");

        await (await desk.Clerk.ActAsync(id, "risk", new { items = new[] { item }, reason = "走访" }, await desk.TagAsync(id)))
            .RefusedAsync(422, "items.unknown");
    }

    [Fact]
    public async Task A_level_by_hand_falls_back_after_its_last_day_with_an_event_and_only_once()
    {
        var id = await OpenAsync("01");
        await desk.Clerk.DoAsync(id, "risk",
            new { level = "red", items = new[] { "family.divorce" }, until = desk.Day(2), reason = "扬言报复" });
        Assert.Equal(0, (await EndRisksAsync()).FellBack);
        desk.Service.Clock.Advance(TimeSpan.FromDays(3));

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => EndRisksAsync()));

        Assert.Equal((1, 0), (results.Sum(result => result.FellBack), results.Sum(result => result.Failed)));
        var after = await desk.GetAsync(id);
        Assert.Equal("yellow", after.Text("risk"));
        Assert.False(after.TryGetProperty("riskUntil", out _));
        var last = (await desk.TimelineAsync(id))[^1];
        Assert.Equal(("riskFellBack", "system"), (last.Text("kind"), last.Text("actor")));
        Assert.Equal(0, (await EndRisksAsync()).FellBack);
        var findings = new StringWriter();
        Assert.True((await RebuildCheck.RunAsync(desk.Service.Db, findings, CancellationToken.None)).Findings == 0, findings.ToString());
    }

    [Fact]
    public async Task A_day_taken_back_before_it_passed_ends_nothing()
    {
        var id = await OpenAsync("02");
        await desk.Clerk.DoAsync(id, "risk", new { level = "red", until = desk.Day(2), reason = "扬言报复" });
        await desk.Clerk.DoAsync(id, "risk", new { level = "red", reason = "长期有效" });
        desk.Service.Clock.Advance(TimeSpan.FromDays(5));

        Assert.Equal(0, (await EndRisksAsync()).FellBack);
        Assert.Equal("red", (await desk.GetAsync(id)).Text("risk"));
    }

    [Fact]
    public async Task Red_is_told_at_once_lacks_a_lead_and_stays_unconfirmed_until_the_lead_confirms()
    {
        var id = await OpenAsync("02");
        var supervisor = desk.Service.As(Leader);
        var red = await desk.Clerk.DoAsync(id, "risk", new { level = "red", reason = "扬言报复" });
        Assert.True(red.GetProperty("lacksLead").GetBoolean());
        Assert.Equal(1, await NoticesAsync(id, "riskRed"));
        await (await supervisor.ActAsync(id, "risk/confirm", null, await desk.TagAsync(id))).RefusedAsync(409, "lead.missing");

        var named = await supervisor.DoAsync(id, "lead", new { person = Leader });
        Assert.False(named.GetProperty("lacksLead").GetBoolean());
        Assert.Equal(1, await NoticesAsync(id, "riskRed", Leader));
        await (await desk.Clerk.ActAsync(id, "risk/confirm", null, await desk.TagAsync(id))).RefusedAsync(409, "risk.notLead");

        var confirmed = await supervisor.DoAsync(id, "risk/confirm");
        Assert.NotNull(confirmed.Text("redConfirmedAt"));
        await (await supervisor.ActAsync(id, "risk/confirm", null, await desk.TagAsync(id))).RefusedAsync(409, "risk.confirmed");
        Assert.Equal("redConfirmed", (await desk.TimelineAsync(id))[^1].Text("kind"));
    }

    [Fact]
    public async Task The_time_in_each_light_is_told_for_the_case()
    {
        var id = await OpenAsync("02");
        desk.Service.Clock.Advance(TimeSpan.FromHours(2));
        await desk.Clerk.DoAsync(id, "risk", new { level = "red", reason = "扬言报复" });
        desk.Service.Clock.Advance(TimeSpan.FromHours(3));

        var lights = await (await desk.Clerk.GetAsync($"/api/v1/cases/{id}/lights")).JsonAsync();

        Assert.Equal([120L, 0, 180], lights.GetProperty("risk").EnumerateArray().Select(time => time.GetProperty("minutes").GetInt64()));
        Assert.Equal(300, lights.GetProperty("timeliness")[0].GetProperty("minutes").GetInt64());
        Assert.Equal("red", lights.GetProperty("changes")[0].Text("to"));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Service.As("head.430302001").GetAsync($"/api/v1/cases/{id}/lights")).StatusCode);
    }

    [Fact]
    public async Task The_administrator_adds_and_ends_items_and_nobody_else()
    {
        var admin = desk.Service.As("admin");
        var item = new { code = "sign.arson", list = "sign", nameZh = "扬言纵火", nameEn = "Threatens arson", points = 3 };
        await (await desk.Clerk.PostAsJsonAsync("/api/v1/policies/risk-items", item)).RefusedAsync(403, "forbidden");
        Assert.Equal(HttpStatusCode.Created, (await admin.PostAsJsonAsync("/api/v1/policies/risk-items", item)).StatusCode);
        await (await admin.PostAsJsonAsync("/api/v1/policies/risk-items", item)).RefusedAsync(422, "code.taken");
        var id = await OpenAsync("02");
        Assert.Equal("red", (await desk.Clerk.DoAsync(id, "risk", new { items = new[] { "sign.arson" }, reason = "报警记录" })).Text("risk"));

        await (await admin.PostAsJsonAsync("/api/v1/policies/risk-items/sign.arson/end", new { to = desk.Day(-9) }))
            .RefusedAsync(422, "item.to");
        await (await admin.PostAsJsonAsync("/api/v1/policies/risk-items/none/end", new { to = desk.Today })).RefusedAsync(404, "notFound");
        Assert.Equal(HttpStatusCode.OK,
            (await admin.PostAsJsonAsync("/api/v1/policies/risk-items/sign.arson/end", new { to = desk.Day(-1) })).StatusCode);

        var other = await OpenAsync("02");
        await (await desk.Clerk.ActAsync(other, "risk", new { items = new[] { "sign.arson" }, reason = "走访" }, await desk.TagAsync(other)))
            .RefusedAsync(422, "items.unknown");
        Assert.Equal("red",
            (await desk.Clerk.DoAsync(id, "risk", new { items = new[] { "sign.arson", "tag.mass" }, reason = "复评" })).Text("risk"));
    }

    [Theory]
    [InlineData("""{"code":"a","list":"sign","nameZh":"甲","nameEn":"A","points":1}""", "code")]
    [InlineData("""{"code":"a b","list":"sign","nameZh":"甲","nameEn":"A","points":1}""", "code")]
    [InlineData("""{"code":"ab","nameZh":"甲","nameEn":"A","points":1}""", "list")]
    [InlineData("""{"code":"ab","list":"sign","category":"77","nameZh":"甲","nameEn":"A","points":1}""", "category")]
    [InlineData("""{"code":"ab","list":"sign","nameZh":" ","nameEn":"A","points":1}""", "nameZh")]
    [InlineData("""{"code":"ab","list":"sign","nameZh":"甲","nameEn":"A","points":4}""", "points")]
    [InlineData("""{"code":"ab","list":"sign","nameZh":"甲","nameEn":"A","points":-1}""", "points")]
    [InlineData("""{"code":"ab","list":"sign","nameZh":"甲","nameEn":"A","points":1,"from":"0001-01-01"}""", "from")]
    public async Task A_bad_item_is_refused_with_its_field(string body, string field)
    {
        var answer = await desk.Service.As("admin")
            .PostAsync("/api/v1/policies/risk-items", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private async Task<string> OpenAsync(string category) =>
        (await (await desk.Clerk.PostAsJsonAsync("/api/v1/cases", Desk.Dispute(category: category))).JsonAsync()).Text("id");

    private async Task<EndRisks.Result> EndRisksAsync()
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new EndRisks());
    }

    private async Task<int> NoticesAsync(string id, string kind, string? person = null)
    {
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("""
            select count(*)::int from notice where case_id = @id::uuid and kind = @kind and (@person::text is null or person = @person)
            """, new { id, kind, person });
    }
}
