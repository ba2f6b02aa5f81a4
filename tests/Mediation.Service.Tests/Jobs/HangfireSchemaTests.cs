using Dapper;
using Hangfire.PostgreSql;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Mediation.Service.Tests.Jobs;

public sealed class HangfireSchemaTests
{
    [Fact]
    public async Task Nodes_that_migrate_together_make_the_tables_once_and_the_services_role_has_their_rows_alone()
    {
        await using var database = await OrdinaryDatabase.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Migrator.MigrateAsync(database.Owner))));

        await AssertOwnedAsync(database);
    }

    [Fact]
    public async Task The_schema_of_an_older_Hangfire_is_brought_up_to_date_and_its_new_table_has_the_rights()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var owner = new NpgsqlConnection(cases.Owner);
        var newest = await owner.ExecuteScalarAsync<int>("select version from hangfire.schema");
        // As version 17 left it, before the table aggregatedcounter; what came after it bears being done again.
        await owner.ExecuteAsync("""
            drop table hangfire.aggregatedcounter;
            alter table hangfire.job alter column invocationdata type text, alter column arguments type text;
            update hangfire.schema set version = 17
            """);

        await Migrator.MigrateAsync(cases.Owner);

        Assert.Equal(newest, await owner.ExecuteScalarAsync<int>("select version from hangfire.schema"));
        Assert.Equal("jsonb", await owner.ExecuteScalarAsync<string>(
            "select format_type(atttypid, null) from pg_attribute where attrelid = 'hangfire.job'::regclass and attname = 'arguments'"));
        Assert.Equal(1,
            await cases.ScalarAsync<int>("insert into hangfire.aggregatedcounter (key, value) values ('x', 1) returning value::int"));
    }

    [Fact]
    public async Task Tables_that_the_services_role_made_itself_are_taken_over_with_their_rows()
    {
        await using var database = await OrdinaryDatabase.CreateAsync();
        await Migrator.MigrateAsync(database.Owner);
        await database.RunAsync("drop schema hangfire cascade; create schema hangfire authorization mediation_app");
        await using (var service = Database.Open(database.Owner))
        await using (var connection = await service.OpenConnectionAsync())
        {
            PostgreSqlObjectsInstaller.Install(connection, HangfireSchema.Name);
            await connection.ExecuteAsync("insert into hangfire.set (key, score, value) values ('recurring-jobs', 0, 'sweep')");
        }

        await Migrator.MigrateAsync(database.Owner);
        await Migrator.MigrateAsync(database.Owner);

        await AssertOwnedAsync(database);
        await using var owner = new NpgsqlConnection(database.Owner);
        Assert.Equal("sweep", await owner.ExecuteScalarAsync<string>("select value from hangfire.set"));
    }

    [Fact]
    public async Task Who_may_not_make_the_schema_is_told_what_the_owner_of_the_database_has_to_do()
    {
        await using var database = await OrdinaryDatabase.CreateAsync();
        await Migrator.MigrateAsync(database.Owner);
        await database.RunAsync("drop schema hangfire cascade");
        await database.RunAsync($"""
            alter schema public owner to {database.User};
            alter database {new NpgsqlConnectionStringBuilder(database.Owner).Database} owner to current_user
            """, asSuper: true);

        var refused = await Assert.ThrowsAsync<SettingException>(() => Migrator.MigrateAsync(database.Owner));
        await database.RunAsync(refused.Message[refused.Message.IndexOf("create schema",
            StringComparison.Ordinal)..refused.Message.IndexOf(';', StringComparison.Ordinal)], asSuper: true);
        await Migrator.MigrateAsync(database.Owner);

        await AssertOwnedAsync(database);
    }

    [Fact]
    public async Task A_node_that_would_fire_without_the_tables_says_so_and_does_not_start()
    {
        await using var cases = await TestCases.CreateAsync(TimeProvider.System.GetUtcNow());
        await using (var owner = new NpgsqlConnection(cases.Owner)) await owner.ExecuteAsync("drop schema hangfire cascade");
        await using var node = ServiceApp.Build([], cases.Settings with { Jobs = true });

        var refused = await Assert.ThrowsAsync<SettingException>(
            () => node.Services.GetServices<IHostedService>().OfType<HangfireServer>().Single().StartAsync(CancellationToken.None));

        Assert.Contains("run migrate", refused.Message, StringComparison.Ordinal);
    }

    private static async Task AssertOwnedAsync(OrdinaryDatabase database)
    {
        await using var owner = new NpgsqlConnection(database.Owner);
        Assert.Equal([database.User], await owner.QueryAsync<string>("""
            select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'hangfire'::regnamespace
            union select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'hangfire'
            """));
        Assert.Equal((true, false, false), await owner.QuerySingleAsync<(bool, bool, bool)>("""
            select has_schema_privilege('mediation_app', 'hangfire', 'usage'), has_schema_privilege('mediation_app', 'hangfire', 'create'),
                has_database_privilege('mediation_app', current_database(), 'create')
            """));
        Assert.Equal(0, await owner.ExecuteScalarAsync<int>("""
            select count(*)::int from pg_class where relnamespace = 'hangfire'::regnamespace and case relkind
                when 'r' then not (has_table_privilege('mediation_app', oid, 'select')
                    and has_table_privilege('mediation_app', oid, 'insert')
                    and has_table_privilege('mediation_app', oid, 'update') and has_table_privilege('mediation_app', oid, 'delete'))
                    or has_table_privilege('mediation_app', oid, 'truncate')
                when 'S' then not has_sequence_privilege('mediation_app', oid, 'usage') else false end
            """));
        await using var service = Database.Open(database.Owner);
        await using var connection = await service.OpenConnectionAsync();
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("create table hangfire.more (id int)"))).SqlState);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("alter table hangfire.job add more int"))).SqlState);
    }

    /// <summary>An empty database whose owner is no superuser, as on a server of one's own.</summary>
    private sealed class OrdinaryDatabase(string super, string owner, string user) : IAsyncDisposable
    {
        public string Owner => owner;
        public string User => user;

        public static async Task<OrdinaryDatabase> CreateAsync()
        {
            var settings = new NpgsqlConnectionStringBuilder(await TestCluster.CreateEmptyDatabaseAsync()) { Pooling = false };
            var (super, user) = (settings.ConnectionString, settings.Database + "_owner"); // roles belong to the server
            await using var connection = new NpgsqlConnection(super);
            await connection.ExecuteAsync($"""
                do $$ begin create role mediation_app nologin; exception when duplicate_object or unique_violation then null; end $$;
                create role {user} login password 'owner';
                grant mediation_app to {user} with admin option;
                alter database {settings.Database} owner to {user}
                """);
            (settings.Username, settings.Password) = (user, "owner");
            return new OrdinaryDatabase(super, settings.ConnectionString, user);
        }

        public async Task RunAsync(string sql, bool asSuper = false)
        {
            await using var connection = new NpgsqlConnection(asSuper ? super : owner);
            await connection.ExecuteAsync(sql);
        }

        public async ValueTask DisposeAsync() =>
            await RunAsync($"reassign owned by {user} to current_user; drop owned by {user}; drop role {user}", asSuper: true);
    }
}
