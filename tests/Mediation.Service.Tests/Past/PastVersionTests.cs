using System.Text.Json;
using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Reports.Tallies;

namespace Mediation.Service.Tests.Past;

/// <summary>The database of an earlier version, brought to today's schema: it verifies, folds, counts and answers as it did then.</summary>
public sealed class PastService : IAsyncLifetime
{
    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await PastVersion.RestoreAsync(PastVersion.First);
        await Migrator.MigrateAsync(database);
        Service = await TestService.StartOnAsync(database, PastVersion.End());
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

public sealed class PastVersionTests(PastService past) : IClassFixture<PastService>
{
    private readonly TestService service = past.Service;

    public static TheoryData<bool, string, string, string> Answers =>
        [.. PastVersion.Lines(PastVersion.First, "answers.jsonl.gz").Select(line =>
            (line.GetProperty("Page").GetBoolean(), line.GetProperty("By").GetString()!, line.GetProperty("Path").GetString()!,
                line.GetProperty("Text").GetString()!))];

    [Fact]
    public async Task Every_hash_and_digest_of_its_journal_holds()
    {
        var findings = new StringWriter();
        var result = await VerifyChain.RunAsync(service.Db, service.Settings.Keys, findings, CancellationToken.None);
        Assert.True(result.Findings == 0, findings.ToString());
        Assert.True(result.Cases > 300);
    }

    [Fact]
    public async Task Every_journal_folds_to_what_was_stored()
    {
        var findings = new StringWriter();
        var result = await RebuildCheck.RunAsync(service.Db, findings, CancellationToken.None);
        Assert.True(result.Findings == 0, findings.ToString());
        Assert.True(result.Cases > 300);
    }

    [Fact]
    public async Task Every_case_is_due_on_the_day_of_its_next_clock()
    {
        await using var connection = await service.Db.OpenConnectionAsync();
        var days = (await connection.QueryAsync<(DateOnly? Case, DateOnly? Clock)>(
            "select c.due_on, (select min(k.due_on) from clock k where k.case_id = c.id and k.state = 'running') from cases c")).AsList();

        Assert.All(days, day => Assert.Equal(day.Clock, day.Case));
        Assert.Contains(days, day => day.Case is null);
        Assert.Contains(days, day => day.Case is not null);
    }

    [Fact]
    public async Task Every_figure_counted_again_is_the_one_that_was_kept() => Assert.Empty(await CheckTallies.RunAsync(service.Db));

    [Theory(DisableDiscoveryEnumeration = true), MemberData(nameof(Answers))]
    public async Task What_it_answered_is_answered_still(bool page, string by, string path, string recorded)
    {
        var now = await Reading.AskAsync(service, page, by, path);
        if (page) return;
        if (recorded[0] is '{' or '[')
            Holds(JsonSerializer.Deserialize<JsonElement>(recorded), JsonSerializer.Deserialize<JsonElement>(now), path);
        else Assert.Equal(recorded, now);
    }

    /// <summary>All that was said then is said now; a member, or a named entry of a list, may have been added.</summary>
    private static void Holds(JsonElement was, JsonElement now, string where)
    {
        Assert.True(was.ValueKind == now.ValueKind, $"{where}: {was} became {now}");
        switch (was.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in was.EnumerateObject())
                {
                    Assert.True(now.TryGetProperty(member.Name, out var same), $"{where}.{member.Name} is gone");
                    Holds(member.Value, same, $"{where}.{member.Name}");
                }

                break;
            case JsonValueKind.Array when NamesOf(was) is { } names && NamesOf(now) is { } later:
                foreach (var (name, item) in names)
                {
                    Assert.True(later.TryGetValue(name, out var same), $"{where}[{name}] is gone");
                    Holds(item, same, $"{where}[{name}]");
                }

                break;
            case JsonValueKind.Array:
                Assert.True(was.GetArrayLength() == now.GetArrayLength(), $"{where}: {was} became {now}");
                foreach (var (at, pair) in was.EnumerateArray().Zip(now.EnumerateArray()).Index())
                    Holds(pair.First, pair.Second, $"{where}[{at}]");
                break;
            default:
                Assert.True(was.GetRawText() == now.GetRawText() || was.ToString() == now.ToString(), $"{where}: {was} became {now}");
                break;
        }
    }

    /// <summary>Definitions and the like, that stand in a list by their names; null where the list has none or a name twice.</summary>
    private static Dictionary<string, JsonElement>? NamesOf(JsonElement list)
    {
        var names = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        return list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name)
            && name.ValueKind == JsonValueKind.String && names.TryAdd(name.GetString()!, item)) ? names : null;
    }
}
