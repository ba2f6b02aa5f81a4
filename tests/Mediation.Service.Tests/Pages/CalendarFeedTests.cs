using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dapper;
using Mediation.Service.Desks;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

/// <summary>A mediator's own calendar behind a secret address, as RFC 5545 wants it.</summary>
public sealed class CalendarFeedTests : IAsyncLifetime
{
    private const string Page = "/account/calendar";
    private readonly Desk desk = new();
    private Browser browser = null!;
    private HttpClient calendar = null!;

    public async ValueTask InitializeAsync()
    {
        await desk.InitializeAsync();
        browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        calendar = desk.Service.Anonymous();
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        calendar.Dispose();
        await desk.DisposeAsync();
    }

    [Fact]
    public async Task Deadlines_and_sessions_keep_their_name_and_tell_each_change_and_their_end()
    {
        var id = await desk.AssignedAsync();
        var number = (await desk.GetAsync(id)).Text("caseNo");
        await desk.Mediator.DoAsync(id, "sessions",
            new { startsAt = desk.Now.AddDays(2), minutes = 60, place = "社区调解室", kind = "inPerson" });
        var address = await MakeAsync();

        var first = Entries(await calendar.GetStringAsync(address));
        var term = first[$"{id}-term@mediation"];
        Assert.Equal(number + " 调解期限届满", term["SUMMARY"]);
        Assert.True(term.ContainsKey("DTSTART;VALUE=DATE"));
        var session = first[$"{id}-session-1@mediation"];
        Assert.Equal(("CONFIRMED", desk.Now.AddDays(2).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)),
            (session["STATUS"], session["DTSTART"]));

        await desk.Mediator.DoAsync(id, "extend", new { days = 10, consents = new[] { "p1", "p2" } });
        var later = Entries(await calendar.GetStringAsync(address));
        Assert.True(Sequence(later[$"{id}-term@mediation"]) > Sequence(term));
        Assert.True(string.CompareOrdinal(later[$"{id}-term@mediation"]["DTSTART;VALUE=DATE"], term["DTSTART;VALUE=DATE"]) > 0);

        await desk.Mediator.DoAsync(id, "sessions/1/cancel", new { reason = "一方出差" });
        await desk.Mediator.DoAsync(id, "withdraw", new { party = "p1", reason = "自行和解" });
        var last = Entries(await calendar.GetStringAsync(address));
        Assert.Equal(("CANCELLED", "CANCELLED"), (last[$"{id}-term@mediation"]["STATUS"], last[$"{id}-session-1@mediation"]["STATUS"]));
    }

    [Fact]
    public async Task It_holds_nothing_of_persons_and_is_fetched_only_when_it_has_changed()
    {
        var id = await desk.AssignedAsync();
        var address = await MakeAsync();

        using var answer = await calendar.GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/calendar", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(id, text, StringComparison.Ordinal);
        foreach (var party in (await desk.GetAsync(id)).GetProperty("parties").EnumerateArray())
            Assert.DoesNotContain(party.Text("name"), text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"),
            line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75 && !line.Contains('\n', StringComparison.Ordinal)));
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(answer.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, (await calendar.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task An_address_that_was_renewed_taken_back_or_guessed_is_unknown_as_is_that_of_who_may_no_longer_conduct()
    {
        var first = await MakeAsync();
        var second = await MakeAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/open/calendar/guessed.ics"));
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        Assert.DoesNotContain(second.Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal),
            await connection.ExecuteScalarAsync<string>("select json_agg(f)::text from calendar_feed f"), StringComparison.Ordinal);

        await connection.ExecuteAsync("update app_user set active = false where name = @name", new { name = Desk.MediatorName });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(second));
        await connection.ExecuteAsync("update app_user set active = true where name = @name", new { name = Desk.MediatorName });
        await connection.ExecuteAsync("update app_user set role = 'auditor' where name = @name", new { name = Desk.MediatorName });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(second));
        await connection.ExecuteAsync("update app_user set role = 'mediator' where name = @name", new { name = Desk.MediatorName });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));

        Assert.Equal(HttpStatusCode.Redirect,
            (await browser.SendAsync(await browser.OpenAsync(Page), new() { ["drop"] = ["true"] })).Status);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(second));
        using var supervisor = await Browser.SignedInAsync(desk.Service, "supervisor.4301");
        Assert.Equal(HttpStatusCode.Forbidden, (await supervisor.GetAsync(Page)).Status);
    }

    [Fact]
    public void A_long_line_is_folded_between_characters_and_signs_are_escaped()
    {
        var summary = string.Concat(Enumerable.Repeat("期限届满😀", 20)) + "; a, b\\c\nd";

        var text = ICalendar.Write("日历", [new CalendarEntry("1@mediation", 3, DateTimeOffset.UnixEpoch, summary, new DateOnly(2026, 12, 31),
            default, 0, false, "https://mediation.example/cases/1")]);

        Assert.All(text.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75));
        Assert.DoesNotContain('\uFFFD', text);
        var entry = Entries(text)["1@mediation"];
        Assert.Equal(summary.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal), entry["SUMMARY"]);
        Assert.Equal(("20261231", "20270101"), (entry["DTSTART;VALUE=DATE"], entry["DTEND;VALUE=DATE"]));
    }

    private async Task<string> MakeAsync()
    {
        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync(Page), []);
        Assert.Equal(HttpStatusCode.OK, status);
        return new Uri(page.QuerySelector("code.address")!.TextContent).AbsolutePath;
    }

    private static int Sequence(Dictionary<string, string> entry) => int.Parse(entry["SEQUENCE"], CultureInfo.InvariantCulture);

    private async Task<HttpStatusCode> StatusAsync(string address) => (await calendar.GetAsync(address)).StatusCode;

    /// <summary>The events by their name, each line unfolded and taken apart.</summary>
    private static Dictionary<string, Dictionary<string, string>> Entries(string text)
    {
        var lines = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("BEGIN:VCALENDAR", "END:VCALENDAR"), (lines[0], lines[^1]));
        var entries = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Dictionary<string, string> entry = [];
        foreach (var line in lines)
        {
            if (line == "BEGIN:VEVENT") entry = new(StringComparer.Ordinal);
            else if (line == "END:VEVENT") entries.Add(entry["UID"], entry);
            else entry[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }

        return entries;
    }
}
