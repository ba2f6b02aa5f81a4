using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <param name="DataFolder">The service's data folder; the cluster is its subfolder <c>postgres</c>.</param>
/// <param name="BinFolder">Where <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c> are; searched for when not given.</param>
/// <param name="Durable">False only for tests: a power cut may then lose the cluster.</param>
/// <param name="Download">Whether npm may fetch PostgreSQL where none is installed.</param>
public sealed record LocalPostgresOptions(string DataFolder, string? BinFolder = null, bool Durable = true, bool Download = true)
{
    public static LocalPostgresOptions From(string dataFolder, IConfiguration configuration) =>
        new(dataFolder, configuration["PostgreSql:BinFolder"] ?? configuration["MEDIATION_PG_BIN"]);
}

/// <summary>A message for whoever starts the service, in Chinese and English, with the way out.</summary>
/// <param name="missing">Whether the machine lacks something that is to be installed.</param>
public sealed class LocalPostgresException(string zh, string en, bool missing = false) : Exception($"{zh}{Environment.NewLine}{en}")
{
    public bool IsMissing => missing;

    public string English => en;
}

/// <summary>
/// A private PostgreSQL as a child process, for a start without settings. It lives and dies with the service,
/// is restarted on the same port when it dies alone, and never shares its folder with a second service.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan WaitForAnswer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WaitForRecovery = TimeSpan.FromMinutes(30);

    private readonly FileStream held;
    private readonly Postmaster running;

    private LocalPostgres(FileStream held, Postmaster running, string connectionString) =>
        (this.held, this.running, ConnectionString) = (held, running, connectionString);

    /// <summary>The owner of the cluster on the database <c>mediation</c>, by TCP on 127.0.0.1 with scram.</summary>
    public string ConnectionString { get; }

    /// <summary>The process id of the running postmaster; null while it is being restarted.</summary>
    public int? ProcessId => running.ProcessId;

    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, ILogger log, CancellationToken cancellation)
    {
        var cluster = new ClusterFolder(options.DataFolder, log);
        var serviceLock = await cluster.LockAsync(cancellation);
        try
        {
            options = options with { DataFolder = cluster.Root };
            var binaries = await PostgresBinaries.FindAsync(options, cluster.Major, log, cancellation);
            var runAs = await RunAs.ChooseAsync(cluster, cancellation);
            await cluster.EndSurvivorAsync(binaries, runAs, cancellation);
            var password = await cluster.CreateIfMissingAsync(binaries, runAs, options.Durable, cancellation);

            for (var attempt = 1; ; attempt++)
            {
                var port = FreePort();
                var postmaster = new Postmaster(binaries, runAs, cluster, port, options.Durable, log);
                try
                {
                    var connectionString = await UntilReadyAsync(postmaster, cluster, port, password, log, cancellation);
                    log.LogInformation("PostgreSQL {Major} from {BinFolder} runs on port {Port} as process {ProcessId}",
                        binaries.Major, binaries.Folder, port, postmaster.ProcessId);
                    return new LocalPostgres(serviceLock, postmaster, connectionString);
                }
                catch (Exception failure)
                {
                    await postmaster.DisposeAsync();
                    // Another program may take the port between our looking and PostgreSQL's binding.
                    var portTaken = failure is LocalPostgresException
                        && cluster.LogTail().Contains("could not bind", StringComparison.Ordinal);
                    if (!portTaken || attempt == 5)
                        throw;
                }
            }
        }
        catch
        {
            await serviceLock.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        await held.DisposeAsync();
    }

    private static async Task<string> UntilReadyAsync(Postmaster postmaster, ClusterFolder cluster, int port, string password,
        ILogger log, CancellationToken cancellation)
    {
        var target = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = ClusterFolder.Owner,
            Password = password,
            Database = "postgres",
            SslMode = SslMode.Disable,
            Pooling = false,
            Timeout = 5,
        };
        var started = TimeProvider.System.GetTimestamp();
        var patience = WaitForAnswer;
        while (true)
        {
            try
            {
                await CreateDatabaseAsync(target.ConnectionString, cancellation);
                if (!postmaster.Supervise())
                    throw cluster.DoesNotStart();
                return new NpgsqlConnectionStringBuilder
                {
                    Host = target.Host,
                    Port = port,
                    Username = target.Username,
                    Password = password,
                    Database = "mediation",
                    SslMode = SslMode.Disable
                }.ConnectionString;
            }
            catch (PostgresException notYet) when (notYet.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                // After a crash it replays its journal and says so; a big one takes longer than a start may.
                if (patience == WaitForAnswer)
                    log.LogInformation("PostgreSQL answers and is still recovering");
                patience = WaitForRecovery;
            }
            catch (Exception refused) when (refused is NpgsqlException { SqlState: null } or TimeoutException)
            {
                if (postmaster.Ended)
                    throw cluster.DoesNotStart();
            }
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                throw cluster.DoesNotStart();
            await Task.Delay(50, cancellation);
        }
    }

    private static async Task CreateDatabaseAsync(string connectionString, CancellationToken cancellation)
    {
        // else its figures bear the connection string
        await using var source = new NpgsqlDataSourceBuilder(connectionString) { Name = "owner" }.Build();
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = 'mediation'", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand("CREATE DATABASE mediation", connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    internal static string NewPassword() => RandomNumberGenerator.GetHexString(48, lowercase: true);
}
