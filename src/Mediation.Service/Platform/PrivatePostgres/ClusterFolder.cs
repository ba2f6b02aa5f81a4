using System.Globalization;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>The folder of the private cluster: its lock, its making, and who still holds it.</summary>
internal sealed class ClusterFolder
{
    public const string Owner = "mediation";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ILogger log;

    public ClusterFolder(string dataFolder, ILogger log)
    {
        this.log = log;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(dataFolder);
        else
            Directory.CreateDirectory(dataFolder, OwnerOnly | UnixFileMode.UserExecute);
        Root = Programs.RealPath(dataFolder);
        Data = Path.Combine(Root, "postgres");
        LogFile = Path.Combine(Root, "postgres.log");
    }

    public string Root { get; }
    public string Data { get; }
    public string LogFile { get; }
    public bool Exists => File.Exists(Path.Combine(Data, "PG_VERSION"));
    private string PasswordFile => Path.Combine(Root, "postgres.password");
    private string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>The major version that made the cluster; null where there is none yet.</summary>
    public int? Major => Exists ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture) : null;

    /// <summary>Held open as long as the service runs; the kernel lets go of it even after kill -9.</summary>
    public async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        // A killed service needs a moment to be gone.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(Root, "service.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(100, cancellation);
            }
            catch (IOException refused)
            {
                throw new LocalPostgresException(
                    $"数据目录 {Root} 正由另一个运行中的服务使用。请先停止它，或为本服务另设数据目录（MEDIATION_DATA）。",
                    $"The data folder {Root} is in use by another running service. Stop that one first, or give this one its own folder "
                        + $"(MEDIATION_DATA). ({refused.Message})");
            }
        }
    }

    /// <summary>Makes the cluster beside its place and moves it there, so that a half-made one is never taken for whole.</summary>
    public async Task<string> CreateIfMissingAsync(PostgresBinaries binaries, RunAs runAs, bool durable, CancellationToken cancellation)
    {
        if (Exists)
            return File.Exists(PasswordFile)
                ? await File.ReadAllTextAsync(PasswordFile, cancellation)
                : throw new LocalPostgresException(
                    $"{Data} 是已有的数据库，但缺少口令文件 {PasswordFile}。请从备份恢复该文件。",
                    $"{Data} holds a database, but its password file {PasswordFile} is missing. Restore that file from your backup.");
        if (Directory.Exists(Data))
            throw new LocalPostgresException(
                $"{Data} 不是 PostgreSQL 数据目录（缺少 PG_VERSION）。请移走该目录后再启动。",
                $"{Data} is not a PostgreSQL data folder (PG_VERSION is missing). Move it away and start again.");

        await ClearHalfMadeAsync(cancellation);
        var password = LocalPostgres.NewPassword();
        await WriteSecretAsync(PasswordFile, password, cancellation);
        // initdb may run as another user, who must be able to read the password once.
        var handOver = Path.Combine(Root, "postgres.new-password");
        await WriteSecretAsync(handOver, password, cancellation);
        var fresh = Path.Combine(Root, $"postgres.new-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(fresh);
        if (runAs.HandTo is { } user)
            await Programs.RunAsync(["chown", user, fresh, handOver], cancellation);

        var (exitCode, output) = await Programs.RunAsync(runAs.Command(binaries.InitDb, [
            "-D", fresh, "-U", Owner, "--auth=scram-sha-256", $"--pwfile={handOver}", "-E", "UTF8", "--locale=C",
            .. durable ? Array.Empty<string>() : ["--no-sync"]]), cancellation, timeoutSeconds: 300);
        File.Delete(handOver);
        if (exitCode != 0)
            throw new LocalPostgresException($"initdb 失败（退出码 {exitCode}）：",
                $"initdb failed (exit code {exitCode}):{Environment.NewLine}{output}");
        Directory.Move(fresh, Data);
        log.LogInformation("Made a new PostgreSQL {Major} cluster in {Folder}", binaries.Major, Data);
        return password;
    }

    // The initdb of a killed start may still be writing: it fails once its folder goes, and then the folder stays gone.
    private async Task ClearHalfMadeAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= 30; attempt++)
        {
            try
            {
                foreach (var halfMade in Directory.EnumerateDirectories(Root, "postgres.new-*"))
                    Directory.Delete(halfMade, recursive: true);
                return;
            }
            catch (IOException busy)
            {
                if (attempt == 30)
                    log.LogWarning("A half-made cluster stays in {Folder}: {Reason}", Root, busy.Message);
                await Task.Delay(100, cancellation);
            }
        }
    }

    /// <summary>
    /// Called under our lock: whoever still runs here has lost its service. Under Linux it is already going down;
    /// elsewhere, or when the signal went astray, it is told to stop.
    /// </summary>
    public async Task EndSurvivorAsync(PostgresBinaries binaries, RunAs runAs, CancellationToken cancellation)
    {
        for (var waited = 0; LivingOwner() is { } owner; waited++)
        {
            if (waited == 0)
                log.LogInformation("Process {ProcessId} of an earlier PostgreSQL is still ending; waiting for it", owner);
            if (waited == (OperatingSystem.IsLinux() ? 50 : 0))
                await Programs.RunAsync(runAs.Command(binaries.PgCtl, "kill", "INT", $"{owner}"), cancellation);
            if (waited == 300)
                throw new LocalPostgresException(
                    $"数据目录 {Data} 仍由 PostgreSQL 进程 {owner} 使用，30 秒内未结束。请停止该进程后再启动。",
                    $"The folder {Data} is still in use by the PostgreSQL process {owner}, which did not end within 30 "
                        + $"s. Stop it and start again.");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>
    /// A living process of this cluster, or null. PostgreSQL itself removes the lock file of a dead owner, except where
    /// the number answers although the owner is gone: a zombie that nobody reaps, or a number given to another program
    /// (usual after the restart of a container). Only then, and when no process works in the folder, it is removed here.
    /// </summary>
    public int? LivingOwner()
    {
        if (!File.Exists(PidFile))
            return null;
        if (!int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var recorded))
            recorded = 0;
        if (!OperatingSystem.IsLinux())
            return IsPostgres(recorded) ? recorded : null;

        int? living = null;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && WorksHere(folder)
                && (living is null || id == recorded))
                living = id;
        if (living is null && (recorded == 0 || IsZombieOrForeign($"/proc/{recorded}")))
            File.Delete(PidFile);
        return living;
    }

    // A zombie has no working folder any more, so it never counts as living.
    private bool WorksHere(string process) => WorkingFolder(process) == Data;

    private bool IsZombieOrForeign(string process)
    {
        try
        {
            var status = File.ReadLines(Path.Combine(process, "status"))
                .FirstOrDefault(line => line.StartsWith("State:", StringComparison.Ordinal)) ?? "";
            return status.Contains('Z') || WorkingFolder(process) is { } elsewhere && elsewhere != Data;
        }
        catch (IOException)
        {
            // The process is gone: PostgreSQL sees that by itself.
            return false;
        }
    }

    private static string? WorkingFolder(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsPostgres(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void LetOthersPass()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Root, File.GetUnixFileMode(Root) | UnixFileMode.OtherExecute);
    }

    public void OpenLog()
    {
        if (File.Exists(LogFile) && new FileInfo(LogFile).Length > 8 << 20)
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        using var created = new FileStream(LogFile, Secret(FileMode.Append));
    }

    public string LogTail()
    {
        if (!File.Exists(LogFile))
            return "";
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join(Environment.NewLine, reader.ReadToEnd().Split('\n').TakeLast(20));
    }

    public LocalPostgresException DoesNotStart() => new(
        $"本机 PostgreSQL 未能启动，日志见 {LogFile}。",
        $"The private PostgreSQL did not start; its log is {LogFile}, which ends:{Environment.NewLine}{LogTail()}");

    private static async Task WriteSecretAsync(string path, string secret, CancellationToken cancellation)
    {
        await using var stream = new FileStream(path, Secret(FileMode.Create));
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(secret), cancellation);
        stream.Flush(flushToDisk: true);
    }

    private static FileStreamOptions Secret(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
