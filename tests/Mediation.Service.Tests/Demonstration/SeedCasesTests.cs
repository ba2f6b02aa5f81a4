using System.Globalization;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Tallies;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Demonstration;

public sealed class SeedCasesTests
{
    private const int Count = 400;

    [Fact]
    public async Task Seeded_cases_are_what_the_service_would_have_written()
    {
        await using var service = await TestService.StartAsync(
            new FixedTime(DateTimeOffset.Parse("2026-11-23T02:00:00Z", CultureInfo.InvariantCulture)));
        var said = new StringWriter();

        Assert.Equal(0, await SeedAsync(service, Count, said));

        Assert.Equal(new CheckResult(Count, 0),
            await VerifyChain.RunAsync(service.Db, service.Settings.Keys, said, CancellationToken.None));
        Assert.Equal(new CheckResult(Count, 0), await RebuildCheck.RunAsync(service.Db, said, CancellationToken.None));
        Assert.Empty(await CheckTallies.RunAsync(service.Db));
        await using var connection = await service.Db.OpenConnectionAsync();
        Assert.Equal(61, await connection.ExecuteScalarAsync<int>("select count(distinct date_trunc('month', opened_on)) from cases"));
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from case_event where at > @now",
            new { now = service.Clock.GetUtcNow() }));
        foreach (var table in new[] { "case_party", "case_text", "case_gram", "clock", "escalation", "notice", "survey", "prevented" })
            Assert.True(await connection.ExecuteScalarAsync<bool>($"select exists (select 1 from {table})"), table);
        Assert.InRange(await connection.ExecuteScalarAsync<decimal>(
            "select count(*) filter (where length(division) = 12)::numeric / count(*) from cases"), 0.68m, 0.80m);
    }

    [Fact]
    public async Task A_new_case_finds_its_number_free_and_a_second_seed_is_refused()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(0, await SeedAsync(service, 40, TextWriter.Null));
        var errors = new StringWriter();

        Assert.Equal(1, await SeedAsync(service, 40, errors));

        Assert.Contains("already", errors.ToString(), StringComparison.Ordinal);
        await using var connection = await service.Db.OpenConnectionAsync();
        Assert.Equal(40, await connection.ExecuteScalarAsync<int>("select count(*) from cases"));
        Assert.True(await connection.ExecuteScalarAsync<bool>(
            "select nextval('case_no_seq') > (select max(right(case_no, 8)::bigint) from cases)"));
    }

    [Fact]
    public async Task Filling_leaves_every_index_and_reference_as_it_was()
    {
        await using var service = await TestService.StartAsync();
        var before = await ShapesAsync(service);

        Assert.Equal(0, await SeedAsync(service, 40, TextWriter.Null));

        Assert.Equal(before, await ShapesAsync(service));
    }

    [Fact]
    public async Task A_filling_that_was_broken_off_is_marked()
    {
        await using var service = await TestService.StartAsync();
        var before = await ShapesAsync(service);
        await using var connection = await service.Db.OpenConnectionAsync();

        var indexes = await SeedIndexes.DropAsync(connection);

        Assert.True(await SeedIndexes.AreMissingAsync(service.Db));
        Assert.NotEqual(before, await ShapesAsync(service));
        await indexes.RestoreAsync(connection);
        Assert.False(await SeedIndexes.AreMissingAsync(service.Db));
        Assert.Equal(before, await ShapesAsync(service));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("20000000", 20_000_000)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("+5", null)]
    [InlineData("1e6", null)]
    [InlineData("1,000", null)]
    [InlineData("一万", null)]
    [InlineData("20000001", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Only_a_plain_number_within_reason_is_taken(string? text, int? count) => Assert.Equal(count, SeedCases.CountOf(text));

    [Fact]
    public async Task More_than_the_disk_holds_is_refused_before_anything_is_written()
    {
        await using var service = await TestService.StartAsync();
        var errors = new StringWriter();

        Assert.Equal(1, await SeedAsync(service, 40, errors, free: 1_000));

        Assert.Contains("GB", errors.ToString(), StringComparison.Ordinal);
        await using var connection = await service.Db.OpenConnectionAsync();
        Assert.False(await connection.ExecuteScalarAsync<bool>("select exists (select 1 from cases)"));
    }

    private static async Task<string[]> ShapesAsync(TestService service)
    {
        await using var connection = await service.Db.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("""
            select indexdef from pg_indexes where schemaname = 'public'
            union all
            select conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace
            order by 1
            """)];
    }

    private static async Task<int> SeedAsync(TestService service, int count, TextWriter said, long free = long.MaxValue)
    {
        await using var scope = service.Scope();
        var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
        return await new SeedCases(service.Db, service.Settings.Keys, scope.ServiceProvider.GetRequiredService<BodyDirectory>())
            .RunAsync(count, new StoryWorld(calendar, service.Clock.GetUtcNow()), free, said, said);
    }
}
