using System.Globalization;
using System.Net;
using Npgsql;

namespace Mediation.Service.Tests.Platform;

public sealed class TestClusterTests
{
    [Fact]
    public async Task Each_test_database_is_its_own_and_has_the_newest_schema()
    {
        var first = await TestCluster.CreateDatabaseAsync();
        var second = await TestCluster.CreateDatabaseAsync();

        await using var source = NpgsqlDataSource.Create(second);
        await using var command = source.CreateCommand("SELECT count(*) FROM schema_migration");

        Assert.NotEqual(new NpgsqlConnectionStringBuilder(first).Database, new NpgsqlConnectionStringBuilder(second).Database);
        Assert.True((long)(await command.ExecuteScalarAsync())! > 0);
    }

    [Fact]
    public async Task A_database_without_a_service_has_no_directory()
    {
        await using var source = NpgsqlDataSource.Create(await TestCluster.CreateDatabaseAsync());
        await using var command = source.CreateCommand(
            "SELECT (SELECT count(*) FROM division) + (SELECT count(*) FROM app_user) + (SELECT count(*) FROM setting)");

        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("2026-10-21T02:00:00Z", "2025-10-21")]
    [InlineData("2026-10-20T16:00:00Z", "2025-10-21")]
    [InlineData("2031-03-01T15:59:00Z", "2030-03-01")]
    public async Task The_directory_is_as_old_as_the_clock_of_its_service_says(string now, string termFrom)
    {
        var clock = new FixedTime(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        await using var service = await TestService.StartAsync(clock);
        await using var command = service.Db.CreateCommand(
            "SELECT (SELECT min(term_from) FROM mediator), (SELECT max(term_from) FROM mediator), (SELECT max(created_at) FROM api_token)");
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());

        var day = DateOnly.Parse(termFrom, CultureInfo.InvariantCulture);
        Assert.Equal((day, day, clock.GetUtcNow().UtcDateTime),
            (row.GetFieldValue<DateOnly>(0), row.GetFieldValue<DateOnly>(1), row.GetDateTime(2)));
        Assert.Equal(HttpStatusCode.OK, (await service.As("clerk.430104").GetAsync("/api/v1/cases")).StatusCode);
    }

    [Fact]
    public async Task What_one_service_writes_another_with_the_same_directory_does_not_see()
    {
        await using var first = await TestService.StartAsync();
        await using var second = await TestService.StartAsync();
        await using var change = first.Db.CreateCommand("UPDATE app_user SET display_name = 'changed' WHERE name = 'admin'");
        Assert.Equal(1, await change.ExecuteNonQueryAsync());

        await using var read = second.Db.CreateCommand("SELECT display_name FROM app_user WHERE name = 'admin'");

        Assert.NotEqual("changed", await read.ExecuteScalarAsync());
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(first.Settings.DataFolder, "demo-accounts.json")),
            await File.ReadAllBytesAsync(Path.Combine(second.Settings.DataFolder, "demo-accounts.json")));
    }
}
