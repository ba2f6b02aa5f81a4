using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Platform.PrivatePostgres;
using Mediation.Service.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace Mediation.Service.Tests;

/// <summary>
/// One private PostgreSQL for the whole run, started by the first test that asks for a database and found as the
/// service finds its own. <c>MEDIATION_TEST_DB</c> (a connection string of a role that may create databases) is used instead.
/// </summary>
public sealed class TestCluster : IAsyncDisposable
{
    private static readonly Lazy<Task<Server>> Started = new(() => Server.StartAsync());

    private static readonly Lazy<Task<string>> Programs = new(async () => (await FindProgramsAsync()).Folder);

    /// <summary>A fresh database with the newest schema; its owner's connection string.</summary>
    public static async Task<string> CreateDatabaseAsync() => await (await StartedAsync()).CopyTemplateAsync();

    /// <summary>
    /// A fresh database with the demonstration's directory as it is when it is loaded at this time; the file of its
    /// accounts comes into the folder.
    /// </summary>
    public static async Task<(string ConnectionString, IReadOnlyList<DemoAccountsFile.Entry> Accounts)> CreateDirectoryAsync(
        DateTimeOffset now, string folder) =>
        await (await StartedAsync()).CopyDirectoryAsync(now, folder);

    /// <summary>A fresh database with nothing in it, for the tests of the migrator itself.</summary>
    public static async Task<string> CreateEmptyDatabaseAsync() => await (await StartedAsync()).CreateAsync("TEMPLATE template0");

    /// <summary>As the service finds them. Where there are none npm may help out, but not in a pipeline.</summary>
    internal static Task<PostgresBinaries> FindProgramsAsync() => PostgresBinaries.FindAsync(
        new(Path.Combine(AppContext.BaseDirectory, "postgres"), Environment.GetEnvironmentVariable("MEDIATION_PG_BIN"),
            Download: !Machine.IsPipeline),
        null, NullLogger.Instance, CancellationToken.None);

    /// <summary>For a private cluster in this folder, by the programs that are here; what npm fetches is fetched once.</summary>
    public static async Task<LocalPostgresOptions> OptionsAsync(string folder)
    {
        try
        {
            var found = await Programs.Value;
            return new(folder, found, Durable: false, Download: false);
        }
        catch (LocalPostgresException missing) when (missing.IsMissing)
        {
            Machine.Without(missing.English);
            throw;
        }
    }

    /// <summary>What to install before a database can be had; null when it can.</summary>
    public static async Task<string?> MissingAsync()
    {
        try
        {
            await Started.Value;
            return null;
        }
        catch (LocalPostgresException missing) when (missing.IsMissing && !Machine.IsPipeline)
        {
            return missing.English;
        }
    }

    private static async Task<Server> StartedAsync()
    {
        if (await MissingAsync() is { } missing) Machine.Without(missing);
        return await Started.Value;
    }

    public async ValueTask DisposeAsync()
    {
        // A start that failed has failed the tests that wanted it.
        if (Started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Started.Value).DisposeAsync();
    }

    private sealed record LoadedDirectory(string Database, byte[] File, IReadOnlyList<DemoAccountsFile.Entry> Accounts);

    private sealed class Server(string connectionString, LocalPostgres? own, string? folder) : IAsyncDisposable
    {
        private readonly ConcurrentBag<string> databases = [];
        // Terms of office and tokens begin at the clock's time: each time has a directory of its own.
        private readonly ConcurrentDictionary<DateTimeOffset, Lazy<Task<LoadedDirectory>>> directories = new();
        private readonly SemaphoreSlim templateGate = new(1, 1);
        private string? template;

        public static async Task<Server> StartAsync()
        {
            if (Environment.GetEnvironmentVariable("MEDIATION_TEST_DB") is { Length: > 0 } given)
                return new Server(given, own: null, folder: null);
            var folder = Path.Combine(Path.GetTempPath(), $"mediation-tests-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
            try
            {
                var own = await LocalPostgres.StartAsync(new(folder, await Programs.Value, Durable: false, Download: false),
                    NullLogger.Instance, CancellationToken.None);
                return new Server(own.ConnectionString, own, folder);
            }
            catch
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
                throw;
            }
        }

        public async Task<string> CopyTemplateAsync()
        {
            await templateGate.WaitAsync();
            try
            {
                if (template is null)
                {
                    var first = await CreateAsync("TEMPLATE template0");
                    await Migrator.MigrateAsync(first);
                    template = new NpgsqlConnectionStringBuilder(first).Database;
                }
            }
            finally
            {
                templateGate.Release();
            }
            return await CreateAsync($"TEMPLATE {template}");
        }

        public async Task<(string ConnectionString, IReadOnlyList<DemoAccountsFile.Entry> Accounts)> CopyDirectoryAsync(
            DateTimeOffset now, string to)
        {
            var loaded = await directories.GetOrAdd(now, time => new Lazy<Task<LoadedDirectory>>(() => LoadDirectoryAsync(time))).Value;
            await File.WriteAllBytesAsync(Path.Combine(to, DemoAccountsFile.Name), loaded.File);
            return (await CreateAsync($"TEMPLATE {loaded.Database}"), loaded.Accounts);
        }

        private async Task<LoadedDirectory> LoadDirectoryAsync(DateTimeOffset now)
        {
            var owner = await CopyTemplateAsync();
            var place = Directory.CreateTempSubdirectory("mediation-directory-").FullName;
            try
            {
                IReadOnlyList<DemoAccountsFile.Entry> accounts;
                await using (var db = Database.Open(owner)) accounts = await DemoDirectory.LoadAsync(db, place, new FixedTime(now));
                // The statistics go with the copies.
                await ExecuteAsync("ANALYZE", owner);
                return new LoadedDirectory(new NpgsqlConnectionStringBuilder(owner).Database!,
                    await File.ReadAllBytesAsync(Path.Combine(place, DemoAccountsFile.Name)), accounts);
            }
            finally
            {
                Directory.Delete(place, recursive: true);
            }
        }

        public async Task<string> CreateAsync(string from)
        {
            var name = $"mediation_test_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
            await ExecuteAsync($"CREATE DATABASE {name} {from}");
            databases.Add(name);
            return new NpgsqlConnectionStringBuilder(connectionString)
            {
                Database = name,
                MaxPoolSize = 20,
                // Hundreds of databases in one run: idle connections must not use the server up.
                ConnectionIdleLifetime = 5,
                ConnectionPruningInterval = 1,
            }.ConnectionString;
        }

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            templateGate.Dispose();
            if (own is null)
            {
                foreach (var name in databases)
                    await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                return;
            }
            await own.DisposeAsync();
            Directory.Delete(folder!, recursive: true);
        }

        private async Task ExecuteAsync(string sql, string? on = null)
        {
            var settings = new NpgsqlConnectionStringBuilder(on ?? connectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
