using Dapper;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// Takes the indexes and references of the tables that are filled out of the way and puts them back afterwards: built at
/// once they cost a fraction, and what a reference demands is then checked for all rows together. A database whose seeding
/// was broken off says so.
/// </summary>
internal sealed class SeedIndexes
{
    private const string Mark = "seeding";

    private readonly List<string> statements;

    private SeedIndexes(List<string> statements) => this.statements = statements;

    /// <summary>Whether a seeding of this database was broken off: its indexes are missing.</summary>
    public static async Task<bool> AreMissingAsync(NpgsqlDataSource db)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<bool>("select exists (select 1 from setting where name = @Mark)", new { Mark });
    }

    public static async Task<SeedIndexes> DropAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("set role none");
        var restore = new List<string>();
        var drop = new List<string>();
        // Foreign keys first: they hang on the keys. Of the keys only those whose rows come in no order; the others cost little.
        var constraints = await connection.QueryAsync<(string Table, string Name, string Definition)>("""
            select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace and (contype = 'f' and confrelid = 'cases'::regclass
                or conname in ('case_gram_pkey', 'tally_pkey'))
            order by contype = 'f', conname
            """);
        foreach (var (table, name, definition) in constraints)
        {
            drop.Add($"alter table {table} drop constraint {name}");
            restore.Add($"alter table {table} add constraint {name} {definition}");
        }

        var indexes = await connection.QueryAsync<(string Name, string Definition)>("""
            select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
            where i.indrelid = any(@tables::regclass[]) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
            order by 1
            """, new { tables = new[] { "cases", "case_party", "case_text", "case_gram", "clock", "notice", "tally", "tally_entry" } });
        foreach (var (name, definition) in indexes)
        {
            drop.Add($"drop index {name}");
            restore.Add(definition);
        }

        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("insert into setting (name, value) values (@Mark, '') on conflict do nothing", new { Mark });
        foreach (var statement in drop) await connection.ExecuteAsync(statement);
        await transaction.CommitAsync();
        return new SeedIndexes(restore);
    }

    public async Task RestoreAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync("set maintenance_work_mem = '512MB'");
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var statement in statements) await connection.ExecuteAsync(statement, commandTimeout: 0);
        await connection.ExecuteAsync("delete from setting where name = @Mark", new { Mark });
        await transaction.CommitAsync();
        await connection.ExecuteAsync("reset role; reset maintenance_work_mem");
    }
}
