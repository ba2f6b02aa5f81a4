using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Npgsql;

namespace Mediation.Service.Tests.Past;

/// <summary>
/// A frozen document is the text that it was: a column that today's version counts may not be in it, and the other way round.
/// </summary>
public sealed class FrozenMonthTests
{
    private const string October = "/api/v1/reports/monthly/2026-10";

    [Fact]
    public async Task What_was_not_counted_then_is_said_to_be_so_and_what_is_counted_no_more_is_answered()
    {
        var database = await PastVersion.RestoreAsync(PastVersion.First);
        await Migrator.MigrateAsync(database);
        await ChangeAsync(database, "report_publication", document =>
        {
            foreach (var (_, view) in document["views"]!.AsObject())
            {
                foreach (var row in view!["rows"]!.AsArray().Append(view["totals"]))
                {
                    row!.AsObject().Remove("overdue");
                    row.AsObject().Remove("registered");
                    row["painted"] = 7;
                }

                view["measures"]!.AsArray().RemoveAll(measure => measure!["name"]!.GetValue<string>() == "onTimeRate");
            }

            document["views"]!.AsObject().Remove("level");
        });
        await ChangeAsync(database, "report_pack", document => document["painted"] = 7);
        await using var service = await TestService.StartOnAsync(database, PastVersion.End());
        using var supervisor = service.As("supervisor.430104");

        var totals = (await (await supervisor.GetAsync(October + "/published")).JsonAsync()).GetProperty("totals");
        Assert.Equal((7, false, true),
            (totals.GetProperty("painted").GetInt32(), totals.TryGetProperty("overdue", out _), totals.TryGetProperty("accepted", out _)));
        await (await supervisor.GetAsync(October + "/published?by=level")).RefusedAsync(400, "validation");
        Assert.Equal(7,
            (await (await supervisor.GetAsync(October + "/pack")).JsonAsync()).GetProperty("pack").GetProperty("painted").GetInt32());

        var differences = (await (await supervisor.GetAsync(October + "/restatement")).JsonAsync())
            .GetProperty("differences").EnumerateArray().ToList();
        Assert.Contains(differences, difference => difference.Text("figure") == "notAccepted");
        Assert.DoesNotContain(differences,
            difference => difference.Text("figure") is "overdue" or "registered" or "painted" || difference.Text("by") == "level");

        var blocks = (await (await supervisor.GetAsync(October + "/returns/centre")).JsonAsync())
            .GetProperty("blocks").EnumerateArray().ToList();
        var rows = blocks[0].GetProperty("rows").EnumerateArray().ToList();
        var missing = rows.Where(row => row.TryGetProperty("notCounted", out _)).ToList();
        Assert.Equal(3, missing.Count); // registered, overdue, the rate
        Assert.All(missing, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("values")[0].ValueKind));
        Assert.Equal(0, blocks.Single(block => block.Text("name") == "level").GetProperty("rows").GetArrayLength());

        using var browser = await Browser.SignedInAsync(service, "supervisor.430104");
        foreach (var line in new[] { "centre", "justice" })
        {
            var page = (await browser.OpenAsync($"/reports/returns?month=2026-10&line={line}")).QuerySelector("main")!.TextContent;
            if (line == "centre") Assert.Contains("当时未统计", page, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/reports/pack?month=2026-10")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/reports/monthly?month=2026-10")).Status);
    }

    private static async Task ChangeAsync(string database, string table, Action<JsonNode> change)
    {
        await using var owner = new NpgsqlConnection(database);
        var document = JsonNode.Parse((await owner.QuerySingleAsync<string>($"select document from {table}"))!)!;
        change(document);
        await owner.ExecuteAsync(
            $"alter table {table} disable trigger user; update {table} set document = @text; alter table {table} enable trigger user",
            new { text = document.ToJsonString() });
    }
}
