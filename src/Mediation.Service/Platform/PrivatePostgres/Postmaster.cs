using System.ComponentModel;
using System.Diagnostics;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>Runs <c>postgres</c> on a thread of its own and, once supervised, starts it again whenever it ends.</summary>
internal sealed class Postmaster : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly PostgresBinaries binaries;
    private readonly RunAs runAs;
    private readonly ClusterFolder cluster;
    private readonly ILogger log;
    private readonly IReadOnlyList<string> command;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource threadEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private bool supervised;
    private volatile Process? running;

    public Postmaster(PostgresBinaries binaries, RunAs runAs, ClusterFolder cluster, int port, bool durable, ILogger log)
    {
        (this.binaries, this.runAs, this.cluster, this.log) = (binaries, runAs, cluster, log);
        command = CommandLine(port, durable);
        cluster.OpenLog();
        // The kernel sends the parent-death signal when the *thread* that forked ends: a pool thread would
        // take the database down with it after some idle seconds. This one lives as long as the service.
        new Thread(Run) { IsBackground = true, Name = "postgres" }.Start();
    }

    public int? ProcessId => running?.Id;

    public bool Ended => threadEnded.Task.IsCompleted;

    /// <summary>From now on an end of PostgreSQL means a restart. False when it has ended already.</summary>
    public bool Supervise()
    {
        lock (gate)
            return supervised = !Ended;
    }

    public async ValueTask DisposeAsync()
    {
        if (Ended)
        {
            stopping.Dispose();
            return;
        }
        await stopping.CancelAsync();
        // Fast, then immediate shutdown: the next start replays the journal; at last the hard end.
        foreach (var (signal, seconds) in new[] { ("INT", 30), ("QUIT", 10), ("KILL", 10) })
        {
            if (ProcessId is { } id)
                await Programs.RunAsync(runAs.Command(binaries.PgCtl, "kill", signal, $"{id}"), CancellationToken.None);
            if (await Task.WhenAny(threadEnded.Task, Task.Delay(TimeSpan.FromSeconds(seconds))) == threadEnded.Task)
            {
                stopping.Dispose();
                return;
            }
            log.LogWarning("PostgreSQL did not end within {Seconds} s of {Signal}", seconds, signal);
        }
    }

    private void Run()
    {
        var pause = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = RunOnce();
            lock (gate)
            {
                if (!supervised || stopping.IsCancellationRequested)
                {
                    threadEnded.SetResult();
                    return;
                }
            }
            var ranWell = Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(10) || pause == TimeSpan.Zero;
            pause = ranWell ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            log.LogError("PostgreSQL does not run though the service does ({Outcome}); starting it again in {Pause}", outcome, pause);
            stopping.Token.WaitHandle.WaitOne(pause);
        }
        threadEnded.SetResult();
    }

    private string RunOnce()
    {
        try
        {
            if (cluster.LivingOwner() is { } orphan)
            {
                // A session that outlives its postmaster would work on until its query ends, with nobody to answer to.
                Programs.RunAsync(runAs.Command(binaries.PgCtl, "kill", "TERM", $"{orphan}"), CancellationToken.None)
                    .GetAwaiter().GetResult();
                return $"process {orphan} of the former one is still at work and was told to stop";
            }
            using var process = Process.Start(Programs.Describe(command))!;
            running = process;
            // A stop that came between the last end and this start has found nobody to signal.
            if (stopping.IsCancellationRequested)
                process.Kill();
            process.WaitForExit();
            running = null;
            return $"exit code {process.ExitCode}";
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private List<string> CommandLine(int port, bool durable)
    {
        List<string> settings = [
            "listen_addresses=127.0.0.1", $"port={port}", "unix_socket_directories=", "max_connections=300",
            "password_encryption=scram-sha-256", "log_checkpoints=off",
            // The detail of an error quotes rows, and rows hold personal data.
            "log_error_verbosity=terse", "log_min_error_statement=panic"];
        if (!durable)
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        if (OperatingSystem.IsWindows())
            settings.AddRange(["logging_collector=on", $"log_directory={cluster.Root}", "log_filename=postgres.log"]);

        var postgres = runAs.Command(binaries.Postgres, ["-D", cluster.Data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        if (OperatingSystem.IsWindows())
            return [.. postgres];

        // The parent-death signal comes last, next to postgres: a change of user would clear it.
        if (runAs.DiesWithParent)
            postgres = runAs.Command("setpriv", ["--pdeathsig", "INT", .. postgres.Skip(runAs.Prefix.Count)]);
        // A session of its own: Ctrl-C in the terminal is for the service, which then stops PostgreSQL in order.
        if (Programs.OnPath("setsid").Any())
            postgres = ["setsid", .. postgres];
        // The shell is replaced by exec; the log outlives the service, so the last lines are never lost.
        return ["/bin/sh", "-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", cluster.LogFile, .. postgres];
    }
}
