using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Mediation.Service.Tests.Platform;

/// <summary>
/// The whole service in a process of its own, to be killed. It says <c>ready ADDRESS</c> once it listens, fires a job for
/// <c>JOB INSTANT</c> on its standard input and answers whether it ran it, and ends with its standard input.
/// </summary>
public sealed class ServiceProcess : IDisposable
{
    public const string DatabaseVariable = "MEDIATION_TEST_NODE_DATABASE";
    private const string ClockVariable = "MEDIATION_TEST_NODE_CLOCK";
    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();
    private readonly TaskCompletionSource<Uri> ready = new();

    private ServiceProcess(Process process, string name)
    {
        (this.process, Name) = (process, name);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>By this name the database knows its connections.</summary>
    public string Name { get; }
    public int Id => process.Id;
    public Task<Uri> Ready => ready.Task;

    /// <param name="ahead">How far its clock runs ahead of the machine's.</param>
    public static ServiceProcess Start(string owner, string name, TimeSpan ahead)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServiceProcess).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ServiceProcess).Assembly.Location;
        start.Environment[DatabaseVariable] = new NpgsqlConnectionStringBuilder(owner) { ApplicationName = name }.ConnectionString;
        start.Environment[ClockVariable] = ahead.ToString("c", CultureInfo.InvariantCulture);
        return new ServiceProcess(Process.Start(start)!, name);
    }

    internal static async Task HostAsync(string database)
    {
        var clock = new ShiftedTime(TimeSpan.Parse(Environment.GetEnvironmentVariable(ClockVariable)!, CultureInfo.InvariantCulture));
        await using var db = Database.Open(database);
        await using var app = ServiceApp.Build([],
            new ServiceSettings(db, new Keys(new byte[32]), clock, Path.GetTempPath(), Demonstration: false));
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        await Console.Out.WriteLineAsync("ready " + app.Urls.First());
        // The console reads without giving the thread back.
        var fed = Task.Run(() => FireAsync(app.Services));
        if (await Task.WhenAny(fed, app.WaitForShutdownAsync()) == fed) await fed;
    }

    private static async Task FireAsync(IServiceProvider services)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var at = DateTimeOffset.Parse(words[1], CultureInfo.InvariantCulture);
            var ran = await services.GetRequiredService<JobRunner>()
                .RunAsync(JobList.All.Single(job => job.Name == words[0]), at, CancellationToken.None);
            await Console.Out.WriteLineAsync(ran ? "ran" : "left");
        }
    }

    public void Fire(string job, DateTimeOffset at) =>
        process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job} {at:O}"));

    /// <summary>What it has said since it was last asked.</summary>
    public string? Heard() => said.TryDequeue(out var line) ? line : null;

    public async Task<string> SaysAsync()
    {
        while (true)
        {
            if (Heard() is { } line) return line;
            Assert.False(process.HasExited, "The process has ended.");
            await Task.Delay(5);
        }
    }

    /// <summary>kill -9: no shutdown, nothing is cleaned up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the exit code once it has ended.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {process.Id}")]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        if (line.StartsWith("ready ", StringComparison.Ordinal)) ready.TrySetResult(new Uri(line[6..]));
        if (line is "ran" or "left" || line.StartsWith("ready ", StringComparison.Ordinal)) said.Enqueue(line);
    }
}
