using System.Diagnostics;
using System.Globalization;
using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Platform.PrivatePostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>A database of the benchmark's cluster, with as many cases as its name says.</summary>
/// <param name="Folder">Its data folder: keys and accounts.</param>
internal sealed record CaseDatabase(string Name, int Cases, string ConnectionString, string Folder)
{
    /// <summary>As the owner.</summary>
    public NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }
}

/// <summary>
/// A private PostgreSQL of the benchmark's own, run by the service's own code, with settings as a server of this size has them.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>Durable as in production; the memory of a small server. Both sides of every ratio run on them.</summary>
    private static readonly string[] Settings =
    [
        "shared_preload_libraries = 'pg_stat_statements'", "shared_buffers = '2GB'", "effective_cache_size = '8GB'",
        "max_wal_size = '8GB'", "checkpoint_timeout = '15min'", "random_page_cost = '1.1'", "work_mem = '16MB'",
        "maintenance_work_mem = '512MB'", "track_io_timing = 'off'",
    ];

    private readonly LocalPostgres postgres;
    private readonly string folder;

    private Cluster(LocalPostgres postgres, string folder) => (this.postgres, this.folder) = (postgres, folder);

    public int Postmaster =>
        int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Where the programs of the running PostgreSQL lie, pgbench among them.</summary>
    public string Programs => Path.GetDirectoryName(new FileInfo($"/proc/{Postmaster}/exe").LinkTarget!)!;

    public static async Task<Cluster> StartAsync(string folder)
    {
        var options = new LocalPostgresOptions(folder);
        var first = await LocalPostgres.StartAsync(options, NullLogger.Instance, CancellationToken.None);
        await using (var connection = new NpgsqlConnection(first.ConnectionString))
        {
            await connection.OpenAsync();
            if (await connection.ExecuteScalarAsync<string>("show shared_preload_libraries") is { Length: > 0 })
                return new Cluster(first, folder);
            foreach (var setting in Settings) await connection.ExecuteAsync($"alter system set {setting}");
        }

        NpgsqlConnection.ClearAllPools();
        await first.DisposeAsync();
        return new Cluster(await LocalPostgres.StartAsync(options, NullLogger.Instance, CancellationToken.None), folder);
    }

    /// <summary>Makes and seeds the database unless it is there.</summary>
    public async Task<CaseDatabase> DatabaseAsync(int cases, TextWriter output)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"cases_{cases}");
        var database = new CaseDatabase(name, cases,
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = name }.ConnectionString, Path.Combine(folder, name));
        await using var server = new NpgsqlConnection(postgres.ConnectionString);
        await server.OpenAsync();
        if (await server.ExecuteScalarAsync<bool>("select exists (select 1 from pg_database where datname = @name)", new { name }))
            return database;
        var building = name + "_building";
        await server.ExecuteAsync($"drop database if exists {building}");
        await server.ExecuteAsync($"create database {building}");
        Directory.CreateDirectory(database.Folder);
        var started = Stopwatch.GetTimestamp();
        var target = database with
        { ConnectionString = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = building }.ConnectionString };
        await SeedAsync(target);
        NpgsqlConnection.ClearAllPools();
        await server.ExecuteAsync($"alter database {building} rename to {name}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Seeded {cases:N0} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s."));
        return database;
    }

    private static async Task SeedAsync(CaseDatabase target)
    {
        using var seed = ServiceProcess.Command(target, "seed", "--cases", target.Cases.ToString(CultureInfo.InvariantCulture));
        await seed.WaitForExitAsync();
        if (seed.ExitCode != 0) throw new InvalidOperationException("The service's seed command failed.");
        await using var connection = target.Connect();
        await connection.ExecuteAsync("vacuum (analyze)", commandTimeout: 0);
        await connection.ExecuteAsync("create extension if not exists pg_stat_statements");
    }

    public ValueTask DisposeAsync() => postgres.DisposeAsync();
}
