using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Index;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

public sealed class SafetyIndexTests
{
    private const string Supervisor = "supervisor.430104";
    private const string Of = "/api/v1/reports/index/";

    // Each scores 80 with the first version's targets and floors.
    private static readonly Dictionary<string, decimal> Eighty = new()
    {
        ["criminalCases"] = -2,
        ["theftAndFraud"] = -2,
        ["violentCases"] = -2,
        ["publicOrderCases"] = -2,
        ["trafficAccidents"] = -2,
        ["trafficDeaths"] = -2,
        ["trafficOffences"] = 92,
        ["fires"] = -2,
        ["fireCasualties"] = 2,
        ["fireHazards"] = 92,
        ["senseOfSafety"] = 96,
        ["petitions"] = -2,
        ["partiesSatisfied"] = 92,
    };

    [Fact]
    public async Task The_index_is_entered_and_computed_published_once_and_restated_beside_itself()
    {
        await using var service = await TestService.StartAsync();
        await new ToldCases(service, "430104001", "430104001-committee", Level.Township).TellAsync(
            [.. Enumerable.Range(0, 10)
                .Select(index => new Told(new DateOnly(2026, 9, 1 + index), "02", index < 9 ? Ending.Settled : Ending.Failed))]);
        using var supervisor = service.As(Supervisor);
        var empty = await ReadAsync(supervisor, "2026-09");
        Assert.Equal((4, 14), (empty.GetProperty("groups").GetArrayLength(), Indicators(empty).Count));
        Assert.Equal(1m, Indicators(empty).Values.Sum(row => row.GetProperty("weight").GetDecimal()));
        var settled = Indicators(empty)["disputesSettled"];
        Assert.Equal((true, 90m, 75m), (settled.GetProperty("computed").GetBoolean(), settled.GetProperty("value").GetDecimal(),
            settled.GetProperty("score").GetDecimal()));
        Assert.False(empty.TryGetProperty("value", out _));
        await (await PublishAsync(supervisor, "2026-09")).RefusedAsync(409, "index.incomplete");

        await EnterAsync(supervisor, "2026-09", Eighty);
        // 80 by 0.95 and 75 by 0.05
        Assert.Equal(79.75m, (await ReadAsync(supervisor, "2026-09")).GetProperty("value").GetDecimal());
        using var anybody = service.Anonymous();
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/open/safety-index/430104/2026-09.json")).StatusCode);
        var published = await PublishAsync(supervisor, "2026-09");
        Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync());
        await (await PublishAsync(supervisor, "2026-09")).RefusedAsync(409, "index.published");
        await (await PublishAsync(supervisor, "2026-08")).RefusedAsync(409, "month.order");
        await (await PutAsync(supervisor, "2026-09", new { items = new[] { new { code = "fires", value = 10m } } }))
            .RefusedAsync(409, "index.reason");
        await (await PutAsync(supervisor, "2026-09", new { items = new[] { new { code = "fires", value = 10m } }, reason = "  " }))
            .RefusedAsync(409, "index.reason");
        await EnterAsync(supervisor, "2026-09", new() { ["fires"] = 10 }, "补报一起火灾");

        var restated = await ReadAsync(supervisor, "2026-09");
        // Fires score 50 instead of 80, by 0.08.
        Assert.Equal((77.35m, 79.75m),
            (restated.GetProperty("value").GetDecimal(), restated.GetProperty("published").GetProperty("value").GetDecimal()));
        var entry = Assert.Single(restated.GetProperty("restatements").EnumerateArray());
        Assert.Equal(("fires", 10m, "补报一起火灾", Supervisor),
            (entry.Text("code"), entry.GetProperty("value").GetDecimal(), entry.Text("reason"), entry.Text("enteredBy")));
        var open = await anybody.GetStringAsync("/open/safety-index/430104/2026-09.json");
        Assert.Equal(FrozenText.Digest("", open), restated.GetProperty("published").Text("digest"));
        Assert.Equal(79.75m, JsonDocument.Parse(open).RootElement.GetProperty("value").GetDecimal());
        var csv = await anybody.GetByteArrayAsync("/open/safety-index/430104/2026-09.csv");
        Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
        var lines = Encoding.UTF8.GetString(csv).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(16, lines.Length);
        Assert.EndsWith(",1,79.75", lines[^1], StringComparison.Ordinal);

        service.Clock.Advance(TimeSpan.FromDays(20));
        await EnterAsync(supervisor, "2026-10", new(Eighty) { ["disputesSettled"] = 100 });
        Assert.True((await PublishAsync(supervisor, "2026-10")).IsSuccessStatusCode);
        var next = (await ReadAsync(supervisor, "2026-10")).GetProperty("published");
        Assert.Equal(restated.GetProperty("published").Text("digest"), next.Text("previousDigest"));
    }

    [Fact]
    public async Task The_divisions_below_stand_beside_each_other_with_their_groups()
    {
        await using var service = await TestService.StartAsync();
        using var county = service.As(Supervisor);
        await EnterAsync(county, "2026-09", new(Eighty) { ["disputesSettled"] = 92 });
        using var city = service.As("supervisor.4301");
        Assert.Equal((false, 80m), PartOf(await ReadAsync(city, "2026-09"), "430104"));

        Assert.True((await PublishAsync(county, "2026-09")).IsSuccessStatusCode);
        await EnterAsync(county, "2026-09", new() { ["fires"] = 10 }, "补报一起火灾");

        var index = await ReadAsync(city, "2026-09");
        Assert.Equal((true, 80m), PartOf(index, "430104"));
        Assert.Contains(index.GetProperty("below").EnumerateArray(), part => !part.TryGetProperty("value", out _));
        Assert.Equal(80m, (await ReadAsync(city, "2026-09?division=430104")).GetProperty("published").GetProperty("value").GetDecimal());

        static (bool, decimal) PartOf(JsonElement index, string code)
        {
            var part = index.GetProperty("below").EnumerateArray().Single(part => part.Text("code") == code);
            Assert.Equal(["order", "traffic", "fire", "feeling"],
                part.GetProperty("groups").EnumerateArray().Select(group => group.Text("group")));
            return (part.GetProperty("published").GetBoolean(), part.GetProperty("value").GetDecimal());
        }
    }

    [Theory]
    [InlineData(Supervisor, "2026-09", """{"items":[{"code":"fires","value":1000001}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", """{"items":[{"code":"fires","value":1.234}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", """{"items":[{"code":"colour","value":1}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", """{"items":[{"code":"fires","value":1},{"code":"fires","value":2}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", """{"items":[]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", """{"items":[null]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09", "{}", 400, "validation")]
    [InlineData(Supervisor, "2026-13", """{"items":[{"code":"fires","value":1}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-11", """{"items":[{"code":"fires","value":1}]}""", 400, "validation")]
    [InlineData(Supervisor, "2026-09?division=4303", """{"items":[{"code":"fires","value":1}]}""", 404, "notFound")]
    [InlineData("clerk.430104", "2026-09?division=430105", """{"items":[{"code":"fires","value":1}]}""", 404, "notFound")]
    [InlineData("head.430104001", "2026-09", """{"items":[{"code":"fires","value":1}]}""", 404, "notFound")]
    [InlineData("auditor.4301", "2026-09", """{"items":[{"code":"fires","value":1}]}""", 403, "forbidden")]
    [InlineData("court.430104", "2026-09", """{"items":[{"code":"fires","value":1}]}""", 403, "forbidden")]
    public async Task Values_that_are_none_or_of_others_are_refused(string user, string where, string body, int status, string code)
    {
        await using var service = await TestService.StartAsync();
        var parts = where.Split('?');
        using var client = service.As(user);
        var answer = await client.PutAsync($"{Of}{parts[0]}/items{(parts.Length > 1 ? "?" + parts[1] : "")}",
            new StringContent(body, Encoding.UTF8, "application/json"));
        await answer.RefusedAsync(status, code);
    }

    [Theory]
    [InlineData(Supervisor, "2026-13", 400, "validation")]
    [InlineData(Supervisor, "2026-11", 400, "validation")] // has not begun
    [InlineData(Supervisor, "2026-09?division=430105", 404, "notFound")]
    [InlineData(Supervisor, "2026-09?colour=red", 400, "validation")]
    [InlineData("head.430104001", "2026-09", 404, "notFound")] // sees its body alone
    [InlineData("court.430104", "2026-09", 404, "notFound")]
    [InlineData("grid.430104001", "2026-09", 403, "forbidden")]
    public async Task An_index_that_is_none_or_of_others_is_not_shown(string user, string where, int status, string code)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.As(user);
        await (await client.GetAsync(Of + where)).RefusedAsync(status, code);
    }

    [Theory]
    [InlineData(Supervisor, "2026-10", 409, "index.open")] // not over
    [InlineData(Supervisor, "2026-11", 400, "validation")]
    [InlineData(Supervisor, "2026-13", 400, "validation")]
    [InlineData("clerk.430104", "2026-09", 403, "forbidden")] // enters, and does not sign
    public async Task A_month_that_is_not_over_or_by_another_is_not_published(string user, string month, int status, string code)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.As(user);
        await (await PublishAsync(client, month)).RefusedAsync(status, code);
    }

    [Theory]
    [InlineData("/open/safety-index/430104/2026-13.json")]
    [InlineData("/open/safety-index/430104/x.csv")]
    [InlineData("/open/safety-index/999999/2026-09.json")]
    public async Task What_was_never_published_is_not_open(string path)
    {
        await using var service = await TestService.StartAsync();
        using var anybody = service.Anonymous();
        await (await anybody.GetAsync(path)).RefusedAsync(404, "notFound");
    }

    [Fact]
    public async Task Weights_are_changed_on_their_page_and_a_sum_that_is_not_one_keeps_what_was_typed()
    {
        await using var service = await TestService.StartAsync();
        using var browser = await Browser.SignedInAsync(service, "admin");
        var page = await browser.OpenAsync("/reports/safety-index/weights");

        var wrong = await browser.SendAsync(page, new() { ["fromMonth"] = ["2026-11"], ["weight.fires"] = ["0.09"] });
        var letters = await browser.SendAsync(page, new() { ["fromMonth"] = ["2026-11"], ["weight.fires"] = ["many"] });
        var month = await browser.SendAsync(page,
            new() { ["fromMonth"] = ["2026-13"], ["weight.fires"] = ["0.09"], ["weight.petitions"] = ["0.04"] });
        var saved = await browser.SendAsync(page,
            new() { ["fromMonth"] = ["2026-11"], ["weight.fires"] = ["0.09"], ["weight.petitions"] = ["0.04"] });
        var versions = (await (await service.As("admin").GetAsync("/api/v1/policies/safety-index")).JsonAsync())
            .GetProperty("items").EnumerateArray().ToList();

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Redirect),
            (wrong.Status, letters.Status, month.Status, saved.Status));
        Assert.Contains("1.01", wrong.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("0.09", wrong.Document.QuerySelector("[name='weight.fires']")!.GetAttribute("value"));
        Assert.Equal("many", letters.Document.QuerySelector("[name='weight.fires']")!.GetAttribute("value"));
        Assert.Equal(2, versions.Count);
        Assert.Equal(("2026-11", 0.09m), (versions[0].Text("fromMonth"),
            versions[0].GetProperty("items").EnumerateArray().Single(item => item.Text("code") == "fires")
                .GetProperty("weight").GetDecimal()));
        using var reader = await Browser.SignedInAsync(service, Supervisor);
        Assert.Null((await reader.OpenAsync("/reports/safety-index/weights")).QuerySelector("main form[method=post]"));
    }

    [Fact]
    public async Task Weights_that_miss_one_are_refused_and_a_new_version_leaves_what_is_published()
    {
        await using var service = await TestService.StartAsync();
        using var supervisor = service.As(Supervisor);
        await EnterAsync(supervisor, "2026-09", new(Eighty) { ["disputesSettled"] = 92 });
        Assert.True((await PublishAsync(supervisor, "2026-09")).IsSuccessStatusCode);
        using var admin = service.As("admin");
        var first = (await (await admin.GetAsync("/api/v1/policies/safety-index")).JsonAsync()).GetProperty("items")[0];
        var items = first.GetProperty("items").Deserialize<List<DefineIndex.Item>>(ApiJson.Output)!;
        Assert.Equal(1m, items.Sum(item => item.Weight));

        await RefusedAsync([.. items[1..], items[0] with { Weight = 0.1001m }]);
        await RefusedAsync(items[1..]);
        await RefusedAsync([.. items[1..], items[0] with { Floor = items[0].Target }]);
        await RefusedAsync([.. items[1..], items[0] with { Code = "two words" }]);
        // found by surveys, which no division below has apart
        await RefusedAsync([.. items[1..], items[0] with { Measure = "resolutionRate" }]);
        await (await admin.PostAsJsonAsync("/api/v1/policies/safety-index", new DefineIndex { FromMonth = "2026-13", Items = items },
            ApiJson.Output)).RefusedAsync(400, "validation");
        await (await supervisor.PostAsJsonAsync("/api/v1/policies/safety-index", new DefineIndex { FromMonth = "2026-09", Items = items },
            ApiJson.Output)).RefusedAsync(403, "forbidden");
        List<DefineIndex.Item> swapped = [items[0] with { Target = 30, Floor = -10 }, .. items[1..]];
        var added = await admin.PostAsJsonAsync("/api/v1/policies/safety-index",
            new DefineIndex { FromMonth = "2026-08", Items = swapped }, ApiJson.Output);
        Assert.True(added.StatusCode == HttpStatusCode.Created, await added.Content.ReadAsStringAsync());

        Assert.Equal((1, 80m), await ScoreAsync("2026-09"));
        await EnterAsync(supervisor, "2026-08", new() { ["criminalCases"] = -2 });
        Assert.Equal((2, 20m), await ScoreAsync("2026-08"));

        async Task RefusedAsync(IReadOnlyList<DefineIndex.Item> wrong)
        {
            var answer = await admin.PostAsJsonAsync("/api/v1/policies/safety-index",
                new DefineIndex { FromMonth = "2026-10", Items = wrong }, ApiJson.Output);
            await answer.RefusedAsync(400, "validation");
            Assert.True((await answer.JsonAsync()).GetProperty("errors").TryGetProperty("items", out _));
        }

        async Task<(int, decimal)> ScoreAsync(string month)
        {
            var index = await ReadAsync(supervisor, month);
            return (index.GetProperty("version").GetInt32(), Indicators(index)["criminalCases"].GetProperty("score").GetDecimal());
        }
    }

    [Fact]
    public async Task The_database_refuses_weights_that_miss_one_and_every_change_of_what_is_frozen()
    {
        await using var service = await TestService.StartAsync();
        using var supervisor = service.As(Supervisor);
        await EnterAsync(supervisor, "2026-09", new(Eighty) { ["disputesSettled"] = 92 });
        Assert.True((await PublishAsync(supervisor, "2026-09")).IsSuccessStatusCode);
        await using var connection = await service.Db.OpenConnectionAsync(); // as mediation_app
        var weights = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("""
            insert into index_definition values (2, '2026-09-01', 'x', now());
            insert into index_item select 2, position, code, part, name_zh, name_en, unit, weight + case code when 'fires' then 0.01
                else 0 end, target, floor, measure
            from index_item where version = 1;
            """));
        Assert.Equal("index_weights", weights.ConstraintName);
        var empty = await Assert.ThrowsAsync<PostgresException>(
            () => connection.ExecuteAsync("insert into index_definition values (2, '2026-09-01', 'x', now())"));
        Assert.Equal("index_weights", empty.ConstraintName);
        var reason = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("""
            insert into index_value (scope, month, item, n, value, entered_by, entered_at)
            values ('430104', '2026-09-01', 'fires', 2, 0, 'x', now())
            """));
        Assert.Equal("index_value_reason", reason.ConstraintName);
        var twice = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            "insert into index_publication select scope, month, version, '{}', 'y', 'x', now(), 'x' from index_publication"));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, twice.SqlState);

        await using var owner = new NpgsqlConnection(service.OwnerConnectionString);
        await owner.OpenAsync();
        foreach (var sql in new[]
        {
            "update index_publication set document = '{}'", "delete from index_publication", "truncate index_publication",
            "update index_value set value = 0", "delete from index_value", "truncate index_value", "update index_item set weight = weight",
            "delete from index_item", "update index_definition set from_month = '2030-01-01'",
        })
            foreach (var who in new[] { connection, owner })
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                    (await Assert.ThrowsAsync<PostgresException>(() => who.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public async Task Values_are_entered_on_one_page_and_the_month_is_published_on_the_other()
    {
        await using var service = await TestService.StartAsync();
        using var clerk = await Browser.SignedInAsync(service, "clerk.430104");
        var form = await clerk.OpenAsync("/reports/safety-index/enter?month=2026-09");
        var wrong = await clerk.SendAsync(form, new() { ["v.fires"] = ["多"] });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.NotNull(wrong.Document.QuerySelector("#f-v-fires-error"));
        Assert.Equal(HttpStatusCode.BadRequest, (await clerk.SendAsync(form, [])).Status);
        var all = Eighty.Append(new("disputesSettled", 92)).ToDictionary(pair => "v." + pair.Key,
            pair => new[] { pair.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) });

        var saved = await clerk.SendAsync(form, all);

        Assert.Equal((HttpStatusCode.Redirect, "/reports/safety-index?month=2026-09"), (saved.Status, saved.Location));
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.SendAsync(form, [], "/reports/safety-index?month=2026-09")).Status);
        using var supervisor = await Browser.SignedInAsync(service, Supervisor);
        var month = await supervisor.OpenAsync("/reports/safety-index?month=2026-09");
        Assert.Contains("80.00", month.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await supervisor.SendAsync(month, [])).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await supervisor.SendAsync(month, [])).Status);
        var again = await clerk.OpenAsync("/reports/safety-index/enter?month=2026-09");
        Assert.Equal(HttpStatusCode.Conflict, (await clerk.SendAsync(again, new() { ["v.fires"] = ["10"] })).Status);
        Assert.Equal(HttpStatusCode.Redirect,
            (await clerk.SendAsync(again, new() { ["v.fires"] = ["10"], ["reason"] = ["补报一起火灾"] })).Status);
        var after = await supervisor.OpenAsync("/reports/safety-index?month=2026-09");
        Assert.Contains("补报一起火灾", after.QuerySelector("section[aria-labelledby=restated]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(after.QuerySelector("a[href='/open/safety-index/430104/2026-09.csv']"));
        Assert.Null(after.QuerySelector("main form[method=post]"));
    }

    private static Dictionary<string, JsonElement> Indicators(JsonElement index) =>
        index.GetProperty("groups").EnumerateArray().SelectMany(part => part.GetProperty("indicators").EnumerateArray())
            .ToDictionary(row => row.Text("code"));

    private static Task<HttpResponseMessage> PublishAsync(HttpClient client, string month) =>
        client.PostAsJsonAsync($"{Of}{month}/publish", new { });

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string month, object body) =>
        client.PutAsJsonAsync($"{Of}{month}/items", body);

    private static async Task EnterAsync(HttpClient client, string month, Dictionary<string, decimal> values, string? reason = null)
    {
        var answer = await PutAsync(client, month,
            new { items = values.Select(pair => new { code = pair.Key, value = pair.Value }), reason });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string where) =>
        await (await client.GetAsync(Of + where)).JsonAsync();
}
