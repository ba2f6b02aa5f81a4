using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Tests.Platform.Journal;

public sealed class RebuildCheckTests
{
    [Fact]
    public async Task Every_column_of_a_stored_case_that_differs_from_its_journal_is_found_and_named()
    {
        await using var cases = await TestCases.CreateAsync();
        var expected = await CorruptEachAsync(cases, "cases", "id", ["id", "court_content"], one => one.CaseNo);

        var (findings, result) = await CheckAsync(cases);

        Assert.Equal(expected.Order(StringComparer.Ordinal), findings.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, result.Cases);
        Assert.Equal(expected.Count, result.Findings);
    }

    [Fact]
    public async Task Every_column_of_a_clock_that_differs_from_its_journal_is_found_and_named()
    {
        await using var cases = await TestCases.CreateAsync();
        var expected = await CorruptEachAsync(cases, "clock", "case_id", ["case_id", "key"], one => one.CaseNo, "and key = 'term'");

        var (findings, _) = await CheckAsync(cases);

        Assert.Equal(expected.Order(StringComparer.Ordinal), findings.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("delete from clock where case_id = @id and key = 'term'", "clock[term] is missing")]
    [InlineData("update clock set key = 'term:9' where case_id = @id and key = 'term'", "clock[term:9] is not in the journal")]
    [InlineData("delete from case_event where case_id = @id", "no journal")]
    [InlineData("delete from case_event where case_id = @id and seq = 2", "event 3 cannot be folded")]
    [InlineData("update case_event set body = '{\"mediator\":1}' where case_id = @id and seq = 2", "event 2 cannot be folded")]
    // as of a newer version: read as far as it is known
    [InlineData("update case_event set body = '{\"nothing\":1}' where case_id = @id and seq = 2", ": cases.state")]
    [InlineData("update case_event set kind = 'unheardOf' where case_id = @id and seq = 2", "event 2 cannot be folded")]
    [InlineData("delete from cases where id = @id", "a journal without a stored case")]
    public async Task What_is_missing_or_cannot_be_folded_is_named_and_the_other_cases_are_checked(string damage, string found)
    {
        await using var cases = await TestCases.CreateAsync();
        var (damaged, other) = (await cases.AcceptedAsync(), await cases.AcceptedAsync());
        await cases.ConsentedAsync(damaged.Id);
        await cases.CorruptAsync(damage, new { id = damaged.Id });
        await cases.CorruptAsync("update cases set category = '99' where id = @id", new { id = other.Id });

        var (findings, _) = await CheckAsync(cases);

        Assert.Contains(findings, line => line.Contains(found, StringComparison.Ordinal));
        Assert.Contains($"{other.CaseNo}: cases.category", findings);
    }

    /// <summary>For each column a case of its own in which only this column was changed; the lines expected.</summary>
    private static async Task<List<string>> CorruptEachAsync(
        TestCases cases, string table, string idColumn, string[] except, Func<Case, string> name, string where = "")
    {
        await using var connection = await cases.Db.OpenConnectionAsync();
        var columns = (await connection.QueryAsync<(string Name, string Type)>("""
            select column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = @table
                and column_name <> all(@except)
            """,
            new { table, except })).ToList();
        Assert.NotEmpty(columns);
        var expected = new List<string>();
        foreach (var (column, type) in columns)
        {
            var one = await cases.AcceptedAsync();
            var changed = type switch
            {
                "text" => $"coalesce({column}, '') || 'x'",
                "integer" or "smallint" or "numeric" => $"coalesce({column}, 0) + 1",
                "boolean" => $"not {column}",
                "bytea" => "'\\x00'",
                "json" => "replace(state::text, '\"02\"', '\"03\"')::json",
                "date" => $"coalesce({column}, '2026-11-23') + 1",
                "timestamp with time zone" => $"{column} + interval '1 microsecond'",
                "ARRAY" => $"array_append({column}, 'x')",
                _ => throw new InvalidOperationException($"{column} is of the type {type}, which this test does not change."),
            };
            await cases.CorruptAsync($"update {table} set {column} = {changed} where {idColumn} = @Id {where}", new { one.Id });
            expected.Add(
                table == "clock" ? $"{name(one)}: clock[term].{column}" : $"{name(one)}{(column == "case_no" ? "x" : "")}: cases.{column}");
        }

        return expected;
    }

    private static async Task<(List<string> Findings, CheckResult Result)> CheckAsync(TestCases cases)
    {
        var output = new StringWriter();
        var result = await RebuildCheck.RunAsync(cases.Db, output, CancellationToken.None);
        return ([.. output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(" differs", 2)[0])], result);
    }
}
