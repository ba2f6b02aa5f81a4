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
}
