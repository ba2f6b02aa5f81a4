using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Mediation.Service.Platform;
using Mediation.Service.Platform.PrivatePostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mediation.Service.Tests.Platform;

public sealed class LocalPostgresTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Path.Combine(Path.GetTempPath(),
        $"mediation-postgres-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    private LocalPostgresOptions Options { get; set; } = null!;

    public async ValueTask InitializeAsync() => Options = await TestCluster.OptionsAsync(folder);

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return default;
    }

    [Fact]
    public async Task The_programs_of_a_supported_version_are_found()
    {
        var found = await TestCluster.FindProgramsAsync();

        Assert.InRange(found.Major, PostgresBinaries.Oldest, PostgresBinaries.Newest);
        Assert.True(File.Exists(found.InitDb));
    }

    [Fact]
    public async Task A_folder_of_links_leads_to_the_real_programs()
    {
        var real = await TestCluster.FindProgramsAsync();
        var links = Directory.CreateDirectory(Path.Combine(folder, "links")).FullName;
        foreach (var program in new[] { real.Postgres, real.InitDb })
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(program)), program);

        var found = await PostgresBinaries.FindAsync(Options with { BinFolder = links }, null, NullLogger.Instance, CancellationToken.None);

        Assert.Equal(real, found);
    }

    [Fact]
    public async Task A_set_folder_without_PostgreSQL_is_refused_with_the_ways_out_in_both_languages()
    {
        var refused = await Assert.ThrowsAsync<LocalPostgresException>(() => StartAsync(Options with { BinFolder = "/nowhere" }));

        Assert.Contains("ConnectionStrings__Mediation", refused.Message, StringComparison.Ordinal);
        Assert.Contains("任选其一", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MEDIATION_PG_BIN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_named_and_left_alone()
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "postgres")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "PG_VERSION"), "14\n");

        var refused = await Assert.ThrowsAsync<LocalPostgresException>(() => StartAsync(Options));

        Assert.Contains("was made by 14", refused.Message, StringComparison.Ordinal);
        Assert.Equal("14\n", await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION")));
    }

    [Fact]
    public async Task Rows_stay_over_a_restart_and_a_wrong_password_is_refused()
    {
        await using (var first = await StartAsync(Options))
        {
            await ExecuteAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 1 AS n");
            var stranger = new NpgsqlConnectionStringBuilder(first.ConnectionString) { Password = "guess" };
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(stranger.ConnectionString, "SELECT 1"));
            Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        }

        await using var second = await StartAsync(Options);

        Assert.Equal(1L, await ExecuteAsync(second.ConnectionString, "SELECT count(*) FROM kept"));
        Assert.Equal("UTF8", await ExecuteAsync(second.ConnectionString, "SHOW server_encoding"));
        Assert.Equal("127.0.0.1", await ExecuteAsync(second.ConnectionString, "SHOW listen_addresses"));
        Assert.Equal(0L,
            await ExecuteAsync(second.ConnectionString, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"));
    }

    [Fact]
    public async Task A_second_service_on_the_same_folder_is_refused_while_the_first_goes_on()
    {
        await using var first = await StartAsync(Options);

        var refused = await Assert.ThrowsAsync<LocalPostgresException>(() => StartAsync(Options));

        Assert.Contains("in use by another running service", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ExecuteAsync(first.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_killed_PostgreSQL_comes_back_on_the_same_port_with_every_committed_row()
    {
        await using var postgres = await StartAsync(Options with { Durable = true });
        await ExecuteAsync(postgres.ConnectionString, "CREATE TABLE kept AS SELECT 1 AS n");
        var killed = postgres.ProcessId!.Value;

        Kill(killed);

        Assert.Equal(1L, await EventuallyAsync(() => ExecuteAsync(postgres.ConnectionString, "SELECT count(*) FROM kept")));
        Assert.NotEqual(killed, postgres.ProcessId);
    }

    [Fact]
    public async Task A_long_query_of_the_killed_PostgreSQL_does_not_hold_the_restart_up()
    {
        await using var postgres = await StartAsync(Options);
        await using var busy = new NpgsqlConnection(postgres.ConnectionString);
        await busy.OpenAsync();
        await using var query = new NpgsqlCommand("SELECT sum(n) FROM generate_series(1, 10000000000) n", busy) { CommandTimeout = 0 };
        var atWork = query.ExecuteScalarAsync();

        Kill(postgres.ProcessId!.Value);

        Assert.Equal(1, await EventuallyAsync(() => ExecuteAsync(postgres.ConnectionString, "SELECT 1")));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => atWork);
    }

    [Fact]
    public async Task A_killed_service_takes_PostgreSQL_with_it_and_the_next_start_has_every_committed_row()
    {
        using var service = await HostAsync();
        var connectionString = (await service.StandardOutput.ReadLineAsync())!;
        await ExecuteAsync(connectionString, "CREATE TABLE kept AS SELECT 1 AS n");

        service.Kill();
        await service.WaitForExitAsync();

        if (OperatingSystem.IsLinux())
            await EventuallyAsync(() => Assert.ThrowsAsync<NpgsqlException>(() => ExecuteAsync(connectionString, "SELECT 1")));
        await using var next = await StartAsync(Options);
        Assert.Equal(1L, await ExecuteAsync(next.ConnectionString, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task Service_and_PostgreSQL_killed_together_leave_nothing_that_stops_the_next_start()
    {
        using var service = await HostAsync();
        var connectionString = (await service.StandardOutput.ReadLineAsync())!;
        await ExecuteAsync(connectionString, "CREATE TABLE kept AS SELECT 1 AS n");

        Kill(RecordedOwner());
        service.Kill();
        await service.WaitForExitAsync();

        await using var next = await StartAsync(Options);
        Assert.Equal(1L, await ExecuteAsync(next.ConnectionString, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task The_lock_file_of_a_living_PostgreSQL_is_never_removed()
    {
        await using var postgres = await StartAsync(Options);

        Assert.Equal(postgres.ProcessId, new ClusterFolder(folder, NullLogger.Instance).LivingOwner());
        Assert.Equal(postgres.ProcessId, RecordedOwner());
    }

    [Fact]
    public async Task A_lock_file_whose_number_another_program_has_now_does_not_stop_the_start()
    {
        await using (await StartAsync(Options)) { }
        await File.WriteAllTextAsync(OwnerFile, $"{Environment.ProcessId}\n{folder}/postgres\n1\n5432\n\n127.0.0.1\n  1 1\nready   \n");

        await using var postgres = await StartAsync(Options);

        Assert.Equal(postgres.ProcessId, RecordedOwner());
    }

    [Fact]
    public async Task A_cluster_whose_making_was_cut_short_is_made_anew()
    {
        var halfMade = Directory.CreateDirectory(Path.Combine(folder, "postgres.new-left", "base")).Parent!;
        await File.WriteAllTextAsync(Path.Combine(halfMade.FullName, "PG_VERSION"), "15\n");

        await using var postgres = await StartAsync(Options);

        Assert.Equal(1, await ExecuteAsync(postgres.ConnectionString, "SELECT 1"));
        Assert.False(Directory.Exists(halfMade.FullName));
    }

    [Fact]
    public async Task The_log_holds_no_values_of_rows()
    {
        await using (var postgres = await StartAsync(Options))
        {
            await ExecuteAsync(postgres.ConnectionString,
                "CREATE TABLE person (name text PRIMARY KEY, phone text CHECK (phone <> 'unknown'))");
            await Assert.ThrowsAsync<PostgresException>(
                () => ExecuteAsync(postgres.ConnectionString, "INSERT INTO person (name) VALUES ('Zhao Liu'), ('Zhao Liu')"));
            await Assert.ThrowsAsync<PostgresException>(
                () => ExecuteAsync(postgres.ConnectionString, "INSERT INTO person (name, phone) VALUES ('Zhao Liu', 'unknown')"));
        }

        var log = await File.ReadAllTextAsync(Path.Combine(folder, "postgres.log"));

        Assert.Contains("person_pkey", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhao Liu", log, StringComparison.Ordinal);
    }

    private string OwnerFile => Path.Combine(folder, "postgres", "postmaster.pid");

    private int RecordedOwner() => int.Parse(File.ReadLines(OwnerFile).First(), CultureInfo.InvariantCulture);

    private static Task<LocalPostgres> StartAsync(LocalPostgresOptions options) =>
        LocalPostgres.StartAsync(options, NullLogger.Instance, TestContext.Current.CancellationToken);

    private async Task<Process> HostAsync()
    {
        // A first start here makes the cluster, so that the host is up at once.
        await using (await StartAsync(Options)) { }
        var assembly = typeof(LocalPostgresTests).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly])
        { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment[StartupHook.FolderVariable] = folder;
        return Process.Start(start)!;
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
