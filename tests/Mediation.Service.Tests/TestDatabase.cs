using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mediation.Service.Platform;
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

    /// <summary>A fresh database with the newest schema; its owner's connection string.</summary>
    public static async Task<string> CreateDatabaseAsync() => await (await Started.Value).CopyTemplateAsync();

    /// <summary>A fresh database with nothing in it, for the tests of the migrator itself.</summary>
    public static async Task<string> CreateEmptyDatabaseAsync() => await (await Started.Value).CreateAsync("TEMPLATE template0");

    /// <summary>In CI a missing PostgreSQL is a failure; elsewhere npm may help out as it does for the service.</summary>
    public static LocalPostgresOptions Options(string folder) => new(
        folder, Environment.GetEnvironmentVariable("MEDIATION_PG_BIN"), Durable: false,
        Download: Environment.GetEnvironmentVariable("CI") != "true");

    public async ValueTask DisposeAsync()
    {
        // A start that failed has failed the tests that wanted it.
        if (Started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Started.Value).DisposeAsync();
    }

    private sealed class Server(string connectionString, LocalPostgres? own, string? folder) : IAsyncDisposable
    {
        private readonly ConcurrentBag<string> databases = [];
        private readonly SemaphoreSlim templateGate = new(1, 1);
        private string? template;

        public static async Task<Server> StartAsync()
        {
            if (Environment.GetEnvironmentVariable("MEDIATION_TEST_DB") is { Length: > 0 } given)
                return new Server(given, own: null, folder: null);
            var folder = Path.Combine(Path.GetTempPath(), $"mediation-tests-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
            try
            {
                var own = await LocalPostgres.StartAsync(Options(folder), NullLogger.Instance, CancellationToken.None);
                return new Server(own.ConnectionString, own, folder);
            }
            catch
            {
                Directory.Delete(folder, recursive: true);
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

        private async Task ExecuteAsync(string sql)
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
