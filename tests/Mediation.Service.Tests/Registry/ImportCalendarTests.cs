using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Platform.Http;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Registry;

public sealed class ImportCalendarTests : IAsyncLifetime
{
    /// <summary>The year as it could be published: the statutory days, and a day off for each that falls on a weekend.</summary>
    private static readonly string[] Year2027 =
    [
        "2027-01-01,holiday,元旦", "2027-02-05,holiday,春节", "2027-02-06,holiday,春节", "2027-02-07,holiday,春节", "2027-02-08,holiday,春节",
        "2027-02-09,holiday,春节", "2027-02-10,holiday,春节", "2027-04-05,holiday,清明", "2027-05-01,holiday,劳动节", "2027-05-02,holiday,劳动节",
        "2027-05-03,holiday,劳动节", "2027-05-04,holiday,劳动节", "2027-06-09,holiday,端午", "2027-09-15,holiday,中秋", "2027-10-01,holiday,国庆节",
        "2027-10-02,holiday,国庆节", "2027-10-03,holiday,国庆节", "2027-10-04,holiday,国庆节", "2027-10-05,holiday,国庆节",
    ];

    private readonly Desk desk = new();
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        admin = desk.Service.As("admin");
        admin.DefaultRequestHeaders.Add("Accept-Language", "en");
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_year_that_arrives_computes_running_clocks_again_with_events_and_takes_the_mark_away()
    {
        desk.Service.Clock.Advance(TimeSpan.FromDays(42)); // 2 December
        var id = await desk.AssignedAsync();
        Assert.Equal("2027-01-01", (await TermAsync(id)).Text("dueOn"));
        Assert.Contains("2027年放假安排尚未公布，暂按周末休息推算", Lines(await TermAsync(id)));
        Assert.False((await (await admin.GetAsync("/api/v1/calendar/2027")).JsonAsync()).GetProperty("published").GetBoolean());

        var answer = await PutAsync(2027, File(Year2027));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.True((await answer.JsonAsync()).GetProperty("changed").GetBoolean());
        Assert.True((await (await admin.GetAsync("/api/v1/calendar/2027")).JsonAsync()).GetProperty("published").GetBoolean());
        var done = await SendAsync(new RecountClocks());
        Assert.True(done is { Moved: >= 1, Failed: 0 }, done.ToString());
        Assert.Equal("2027-01-04", (await TermAsync(id)).Text("dueOn"));
        var lines = Lines(await TermAsync(id));
        Assert.Contains("最后一日2027年1月1日为休息日（元旦），顺延至2027年1月4日", lines);
        Assert.Contains("2026年12月2日因2027年放假安排公布重新计算，由2027年1月1日改为2027年1月4日", lines);
        Assert.DoesNotContain(lines, line => line.Contains("尚未公布", StringComparison.Ordinal));
        Assert.Contains(await desk.TimelineAsync(id), item => item.Text("kind") == "clockRecomputed"
            && item.Text("summary").Contains("由2027年1月1日改为2027年1月4日（2027年放假安排公布）", StringComparison.Ordinal));
        var before = (await desk.TimelineAsync(id)).Count;
        Assert.False((await (await PutAsync(2027, File(Year2027))).JsonAsync()).GetProperty("changed").GetBoolean());
        Assert.Equal(0, (await SendAsync(new RecountClocks())).Recounted);
        Assert.Equal(before, (await desk.TimelineAsync(id)).Count);
        var findings = new StringWriter();
        Assert.True((await RebuildCheck.RunAsync(desk.Service.Db, findings, CancellationToken.None)).Findings == 0, findings.ToString());
    }

    [Fact]
    public async Task A_year_with_a_missing_week_is_refused_and_the_week_is_named()
    {
        var answer = await PutAsync(2027, File([.. Year2027.Where(line => !line.StartsWith("2027-10", StringComparison.Ordinal))]));

        var refused = await answer.JsonAsync();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "calendar.gaps"), (answer.StatusCode, refused.Text("code")));
        Assert.Contains("The week of 27 September 2027 to 3 October 2027 is missing",
            refused.GetProperty("errors").GetProperty("file")[0].GetString()!, StringComparison.Ordinal);
        Assert.False((await (await admin.GetAsync("/api/v1/calendar/2027")).JsonAsync()).GetProperty("published").GetBoolean());
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*)::int from clock_recount"));
    }

    [Fact]
    public async Task What_is_no_calendar_is_refused_by_line_and_who_is_no_administrator_at_all()
    {
        foreach (var (file, says) in new (byte[], string)[]
        {
            (File([.. Year2027, "2027-13-01,holiday,元旦"]), "Line 21"),
            (File([.. Year2027, Year2027[0]]), "stands twice"),
            ("date;kind;name\n"u8.ToArray(), "Line 1"),
            ([0xC4, 0xEA, 0xFF], "UTF-8"),
            (File([.. Year2027, "2026-05-20,holiday,春节"]), "not part of the notice for 2027"),
        })
        {
            var answer = await PutAsync(2027, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(says, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest,
            (await admin.PutAsync("/api/v1/calendar/2027?extraRestDays=x", ApiService.Bytes(File(Year2027), "text/csv"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType,
            (await admin.PutAsync("/api/v1/calendar/2027", ApiService.Bytes(File(Year2027), "application/json"))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await admin.PutAsync("/api/v1/calendar/2027", ApiService.Bytes(new byte[ImportCalendar.MaxFile + 1], "text/csv"))).StatusCode);
        using var clerk = desk.Service.As("clerk.430104");
        Assert.Equal(HttpStatusCode.Forbidden,
            (await clerk.PutAsync("/api/v1/calendar/2027", ApiService.Bytes(File(Year2027), "text/csv"))).StatusCode);
    }

    [Fact]
    public async Task The_command_imports_a_year_and_says_what_is_wrong_with_another()
    {
        var path = System.IO.Path.Combine(desk.Service.Settings.DataFolder, "2027.csv");
        var (output, errors) = (new StringWriter(), new StringWriter());
        await using var scope = desk.Service.Scope();
        await System.IO.File.WriteAllBytesAsync(path, File(Year2027[1..]), TestContext.Current.CancellationToken);
        Assert.Equal(1, await ImportCalendarFile.RunAsync(scope.ServiceProvider, ["2027", path], output, errors));
        Assert.Contains("calendar.gaps", errors.ToString(), StringComparison.Ordinal);
        await System.IO.File.WriteAllBytesAsync(path, File(Year2027), TestContext.Current.CancellationToken);
        Assert.Equal(0, await ImportCalendarFile.RunAsync(scope.ServiceProvider, ["2027", path], output, errors));
        Assert.Contains("19 rest days, 0 make-up workdays, stored", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await ImportCalendarFile.RunAsync(scope.ServiceProvider, [path], output, errors));
        Assert.Equal(1, await ImportCalendarFile.RunAsync(scope.ServiceProvider, ["2027", path + ".none"], output, errors));
    }

    [Fact]
    public async Task Every_day_of_the_stored_years_agrees_with_the_file()
    {
        await using var stream = typeof(ReferenceData).Assembly.GetManifestResourceStream("data/china-holidays.csv")!;
        using var reader = new StreamReader(stream);
        var file = WorkingCalendar.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        await using var scope = desk.Service.Scope();
        var stored = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>()
            .GetAsync(TestContext.Current.CancellationToken);

        for (var day = new DateOnly(2018, 1, 1); day.Year <= 2026; day = day.AddDays(1))
            Assert.True(file.IsWorkday(day) == stored.IsWorkday(day), $"{day}");
        Assert.Equal(file.PublishedYears.Order(), stored.PublishedYears.Order());
    }

    private static byte[] File(string[] lines) => Encoding.UTF8.GetBytes("date,kind,name\n" + string.Join('\n', lines) + "\n");

    private Task<HttpResponseMessage> PutAsync(int year, byte[] file) =>
        admin.PutAsync($"/api/v1/calendar/{year}", ApiService.Bytes(file, "text/csv"));

    private async Task<JsonElement> TermAsync(string id) =>
        (await desk.GetAsync(id)).GetProperty("clocks").EnumerateArray().Single(clock => clock.Text("name") == "term");

    private static List<string> Lines(JsonElement clock) =>
        [.. clock.GetProperty("explanation").EnumerateArray().Select(line => line.Text("text"))];

    private async Task<T> SendAsync<T>(IRequest<T> request)
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
