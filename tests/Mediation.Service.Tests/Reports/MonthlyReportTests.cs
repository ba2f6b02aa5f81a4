using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Tallies;
using Mediation.Service.Tests.Pages;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Reports;

public sealed class MonthlyReportTests(ReportService host) : IClassFixture<ReportService>
{
    private static readonly string[] Outcomes = ["settled", "partial", "failed", "withdrawn", "terminated", "recalled"];
    private readonly TestService service = host.Service;

    [Theory]
    [InlineData("supervisor.43")]
    [InlineData("supervisor.4301")]
    [InlineData("clerk.430104")]
    [InlineData("head.430104001")]
    [InlineData("court.430104")]
    [InlineData("auditor.43")]
    public async Task Every_row_of_every_dimension_and_month_keeps_its_identity(string user)
    {
        using var client = service.As(user);
        var rows = 0;
        foreach (var by in Enum.GetNames<ReportBy>().Select(name => "?by=" + name.ToLowerInvariant()).Prepend(""))
        {
            long? pending = null;
            foreach (var month in Enumerable.Range(0, 5).Select(later => new DateOnly(2026, 6, 1).AddMonths(later)))
            {
                var report = await ReadAsync(client, $"{month:yyyy-MM}{by}");
                var totals = report.GetProperty("totals");
                foreach (var row in report.GetProperty("rows").EnumerateArray().Append(totals))
                {
                    Reconciles(row);
                    rows++;
                }

                Assert.Equal(pending ?? N(totals, "broughtForward"), N(totals, "broughtForward"));
                pending = N(totals, "pending");
                foreach (var name in new[] { "registered", "accepted", "settled", "closed", "persons", "pending" })
                    Assert.Equal(by.Length == 0 && report.GetProperty("rows").GetArrayLength() == 0 ? 0 : N(totals, name),
                        report.GetProperty("rows").EnumerateArray().Sum(row => N(row, name)));
            }
        }

        Assert.True(rows > 40, $"Only {rows} rows.");
    }

    [Fact]
    public async Task The_figures_are_those_of_the_stored_cases()
    {
        using var client = service.As("supervisor.43");
        var report = await ReadAsync(client, "2026-10?by=division");
        Assert.Equal(await CountAsync("is_open"), N(report.GetProperty("totals"), "pending"));
        foreach (var row in report.GetProperty("rows").EnumerateArray())
            Assert.Equal(await CountAsync($"is_open and division like '{row.GetProperty("key").GetString()}%'"), N(row, "pending"));
        Assert.Equal(await CountAsync("opened_on between '2026-09-01' and '2026-09-30'"),
            N((await ReadAsync(client, "2026-09")).GetProperty("totals"), "registered"));
        Assert.Empty(await CheckTallies.RunAsync(service.Db));
    }

    [Fact]
    public async Task A_tail_that_is_not_folded_reads_the_same_as_folded_figures()
    {
        using var client = service.As("supervisor.43");
        Assert.Equal(await client.GetStringAsync(ReportService.Path), host.Unfolded);
    }

    [Fact]
    public async Task A_rate_prints_its_definition_its_counts_and_a_link_that_works()
    {
        using var client = service.As("supervisor.43");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        var report = await ReadAsync(client, "2026-09");
        var totals = report.GetProperty("totals");
        var measures = report.GetProperty("measures").EnumerateArray().ToDictionary(measure => measure.GetProperty("name").GetString()!);

        Assert.Equal(MeasureDefinitions.All.Select(measure => measure.Name), measures.Keys);
        var success = measures["successRate"];
        Assert.Equal((N(totals, "settled") + N(totals, "partial"), N(totals, "accepted")),
            (N(success, "numerator"), N(success, "denominator")));
        Assert.Equal((double)N(success, "numerator") / N(success, "denominator"), success.GetProperty("value").GetDouble());
        Assert.StartsWith("Success rate: Cases settled", success.GetProperty("definition").GetString(), StringComparison.Ordinal);
        foreach (var measure in measures.Values)
        {
            Assert.Equal(N(measure, "denominator") == 0, measure.GetProperty("value").ValueKind == JsonValueKind.Null);
            using var list = await client.GetAsync(measure.GetProperty("cases").GetString());
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        }
    }

    [Fact]
    public async Task Sessions_absences_and_steps_stand_by_row_and_sum_to_the_totals_and_to_what_the_journal_says()
    {
        using var client = service.As("supervisor.43");
        foreach (var by in new[] { "level", "body", "category" })
        {
            var report = await ReadAsync(client, "2026-09?by=" + by);
            var work = report.GetProperty("work").EnumerateArray().ToList();
            Assert.Equal(report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("key").GetString()),
                work.SkipLast(1).Select(row => row.GetProperty("key").GetString()));
            foreach (var name in new[] { "attempts", "noShows", "closed" })
                Assert.Equal(N(work[^1], name), work.SkipLast(1).Sum(row => N(row, name)));
            Assert.Equal(N(report.GetProperty("totals"), "escalated"),
                work[^1].GetProperty("escalations").EnumerateArray().Sum(step => step.GetInt64()));
            Assert.Equal(await EventsAsync("sessionHeld"), N(work[^1], "attempts"));
            Assert.Equal(await EventsAsync("noShowRecorded"), N(work[^1], "noShows"));
            var steps = report.GetProperty("counts").EnumerateArray()
                .Single(count => count.GetProperty("name").GetString() == "escalations");
            foreach (var step in steps.GetProperty("parts").EnumerateArray())
                Assert.Equal(await EventsAsync("escalated", $"and (body ->> 'step')::int = {step.GetProperty("key").GetString()}"),
                    N(step, "value"));
        }

        Assert.True(await EventsAsync("sessionHeld") > 10 && await EventsAsync("escalated") > 10);
    }

    [Fact]
    public async Task Each_clock_has_its_rate_and_follow_ups_have_their_response_and_mean()
    {
        using var client = service.As("supervisor.43");
        var measures = (await ReadAsync(client, "2026-09")).GetProperty("measures").EnumerateArray()
            .ToDictionary(measure => measure.GetProperty("name").GetString()!);
        foreach (var clock in new[] { "intake", "referralAnswer", "firstSession", "followUp" })
        {
            var rate = measures[clock + "OnTimeRate"];
            Assert.Equal(await EndedAsync(clock, "met"), N(rate, "numerator"));
            Assert.Equal(await EndedAsync(clock, "met") + await EndedAsync(clock, "missed"), N(rate, "denominator"));
            Assert.True(N(rate, "denominator") > 0);
        }

        var (answered, all) = (N(measures["responseRate"], "numerator"), N(measures["responseRate"], "denominator"));
        Assert.Equal((await EventsAsync("followedUp", "and body ->> 'satisfaction' is not null"), await EventsAsync("followedUp")),
            (answered, all));
        Assert.Equal(answered, N(measures["satisfaction"], "denominator"));
        var mean = (await ReadAsync(client, "2026-09")).GetProperty("counts").EnumerateArray()
            .Single(count => count.GetProperty("name").GetString() == "meanMarks");
        var marks = await OneAsync("""
            select sum((body ->> 'satisfaction')::int) from case_event
            where kind = 'followedUp' and happened_on between '2026-09-01' and '2026-09-30'
            """);
        Assert.Equal(decimal.Round((decimal)marks / answered, 2, MidpointRounding.AwayFromZero), mean.GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task Surveys_and_what_was_prevented_stand_in_the_month_and_scope()
    {
        await using var empty = await TestService.StartAsync();
        using var clerk = empty.As("clerk.430104");
        await PostAsync(clerk, "surveys", """{"division":"430104001","on":"2026-10-20","rounds":2,"found":153}""");
        await PostAsync(clerk, "prevented", """{"division":"430104001","on":"2026-10-20","kind":"brawl","persons":4}""");
        var own = await ReadAsync(clerk, "2026-10");
        Assert.Equal((2, 153, 1), (N(own, "surveys"), N(own, "found"), N(own, "prevented")));
        await PostAsync(clerk, "prevented", """{"division":"430104001","on":"2026-10-21","kind":"criminal","persons":3}""");
        var counts = (await ReadAsync(clerk, "2026-10")).GetProperty("counts").EnumerateArray()
            .ToDictionary(count => count.GetProperty("name").GetString()!);
        Assert.Equal((2, 7), (N(counts["preventedCases"], "value"), N(counts["preventedPersons"], "value")));
        Assert.Equal([("brawl", 4), ("criminal", 3)], counts["preventedPersons"].GetProperty("parts").EnumerateArray()
            .Select(part => (part.GetProperty("key").GetString(), (int)N(part, "value"))));
        Assert.Equal((JsonValueKind.Null, 0), (counts["meanMarks"].GetProperty("value").ValueKind, N(counts["attempts"], "value")));
        var resolution = own.GetProperty("measures").EnumerateArray()
            .Single(measure => measure.GetProperty("name").GetString() == "resolutionRate");
        Assert.Equal(153, N(resolution, "denominator"));
        using var other = empty.As("supervisor.4303");
        Assert.Equal(0, N(await ReadAsync(other, "2026-10"), "found"));
        Assert.Equal(0, N(await ReadAsync(clerk, "2026-09"), "found"));
    }

    [Fact]
    public async Task The_file_has_a_mark_of_its_encoding_and_the_rows_of_the_report()
    {
        using var client = service.As("supervisor.43");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        var report = await ReadAsync(client, "2026-09?by=category");
        using var answer = await client.GetAsync("/api/v1/reports/monthly/2026-09.csv?by=category");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(',')).ToList();
        var members = report.GetProperty("totals").EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal(("Code", "Name", "Brought forward"), (lines[0][0], lines[0][1], lines[0][2]));
        Assert.All(lines, line => Assert.Equal(members.Count, line.Length));
        var rows = report.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(rows.Count + 2, lines.Count);
        for (var index = 0; index < rows.Count; index++)
            Assert.Equal(members.Skip(2)
                .Select(name => rows[index].GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : -1),
                lines[index + 1].Skip(2).Select(cell => cell.Length == 0 ? -1 : decimal.Parse(cell, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task The_workbook_has_the_files_rows_and_a_sheet_of_definitions()
    {
        using var client = service.As("supervisor.43");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        var csv = Encoding.UTF8.GetString((await client.GetByteArrayAsync("/api/v1/reports/monthly/2026-09.csv?by=category")).AsSpan(3))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var answer = await client.GetAsync("/api/v1/reports/monthly/2026-09.xlsx?by=category");

        var rows = XlsxText.Read(await answer.Content.ReadAsByteArrayAsync(), 100);

        Assert.Equal(XlsxText.MediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(csv.Length, rows.Count);
        foreach (var (line, cells) in csv.Zip(rows).Skip(1))
            Assert.Equal(line.Split(',')[2..].Select(cell => cell.Length == 0 ? -1 : decimal.Parse(cell, CultureInfo.InvariantCulture)),
                Enumerable.Range(2, line.Split(',').Length - 2)
                    .Select(at => at < cells.Count && cells[at].Length > 0 ? decimal.Parse(cells[at], CultureInfo.InvariantCulture) : -1));
    }

    [Theory]
    [InlineData("liaison.430104", "2026-10", HttpStatusCode.Forbidden)]
    [InlineData("admin", "2026-10", HttpStatusCode.Forbidden)]
    [InlineData("supervisor.4303", "2026-10?division=4301", HttpStatusCode.NotFound)]
    [InlineData("supervisor.4303", "2026-10?division=43", HttpStatusCode.NotFound)]
    [InlineData("supervisor.4303", "2026-10?body=430104001-committee", HttpStatusCode.NotFound)]
    [InlineData("supervisor.43", "2026-10?division=430199", HttpStatusCode.NotFound)]
    [InlineData("head.430104001", "2026-10?division=430104", HttpStatusCode.NotFound)]
    [InlineData("court.430104", "2026-10?body=430302-court", HttpStatusCode.NotFound)]
    [InlineData("supervisor.43", "2026-10?by=colour", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "2026-10?by=body&by=court", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.4303", "2026-11?division=4301", HttpStatusCode.NotFound)] // what may not be seen comes first
    [InlineData("supervisor.43", "2026-10.csv?by=colour", HttpStatusCode.BadRequest)]
    [InlineData("supervisor.43", "2026-10?division=4301", HttpStatusCode.OK)]
    [InlineData("supervisor.4301", "2026-10?body=430104001-committee", HttpStatusCode.OK)]
    [InlineData("court.43", "2026-10?body=430104-court", HttpStatusCode.OK)]
    public async Task Only_ones_own_scope_is_answered(string user, string path, HttpStatusCode expected)
    {
        using var client = service.As(user);
        using var answer = await client.GetAsync("/api/v1/reports/monthly/" + path);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("2026-11")]
    [InlineData("9998-12?by=category")]
    [InlineData("2026-11.csv?by=category")]
    [InlineData("2026-11.xlsx")]
    [InlineData("2026-11/comparison")]
    [InlineData("2026-11/reconciliation")]
    [InlineData("2026-13")]
    [InlineData("2026-13.csv")]
    [InlineData("2026-00.xlsx")]
    [InlineData("2026-13/comparison")]
    public async Task A_month_to_come_or_that_is_none_is_refused_by_the_name_of_its_field(string path)
    {
        using var client = service.As("supervisor.43");
        using var chinese = await client.GetAsync("/api/v1/reports/monthly/" + path);
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        using var english = await client.GetAsync("/api/v1/reports/monthly/" + path);
        foreach (var (answer, language) in new[] { (chinese, "月份|期间"), (english, "month|period") })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"),
                (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            var problem = await answer.JsonAsync();
            Assert.Equal("validation", problem.GetProperty("code").GetString());
            Assert.Matches(language, problem.GetProperty("errors").GetProperty("month")[0].GetString());
        }
    }

    [Fact]
    public async Task The_page_says_at_the_field_that_a_month_has_not_begun_or_is_none()
    {
        using var browser = await Browser.SignedInAsync(service, "supervisor.43");
        foreach (var (month, says) in new[] { ("2026-11", "尚未开始"), ("2026-13", "2026-10") })
        {
            var (status, _, document) = await browser.GetAsync("/reports/monthly?month=" + month);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(month, document.QuerySelector("#f-month[aria-invalid=true]")!.GetAttribute("value"));
            Assert.Contains(says, document.QuerySelector("#f-month-error")!.TextContent, StringComparison.Ordinal);
            Assert.NotNull(document.QuerySelector(".error-summary a[href='#f-month']"));
        }
    }

    private static void Reconciles(JsonElement row)
    {
        Assert.Equal(N(row, "broughtForward") + N(row, "registered") + N(row, "transferredIn") + N(row, "reopened"),
            N(row, "notAccepted") + N(row, "guided") + N(row, "transferredOut") + N(row, "closed") + N(row, "pending"));
        Assert.Equal(Outcomes.Sum(name => N(row, name)), N(row, "closed"));
    }

    private static long N(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static async Task<JsonElement> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync("/api/v1/reports/monthly/" + path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task PostAsync(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/api/v1/" + path, content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private Task<long> EventsAsync(string kind, string also = "") =>
        OneAsync($"select count(*) from case_event where kind = '{kind}' and happened_on between '2026-09-01' and '2026-09-30' {also}");

    private Task<long> EndedAsync(string clock, string state) =>
        OneAsync($"""
            select count(*) from case_event e cross join jsonb_array_elements(e.body::jsonb -> 'clocks') k where k ->> 'name' = '{clock}'
                and k ->> 'state' = '{state}' and happened_on between '2026-09-01' and '2026-09-30'
            """);

    private Task<long> CountAsync(string condition) => OneAsync("select count(*) from cases where " + condition);

    private async Task<long> OneAsync(string sql)
    {
        await using var connection = await service.Db.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
