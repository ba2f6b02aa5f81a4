using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>
/// A published month of people's mediation (Huangshi, one month of 2016: 869 accepted, 842 successes, 15 types, 3 sources),
/// told as 869 cases through the decider and read back from the report to the last printed digit.
/// </summary>
public sealed class GoldenMonthTests
{
    private static readonly (string Category, int Cases, string Share)[] Types =
    [
        ("01", 160, "18.4"), ("02", 278, "32.0"), ("03", 67, "7.7"), ("04", 44, "5.1"), ("05", 31, "3.6"), ("06", 76, "8.7"),
        ("07", 18, "2.1"), ("08", 28, "3.2"), ("09", 4, "0.5"), ("10", 13, "1.5"), ("11", 7, "0.8"), ("12", 55, "6.3"), ("13", 33, "3.8"),
        ("14", 1, "0.1"), ("99", 54, "6.2"),
    ];

    private static readonly (Initiation Initiation, int Cases, string Share)[] Sources =
        [(Initiation.OwnInitiative, 455, "52.4"), (Initiation.Application, 378, "43.5"), (Initiation.Entrusted, 36, "4.1")];

    private const int Successes = 842;

    [Fact]
    public async Task The_published_month_comes_out_by_type_by_source_and_as_a_rate()
    {
        await using var service = await TestService.StartAsync();
        await TellAsync(service);
        using var supervisor = service.As("supervisor.430104");

        var types = await ReadAsync(supervisor, "category");
        var sources = await ReadAsync(supervisor, "initiation");

        Assert.Equal(Types.Select(type => (type.Category, type.Cases, type.Share)), Accepted(types));
        Assert.Equal(Sources.Select(source => (Name(source.Initiation), source.Cases, source.Share))
            .OrderBy(row => row.Item1, StringComparer.Ordinal), Accepted(sources));
        var rate = types.GetProperty("measures").EnumerateArray().Single(measure => measure.Text("name") == "successRate");
        Assert.Equal((842, 869, "96.9"), (rate.GetProperty("numerator").GetInt32(), rate.GetProperty("denominator").GetInt32(),
            Percent(rate.GetProperty("value").GetDouble())));
        foreach (var by in Enum.GetValues<ReportBy>())
            Assert.Equal(869, (await ReadAsync(supervisor, Name(by))).GetProperty("rows").EnumerateArray()
                .Sum(row => row.GetProperty("accepted").GetInt32()));
    }

    /// <summary>The same return prints 15.5 % less than a year before and 3.5 % more than the month before.</summary>
    [Fact]
    public async Task The_published_changes_come_out_of_the_figures_of_the_system_before()
    {
        await using var service = await TestService.StartAsync();
        await TellAsync(service);
        using var clerk = service.As("clerk.430104");
        await LoadedAsync(clerk, "2026-07", 840);
        await LoadedAsync(clerk, "2025-08", 1028);
        await LoadedAsync(clerk, "2019-08", 1500);
        await (await clerk.PostAsJsonAsync("/api/v1/reports/history", History("2026-08", 1))).RefusedAsync(409, "history.own");

        var compared = await (await clerk.GetAsync("/api/v1/reports/monthly/2026-08/comparison?baseYear=2019")).JsonAsync();

        var accepted = compared.GetProperty("rows").EnumerateArray().Single(row => row.Text("figure") == "accepted");
        Assert.Equal((869, 840, 1028, 1500),
            (N(accepted, "now"), N(accepted, "monthBefore"), N(accepted, "yearBefore"), N(accepted, "baseYear")));
        Assert.Equal(("3.5", "-15.5", "-42.1"), (Percent(accepted.GetProperty("monthChange").GetDouble()),
            Percent(accepted.GetProperty("yearChange").GetDouble()), Percent(accepted.GetProperty("baseChange").GetDouble())));
        var failed = compared.GetProperty("rows").EnumerateArray().Single(row => row.Text("figure") == "failed");
        Assert.Equal(JsonValueKind.Null, failed.TryGetProperty("monthBefore", out var unknown) ? unknown.ValueKind : JsonValueKind.Null);
        using var page = await Browser.SignedInAsync(service, "clerk.430104");
        var table = (await page.OpenAsync("/reports/monthly?month=2026-08")).QuerySelector("section[aria-labelledby=comparison] table")!;
        Assert.Contains("-15.5%", table.TextContent, StringComparison.Ordinal);
        Assert.Contains("+3.5%", table.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clerk.430104", """{"month":"2025-13","source":"x","figures":{"accepted":1}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","figures":{"accepted":1}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","source":"x","figures":{}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","source":"x","figures":{"colour":1}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","source":"x","figures":{"accepted":-1}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","source":"x","figures":{"accepted":1.234}}""", 400, "validation")]
    [InlineData("clerk.430104", """{"month":"2025-10","source":"x","figures":{"accepted":"1"}}""", 400, "body.malformed")]
    [InlineData("clerk.430104", """{"month":"2025-10","division":"4303","source":"x","figures":{"accepted":1}}""", 404, "notFound")]
    [InlineData("mediator1.430104001", """{"month":"2025-10","source":"x","figures":{"accepted":1}}""", 403, "forbidden")]
    public async Task History_without_its_parts_or_of_others_is_refused(string user, string body, int status, string code)
    {
        await using var service = await TestService.StartAsync();

        var answer = await service.As(user)
            .PostAsync("/api/v1/reports/history", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        await answer.RefusedAsync(status, code);
        await using var connection = await service.Db.OpenConnectionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from report_history"));
    }

    private static object History(string month, int accepted) =>
        new { month, source = "人民调解工作统计报表", figures = new Dictionary<string, int> { ["accepted"] = accepted } };

    private static async Task LoadedAsync(HttpClient clerk, string month, int accepted)
    {
        // Twice: the second replaces the first.
        await clerk.PostAsJsonAsync("/api/v1/reports/history", History(month, accepted + 1));
        var answer = await clerk.PostAsJsonAsync("/api/v1/reports/history", History(month, accepted));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static int N(JsonElement row, string name) => (int)row.GetProperty(name).GetDecimal();

    private static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);

    private static IEnumerable<(string, int, string)> Accepted(JsonElement report)
    {
        var all = report.GetProperty("totals").GetProperty("accepted").GetInt32();
        return report.GetProperty("rows").EnumerateArray().Select(row => (row.Text("key"), Count: row.GetProperty("accepted").GetInt32()))
            .Select(row => (row.Item1, row.Count, Percent((double)row.Count / all)));
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string by) =>
        await (await client.GetAsync("/api/v1/reports/monthly/2026-08?by=" + by)).JsonAsync();

    private static async Task TellAsync(TestService service)
    {
        await using var scope = service.Scope();
        var directory = scope.ServiceProvider.GetRequiredService<BodyDirectory>();
        var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
        await using var connection = await service.Db.OpenConnectionAsync();
        var body = (await StoryPlaces.LoadAsync(connection)).Bodies.First(place => place.Ref.Code == "430104001-committee");
        var sources = Sources.SelectMany(source => Enumerable.Repeat(source.Initiation, source.Cases)).ToList();
        var cases = Types.SelectMany(type => Enumerable.Repeat(type.Category, type.Cases)).Select((category, index) => (category, index));
        // The story ends with the month: the cases are then as the return counted them.
        var world = new StoryWorld(calendar, new DateTimeOffset(2026, 8, 31, 15, 0, 0, TimeSpan.Zero));
        foreach (var some in cases.Chunk(100))
        {
            await using var batch = new NpgsqlBatch(connection);
            var rows = new CaseBatch(service.Settings.Keys);
            foreach (var (category, index) in some)
                Story(service, directory, body, world, category, sources[index * 7 % sources.Count], index).End(rows);
            rows.AddTo(batch);
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static GeneratedCase Story(TestService service, BodyDirectory directory, StoryBody body, StoryWorld world, string category,
        Initiation initiation, int index)
    {
        var at = new DateTimeOffset(2026, 8, 3 + (index % 20), 2, index % 60, 0, TimeSpan.Zero);
        var mediator = body.Mediators[0];
        var teller = new Caller("system", "system", Role.Admin, "", "", "");
        var draft = new CaseDraft(Guid.CreateVersion7(at), null, new FixedTime(at), directory, new CaseNumbers(service.Db),
            teller, service.Settings.Keys);
        var story = new GeneratedCase(draft, world);
        PartyRow[] parties =
        [
            new("p1", Side.Applicant, PartyKind.Person, "申请人", false, Keys.NewItemKey()),
            new("p2", Side.Respondent, PartyKind.Person, "被申请人", false, Keys.NewItemKey()),
        ];
        story.Act(at, mediator.User, new CaseCommand.Register(
            new CaseEvent.Registered($"430104-2026-{index:00000000}", Channel.WalkIn, initiation, Track.People, category,
                "430104001", body.Ref, body.Ref, draft.Text("summary", "一起纠纷"), [.. parties.Select(draft.Party)])));
        story.Act(at.AddMinutes(5), mediator.User, new CaseCommand.Accept(body.Ref, mediator, null));
        foreach (var party in parties)
            story.Act(at.AddMinutes(10), mediator.User, new CaseCommand.RecordConsent(party.Id, true, draft.Text("how", "口头")));
        story.Act(at.AddDays(2), mediator.User, index % 869 < Successes
            ? new CaseCommand.Settle(new AgreementDraft(AgreementForm.Reconciled, null, null, [], null, Sealed: false,
                ShanghaiTime.DateOf(at.AddDays(2)), []))
            : new CaseCommand.Fail(FailReason.Deadlock));
        return story;
    }
}
