using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Reports.Tallies;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Reports;

/// <summary>Totals that were published, told as that many cases and read back from the report to the last printed digit.</summary>
public sealed class GoldenTablesTests
{
    /// <summary>
    /// Changsha High-tech Zone: 153 found, 133 resolved, of them 37 major. 86.9 % is our division of the two printed counts.
    /// </summary>
    [Fact]
    public async Task The_zone_found_153_and_resolved_133_of_them_37_major()
    {
        await using var service = await TestService.StartAsync();
        await new ToldCases(service, "430171001", "430171001-committee", Level.Township).TellAsync(Enumerable.Range(0, 153).Select(index =>
            new Told(Day(index % 20), "02", index < 133 ? Ending.Settled : Ending.Open, Major: index < 37)));
        using var supervisor = service.As("supervisor.4301");
        foreach (var (found, rounds) in new[] { (100, 3), (53, 2) })
        {
            var answer = await supervisor.PostAsJsonAsync("/api/v1/surveys", new { division = "430171", on = "2026-08-20", rounds, found });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        var report = await ReadAsync(supervisor, "2026-08", "430171");

        Assert.Equal((153, 133, 20, 37), (N(report, "registered"), N(report, "settled"), N(report, "pending"), N(report, "major")));
        Assert.Equal("133 / 153 = 86.9", Rate(report, "resolutionRate"));
        Assert.Equal("133 / 153 = 86.9", Rate(report, "successRate"));
        Assert.Equal("27.8", Percent(37 / 133.0));
    }

    /// <summary>
    /// Hengyang: of 120,000 disputes 98.6 % succeeded; of 32,000 opinions 91 % were closed. Two rates with two bases, never one.
    /// </summary>
    [Fact]
    public async Task Hengyang_keeps_the_success_of_120_000_apart_from_the_closure_of_32_000()
    {
        await using var service = await TestService.StartAsync();
        var (first, second) = (new ToldCases(service, "430421", "430421-committee", Level.Village),
            new ToldCases(service, "430422", "430422-committee", Level.Village));
        await first.TellAsync(Enumerable.Range(0, 20).SelectMany(day => new[]
        {
            new Told(Day(day), "02", Ending.Settled, 118_320 / 20), new Told(Day(day), "02", Ending.Failed, 1_680 / 20),
        }));
        await second.TellAsync(Enumerable.Range(0, 20).SelectMany(day => new[]
        {
            new Told(Day(day), "99", Ending.Withdrawn, 29_120 / 20), new Told(Day(day), "99", Ending.Open, 2_880 / 20),
        }));
        await ToldCases.CountAsync(service, first, second);
        using var supervisor = service.As("supervisor.43");

        var disputes = await ReadAsync(supervisor, "2026-08", "430421");
        var opinions = await ReadAsync(supervisor, "2026-08", "430422");

        Assert.Equal("118320 / 120000 = 98.6", Rate(disputes, "successRate"));
        Assert.Equal("120000 / 120000 = 100.0", Rate(disputes, "closureRate"));
        Assert.Equal("118320 / 118320 = 100.0", Rate(disputes, "resolvedInVillageRate"));
        Assert.Equal("29120 / 32000 = 91.0", Rate(opinions, "closureRate"));
        Assert.Equal("0 / 32000 = 0.0", Rate(opinions, "successRate"));
        await using var connection = await service.Db.OpenConnectionAsync();
        Assert.Equal((120_000, 118_320, 29_120), await connection.QuerySingleAsync<(int, int, int)>("""
            select count(*) filter (where kind = 'registered' and body ->> 'division' = '430421')::int,
                count(*) filter (where kind = 'settled')::int, count(*) filter (where kind = 'withdrawn')::int from case_event
            """));
        Assert.Equal(152_000, N(await ReadAsync(supervisor, "2026-08", "4304"), "registered"));
    }

    /// <summary>Xiangtan, 2022 to 2024: 48,933 accepted, 46,961 successes, printed as "over 95 %".</summary>
    [Fact]
    public async Task Xiangtan_accepted_48_933_in_three_years_of_which_46_961_succeeded()
    {
        await using var service = await TestService.StartAsync();
        var cases = new ToldCases(service, "430302", "430302-committee", Level.Village);
        await cases.TellAsync(Enumerable.Range(0, 36).SelectMany(month => new[]
        {
            new Told(new DateOnly(2022, 1, 4).AddMonths(month), "02", Ending.Settled, (46_961 + month) / 36),
            new Told(new DateOnly(2022, 1, 4).AddMonths(month), "02", Ending.Failed, (1_972 + month) / 36),
        }));
        await ToldCases.CountAsync(service, cases);
        Assert.Empty(await CheckTallies.RunAsync(service.Db));
        using var supervisor = service.As("supervisor.4303");

        var (accepted, settled) = (0, 0);
        foreach (var year in new[] { "2022", "2023", "2024" })
        {
            var report = await (await supervisor.GetAsync($"/api/v1/reports/periods/{year}?division=4303")).JsonAsync();
            (accepted, settled) = (accepted + N(report, "accepted"), settled + N(report, "settled"));
        }

        Assert.Equal((48_933, 46_961, "95.97"),
            (accepted, settled, (100.0 * settled / accepted).ToString("0.00", CultureInfo.InvariantCulture)));
    }

    private static DateOnly Day(int index) => new DateOnly(2026, 8, 3).AddDays(index);

    private static int N(JsonElement report, string figure) => report.GetProperty("totals").GetProperty(figure).GetInt32();

    private static string Rate(JsonElement report, string name)
    {
        var measure = report.GetProperty("measures").EnumerateArray().Single(measure => measure.Text("name") == name);
        return $"{measure.GetProperty("numerator")} / {measure.GetProperty("denominator")} = "
            + $"{Percent(measure.GetProperty("value").GetDouble())}";
    }

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);

    private static async Task<JsonElement> ReadAsync(HttpClient client, string month, string division) =>
        await (await client.GetAsync($"/api/v1/reports/monthly/{month}?division={division}")).JsonAsync();
}
