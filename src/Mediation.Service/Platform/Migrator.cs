using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>
/// Brings a database to the newest schema: ordered files, one transaction each, then Hangfire's tables, under an advisory lock
/// so that several nodes may start at once. A file that was edited after it ran is refused.
/// </summary>
public static class Migrator
{
    private const long Lock = 0x4D454449_4154494F; // "MEDIATIO"

    public static async Task<int> MigrateAsync(string ownerConnectionString, CancellationToken cancellationToken = default)
    {
        var settings = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false };
        // else its figures bear the connection string
        await using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "owner" }.Build();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("select pg_advisory_lock(@Lock)", new { Lock });
        await connection.ExecuteAsync("""
            create table if not exists schema_migration (
                name text primary key, checksum text not null, applied_at timestamptz not null default now())
            """);
        var applied = (await connection.QueryAsync<(string Name, string Checksum)>("select name, checksum from schema_migration"))
            .ToDictionary(row => row.Name, row => row.Checksum, StringComparer.Ordinal);
        var count = 0;
        foreach (var (name, sql) in Files())
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(name, out var known))
            {
                if (known != checksum)
                    throw new InvalidOperationException(
                        $"Migration {name} was edited after it had been applied. Restore it and write a new one. / "
                            + $"迁移脚本 {name} 执行后被修改，请还原并另写新脚本。");
                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 })
                await command.ExecuteNonQueryAsync(cancellationToken);
            await connection.ExecuteAsync(
                "insert into schema_migration (name, checksum) values (@name, @checksum)", new { name, checksum }, transaction);
            await transaction.CommitAsync(cancellationToken);
            count++;
        }

        await HangfireSchema.MigrateAsync(connection, cancellationToken);
        return count;
    }

    /// <summary>The files in the order of their names, with line ends as in the repository.</summary>
    public static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames()
                     .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            yield return (resource["migrations/".Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
