using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform.Http;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Platform.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Deadlines;

/// <summary>What the table answers and what it refuses; nothing here changes it.</summary>
public sealed class PolicyTableTests(Desk desk) : IClassFixture<Desk>
{
    private const string Path = "/api/v1/policies/deadlines";
    private readonly HttpClient admin = English(desk);

    private TestService Service => desk.Service;

    [Fact]
    public async Task A_fresh_database_holds_the_policies_as_delivered()
    {
        await using var scope = Service.Scope();
        var stored = await scope.ServiceProvider.GetRequiredService<DeadlinePolicySource>().GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(DeadlinePolicies.Default.OrderBy(policy => policy.Id, StringComparer.Ordinal),
            stored.OrderBy(policy => policy.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_clock_of_the_api_has_a_policy_with_its_basis_in_both_languages()
    {
        var items = (await OkAsync(Path)).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(Enum.GetValues<ClockName>().Select(clock => clock.Camel()).Order(StringComparer.Ordinal),
            items.Select(item => item.GetProperty("clock").GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.True(item.GetProperty("basis").GetProperty("zh").GetString()!.Length > 3
            && item.GetProperty("basis").GetProperty("en").GetString()!.Length > 3));
        Assert.Equal(new[] { "inactivity.green", "inactivity.red", "inactivity.yellow" },
            (await OkAsync(Path + "?clock=inactivity")).GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("term.entrusted.ordinary.2016",
            (await OkAsync(Path + "?clock=term&on=2024-12-31")).GetProperty("items").EnumerateArray()
                .Single(item => item.TryGetProperty("procedure", out var procedure) && procedure.GetString() == "ordinary")
                .GetProperty("id").GetString());
        Assert.Equal("term.people", (await OkAsync(Path + "/term.people")).GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(Path + "/term.nobody")).StatusCode);
    }

    /// <summary>Entrusted in ordinary procedure, filed on the first Monday of March of each year.</summary>
    [Theory]
    [InlineData("2022-03-07", "term.entrusted.ordinary.2016", "2022-03-22", "SPC Provisions on Invited Mediation, art. 27")]
    [InlineData("2024-03-04", "term.entrusted.ordinary.2016", "2024-03-19", "SPC Provisions on Invited Mediation, art. 27")]
    [InlineData("2025-03-03", "term.entrusted.ordinary.2025", "2025-03-18",
        "SPC opinion of 27 December 2024 on filing and mediation of civil cases, in force from 1 January 2025")]
    public async Task The_same_case_falls_due_by_the_law_of_its_year(string startedOn, string policy, string dueOn, string basis)
    {
        var computed = await OkAsync($"{Path}/due?track=entrusted&procedure=ordinary&startedOn={startedOn}");

        Assert.Equal((policy, dueOn), (computed.GetProperty("policy").GetString(), computed.GetProperty("dueOn").GetString()));
        var lines = computed.GetProperty("explanation").EnumerateArray()
            .ToDictionary(line => line.GetProperty("code").GetString()!, line => line.GetProperty("text").GetString()!);
        Assert.Equal("Basis: " + basis, lines["basis"]);
        Assert.EndsWith("(signing for the court's papers)", lines["start"], StringComparison.Ordinal);
        Assert.Equal("15 calendar days", lines["count"]);
    }

    [Theory]
    [InlineData("2021-12-31", "confirmation.2013", "2022-01-30", "2022-01-30")] // a Sunday, but worked: the week before the Spring Festival
    [InlineData("2022-01-04", "confirmation.2022", "2022-02-03", "2022-02-07")]
    [InlineData("2024-01-02", "confirmation.2024", "2024-02-01", "2024-02-01")]
    [InlineData("2025-01-02", "confirmation.2024", "2025-02-01", "2025-02-05")]
    public async Task The_window_of_confirmation_goes_by_the_article_of_its_time(string startedOn, string policy, string last, string dueOn)
    {
        var computed = await OkAsync($"{Path}/due?clock=confirmation&startedOn={startedOn}");

        Assert.Equal((policy, dueOn), (computed.GetProperty("policy").GetString(), computed.GetProperty("dueOn").GetString()));
        Assert.Equal(last != dueOn,
            computed.GetProperty("explanation").EnumerateArray().Any(line => line.GetProperty("code").GetString() == "roll"));
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "from", "Overlaps with term.people",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30,"basis":{"zh":"规定","en":"Rule"}}""" },
        { "days", "Give 1 to 3650 days", """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":-1"""
            + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "basis.zh", "Give the basis", """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30"""
            + ""","replaces":"term.people","basis":{"zh":" ","en":"Rule"}}""" },
        { "basis.en", "Give the basis", """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30"""
            + ""","replaces":"term.people","basis":{"zh":"规定","en":""}}""" },
        { "basis", "Required",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30,"replaces":"term.people"}""" },
        { "clock", "Unknown field, or wrong type or value",
            """{"clock":"lunch","from":"2027-01-01","unit":"calendarDays","days":30,"basis":{"zh":"规定","en":"Rule"}}""" },
        { "from", "Required", """{"clock":"term","track":"people","unit":"calendarDays","days":30,"basis":{"zh":"规定","en":"Rule"}}""" },
        { "to", "The last day lies before the first",
            """{"clock":"term","track":"people","from":"2027-01-01","to":"2026-12-31","unit":"calendarDays","days":30"""
                + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "to", "From 1 February 2027 on no policy would apply",
            """{"clock":"term","track":"people","from":"2027-01-01","to":"2027-01-31","unit":"calendarDays","days":30"""
                + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "track", "Would apply beside term.people with equal weight",
            """{"clock":"term","category":"13","from":"2027-01-01","unit":"calendarDays","days":30,"basis":{"zh":"规定","en":"Rule"}}""" },
        { "category", "There is no such category",
            """{"clock":"term","track":"people","category":"77","from":"2027-01-01","unit":"calendarDays","days":30"""
                + ""","basis":{"zh":"规定","en":"Rule"}}""" },
        { "unit",
            "Performance goes by the date agreed", """{"clock":"term","track":"people","from":"2027-01-01","unit":"fixedDate","days":0"""
                + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "warnWorkingDays", "Give 0 to 60 working days",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30,"warnWorkingDays":-2"""
                + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "starts", "cannot start from that event",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30"""
                + ""","starts":"settled","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "extension", "Only the term can be extended", """{"clock":"intake","from":"2027-01-01","unit":"workingDays","days":3"""
            + ""","extension":{"consent":"nobody"},"replaces":"intake","basis":{"zh":"规定","en":"Rule"}}""" },
        { "extension.capDays", "Give 1 to 365 days",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30,"extension":{"capDays":0}"""
                + ""","replaces":"term.people","basis":{"zh":"规定","en":"Rule"}}""" },
        { "replaces", "There is no such policy", """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30"""
            + ""","replaces":"term.nobody","basis":{"zh":"规定","en":"Rule"}}""" },
        { "replaces", "for another clock or for other cases",
            """{"clock":"term","track":"people","from":"2027-01-01","unit":"calendarDays","days":30"""
                + ""","replaces":"term.labour","basis":{"zh":"规定","en":"Rule"}}""" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_cannot_stand_is_refused_with_the_field_and_the_reason(string field, string reason, string body)
    {
        var answer = await admin.PostAsync(Path, ApiService.Bytes(System.Text.Encoding.UTF8.GetBytes(body)));

        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity,
            $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        var errors = (await answer.JsonAsync()).GetProperty("errors");
        Assert.True(errors.TryGetProperty(field, out var told) && told[0].GetString()!.Contains(reason, StringComparison.Ordinal),
            errors.GetRawText());
        Assert.Equal(DeadlinePolicies.Default.Count, (await OkAsync(Path)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Whoever_is_no_administrator_reads_and_changes_nothing()
    {
        foreach (var user in new[] { "clerk.430104", "supervisor.4301", "auditor.4301", "court.430104" })
        {
            using var client = Service.As(user);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden,
                (await client.PostAsync(Path, JsonContent.Create(AddPolicy.Example, options: ApiJson.Output))).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden,
                (await client.PostAsJsonAsync(Path + "/term.people/end", new { to = "2027-01-31" })).StatusCode);
        }
    }

    [Fact]
    public async Task The_database_itself_refuses_what_overlaps_and_what_rewrites_a_policy()
    {
        await using var connection = await Service.Db.OpenConnectionAsync();
        var copied = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("""
            insert into deadline_policy select 'again', clock, track, procedure, category, risk, date '2026-06-01', to_date, starts, stops,
                unit, days, rolls, pauses,
                extension_consent, extension_cap_days, extension_max_times, warn_working_days, basis_zh, basis_en, of_house, replaces,
                created_by, created_at
            from deadline_policy where id = 'term.people'
            """));
        Assert.Equal("deadline_policy_overlap", copied.ConstraintName);
        foreach (var sql in new[] { "update deadline_policy set days = 90 where id = 'term.people'",
            "delete from deadline_policy where id = 'term.people'" })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState);
    }

    private async Task<JsonElement> OkAsync(string path)
    {
        var answer = await admin.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private static HttpClient English(Desk desk)
    {
        var client = desk.Service.As("admin");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        return client;
    }
}
