using System.Net.Http.Json;
using Dapper;
using Mediation.Service.Tests.Courts;
using Npgsql;

namespace Mediation.Service.Tests.Cases;

public sealed class SearchTests(CourtRoom room) : IClassFixture<CourtRoom>
{
    [Fact]
    public async Task A_case_is_found_by_its_number_whole_by_its_beginning_or_by_its_end()
    {
        var (id, number) = await OpenedAsync("测试甲");

        Assert.Equal([id], await FoundAsync(number));
        Assert.Equal([id], await FoundAsync(number[^8..]));
        Assert.Contains(id, await FoundAsync(number[^3..]));
        Assert.Contains(id, await FoundAsync(number[..11]));
        // as a Chinese keyboard types it
        Assert.Contains(id,
            await FoundAsync(string.Concat(number.Select(digit => char.IsAsciiDigit(digit) ? (char)(digit - '0' + '０') : digit))));
        Assert.Empty(await FoundAsync("9" + number));
        Assert.Empty(await FoundAsync("43010_"));
    }

    [Fact]
    public async Task A_case_is_found_by_its_courts_number_or_the_end_of_it()
    {
        var number = room.NextNumber("民诉前调");
        var id = (await room.NewCaseAsync(number)).Text("id");
        var end = number[(number.IndexOf('调', StringComparison.Ordinal) + 1)..];

        foreach (var text in new[] { number, number.Replace('（', '(').Replace('）', ')'), "诉前调" + end,
            "前调" + end.TrimEnd('号'), end, end.TrimEnd('号') })
            Assert.Equal([id], await FoundAsync(text));
        Assert.Empty(await FoundAsync(number.Replace("2026", "2025", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_case_is_found_by_two_characters_of_a_name_also_by_rare_ones_and_beside_digits()
    {
        var (rare, _) = await OpenedAsync("测𠮷𡚸");
        var (digits, _) = await OpenedAsync("9158同城公司");

        Assert.Equal([rare], await FoundAsync("测𠮷"));
        Assert.Equal([rare], await FoundAsync("𠮷𡚸"));
        Assert.Equal([digits], await FoundAsync("58同城"));
        Assert.Empty(await FoundAsync("城同"));
        Assert.Empty(await FoundAsync("测 公")); // no two characters stand together
        await using var db = new NpgsqlConnection(room.Service.OwnerConnectionString);
        Assert.Equal(0, await db.ExecuteScalarAsync<int>("select count(*) from case_gram where gram ~ '^[0-9]{2}$'"));
    }

    private async Task<(string Id, string Number)> OpenedAsync(string name)
    {
        var answer = await room.Clerk.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "walkIn",
            category = "02",
            division = "430104001",
            summary = "楼上漏水",
            parties = new[] { new { side = "applicant", kind = "person", name },
                new { side = "respondent", kind = "person", name = "测试乙" } },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var opened = await answer.JsonAsync();
        return (opened.Text("id"), opened.Text("caseNo"));
    }

    private async Task<List<string>> FoundAsync(string text)
    {
        var list = await (await room.Clerk.GetAsync("/api/v1/cases?q=" + Uri.EscapeDataString(text))).JsonAsync();
        return [.. list.GetProperty("items").EnumerateArray().Select(row => row.Text("id"))];
    }
}
