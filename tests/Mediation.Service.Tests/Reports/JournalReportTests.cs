using System.Net;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Tallies;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Reports;

/// <summary>Rows by mediator and by risk, which are told from the journal beside the kept figures.</summary>
public sealed class JournalReportTests(ReportService host) : IClassFixture<ReportService>
{
    private readonly TestService service = host.Service;

    [Theory]
    [InlineData("supervisor.43", "mediator")]
    [InlineData("supervisor.43", "risk")]
    [InlineData("supervisor.4301", "mediator")]
    [InlineData("clerk.430104", "risk")]
    [InlineData("head.430104001", "mediator")]
    [InlineData("head.430104001", "risk")]
    [InlineData("court.430104", "risk")]
    public async Task Every_row_keeps_its_identity_and_all_sum_to_the_kept_figures_of_the_report(string user, string by)
    {
        using var client = service.As(user);
        foreach (var period in new[] { "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-Q3", "2026" })
        {
            var told = await ReadAsync(client, $"{period}/journal?by={by}");
            var kept = (await ReadAsync(client, period)).GetProperty("totals");
            foreach (var figure in kept.EnumerateObject().Where(figure => figure.Value.ValueKind == JsonValueKind.Number))
                Assert.Equal((period, figure.Name, figure.Value.GetDecimal()),
                    (period, figure.Name, told.GetProperty("totals").GetProperty(figure.Name).GetDecimal()));
            var rows = told.GetProperty("rows").EnumerateArray().ToList();
            foreach (var row in rows)
                Assert.Equal(N(row, "broughtForward") + N(row, "registered") + N(row, "transferredIn") + N(row, "reopened"),
                    N(row, "notAccepted") + N(row, "guided") + N(row, "transferredOut") + N(row, "closed") + N(row, "pending"));
            foreach (var name in new[] { "broughtForward", "registered", "accepted", "settled", "closed", "pending",
                "overdue", "escalated", "persons" })
                Assert.Equal(N(kept, name), rows.Sum(row => N(row, name)));
        }
    }

    [Fact]
    public async Task A_mediator_leaves_the_row_of_none_and_each_colour_has_its_own()
    {
        using var client = service.As("supervisor.43");
        var mediators = (await ReadAsync(client, "2026/journal?by=mediator")).GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(JsonValueKind.Null, mediators[^1].GetProperty("key").ValueKind);
        Assert.True(N(mediators[^1], "transferredOut") > 0);
        Assert.True(mediators.Count > 3 && mediators.SkipLast(1).Count(row => N(row, "transferredIn") > 0) > 3);
        Assert.All(mediators, row => Assert.NotEqual(row.GetProperty("key").GetString(), row.Text("name"))); // by display name
        var risks = (await ReadAsync(client, "2026/journal?by=risk")).GetProperty("rows").EnumerateArray().Select(row => row.Text("key"));
        Assert.Equal(["green", "yellow", "red"], risks);
    }

    [Fact]
    public async Task The_time_in_each_light_is_the_time_that_cases_were_open()
    {
        using var client = service.As("supervisor.43");
        var years = new List<JsonElement>();
        foreach (var year in new[] { "2025", "2026" })
            years.AddRange((await ReadAsync(client, $"{year}/journal?by=risk")).GetProperty("lights").EnumerateArray());
        var lights = years.TakeLast(6).ToList();
        await using var connection = await service.Db.OpenConnectionAsync();
        var journals = TallyEntries.JournalsAsync(connection,
            (await connection.QueryAsync<Guid>("select id from cases")).AsList(), CancellationToken.None);
        var days = new Dictionary<string, double>();
        await foreach (var journal in journals)
        {
            var times = LightTimes.Of(journal, service.Clock.GetUtcNow());
            foreach (var (light, time) in times.Risk.Select(pair => (pair.Key.Camel(), pair.Value))
                .Concat(times.Timeliness.Select(pair => (pair.Key.Camel(), pair.Value))))
                days[light] = days.GetValueOrDefault(light) + time.TotalDays;
        }

        Assert.All(years.GroupBy(part => part.Text("value")),
            parts => Assert.Equal(days[parts.Key], (double)parts.Sum(part => part.GetProperty("days").GetDecimal()), 0.11));
        foreach (var light in new[] { "risk", "timeliness" })
            Assert.Equal(1, lights.Where(part => part.Text("light") == light).Sum(part => part.GetProperty("share").GetDouble()), 9);
        Assert.True(lights.Single(part => part.Text("value") == "overdue").GetProperty("days").GetDecimal() > 0);
    }

    [Theory]
    [InlineData("mediator1.430104001", "2026-09/journal?by=mediator", HttpStatusCode.Forbidden)]
    [InlineData("court.430104", "2026-09/journal?by=mediator", HttpStatusCode.Forbidden)]
    [InlineData("liaison.430104", "2026-09/journal?by=risk", HttpStatusCode.Forbidden)]
    [InlineData("mediator1.430104001", "2026-09/journal?by=risk", HttpStatusCode.OK)]
    [InlineData("supervisor.4303", "2026-09/journal?by=risk&division=4301", HttpStatusCode.NotFound)]
    [InlineData("head.430302001", "2026-09/journal.csv?by=mediator&body=430104001-committee", HttpStatusCode.NotFound)]
    [InlineData("supervisor.43", "2026-09/journal", HttpStatusCode.OK)]
    [InlineData("supervisor.43", "2026-09/journal?by=body", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "2026-13/journal?by=risk", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "2026-11/journal?by=risk", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "2026-09/journal.csv?by=risk", HttpStatusCode.OK)]
    [InlineData("supervisor.43", "2026-09/journal.xlsx?by=risk", HttpStatusCode.OK)]
    public async Task Only_ones_own_scope_is_told_and_mediators_not_to_mediators_or_courts(
        string user, string path, HttpStatusCode expected)
    {
        using var client = service.As(user);
        using var answer = await client.GetAsync("/api/v1/reports/periods/" + path);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_has_both_with_their_lights_and_offers_mediators_to_whom_they_are_told()
    {
        using var head = await Browser.SignedInAsync(service, "head.430104001");
        var document = await head.OpenAsync("/reports/monthly?month=2026-09&by=mediator");
        Assert.NotNull(document.QuerySelector("#f-by option[value=mediator][selected]"));
        Assert.Equal(2, document.QuerySelectorAll("section[aria-labelledby=lights] svg[role=img]").Length);
        Assert.Null(document.QuerySelector("p.error"));
        Assert.Contains("尚无调解员", document.QuerySelector("table.figures")!.TextContent, StringComparison.Ordinal);
        using var mediator = await Browser.SignedInAsync(service, "mediator1.430104001");
        var own = await mediator.OpenAsync("/reports/monthly?month=2026-09&by=mediator");
        Assert.Null(own.QuerySelector("#f-by option[value=mediator]"));
        Assert.Null(own.QuerySelector("section[aria-labelledby=lights]"));
    }

    [Fact]
    public async Task More_cases_than_are_told_are_refused_by_the_field_that_narrows()
    {
        await using var one = await TestService.StartAsync();
        await using (var connection = await one.Db.OpenConnectionAsync())
        await using (var command = connection.CreateCommand())
        {
            command.CommandText =
                "insert into setting (name, value) values ('reports.told', '0') on conflict (name) do update set value = '0'";
            await command.ExecuteNonQueryAsync();
        }

        await new ToldCases(one, "430104001", "430104001-committee", Level.Township)
            .TellAsync([new Told(new(2026, 9, 7), "02", Ending.Open)]);
        using var client = one.As("supervisor.430104");
        using var answer = await client.GetAsync("/api/v1/reports/periods/2026-09/journal?by=risk");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.JsonAsync()).GetProperty("errors").TryGetProperty("division", out _));
        using var browser = await Browser.SignedInAsync(one, "supervisor.430104");
        var (status, _, page) = await browser.GetAsync("/reports/monthly?month=2026-09&by=risk");
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, page.QuerySelector("#f-by[aria-invalid=true]") is not null));
    }

    private static long N(JsonElement row, string name) => (long)row.GetProperty(name).GetDecimal();

    private static async Task<JsonElement> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync("/api/v1/reports/periods/" + path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}
