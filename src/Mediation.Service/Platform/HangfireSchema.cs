using Dapper;
using Hangfire.PostgreSql;
using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>
/// Hangfire's tables, in a schema of their own: made and upgraded by its own scripts as the owner, who migrates. The service's role
/// reads and writes their rows and can neither change nor add a table.
/// </summary>
public static class HangfireSchema
{
    public const string Name = "hangfire";

    // The rights are set before there is a table, so that each table of a later version has them from the start. A database in
    // which the service's own role made the schema is taken over.
    private const string Prepare = """
        do $$
        declare
            owned_by text := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'hangfire');
            one record;
        begin
            if owned_by is null then
                create schema hangfire;
            elsif owned_by = 'mediation_app' then
                execute format('alter schema hangfire owner to %I', current_user);
                for one in select relname from pg_class where relnamespace = 'hangfire'::regnamespace and relkind = 'r'
                and pg_get_userbyid(relowner) = 'mediation_app' loop
                    execute format('alter table hangfire.%I owner to %I', one.relname, current_user); -- and its sequence
                end loop;
                grant select, insert, update, delete on all tables in schema hangfire to mediation_app;
                grant usage on all sequences in schema hangfire to mediation_app;
            elsif owned_by <> current_user or exists (select from pg_default_acl where defaclnamespace = 'hangfire'::regnamespace) then
                return;
            end if;
            grant usage on schema hangfire to mediation_app;
            alter default privileges in schema hangfire grant select, insert, update, delete on tables to mediation_app;
            alter default privileges in schema hangfire grant usage on sequences to mediation_app;
        end $$
        """;

    /// <param name="owner">Its session ends with the migration: Hangfire's scripts set things in it.</param>
    public static async Task MigrateAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        try
        {
            await owner.ExecuteAsync(new CommandDefinition(Prepare, cancellationToken: cancellationToken));
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var user = await owner.ExecuteScalarAsync<string>("select format('%I', current_user)");
            throw new SettingException($"任务需要单独的模式，请由数据库所有者执行：create schema {Name} authorization {user};",
                $"The jobs need a schema of their own. Let the owner of the database run: create schema {Name} authorization {user};");
        }

        // A transaction for each of its versions, which need not be waited for one by one: what a crash loses is made again.
        await owner.ExecuteAsync(new CommandDefinition("set synchronous_commit = off", cancellationToken: cancellationToken));
        PostgreSqlObjectsInstaller.Install(owner, Name);
    }

    /// <summary>A node that would fire without its tables says so and does not start.</summary>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("""
                select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = @Name and c.relname = 'jobqueue')
                """,
                new { Name }, cancellationToken: cancellationToken)))
            throw new SettingException("数据库缺少任务所需的表（模式 hangfire）：请以数据库所有者的连接执行 migrate。",
                "The database lacks the tables of the jobs (schema hangfire): run migrate with the owner's connection.");
    }
}
