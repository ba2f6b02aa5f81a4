using System.ComponentModel;
using System.Diagnostics;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>Runs small programs to their end and finds them as the shell does.</summary>
internal static class Programs
{
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellation, int timeoutSeconds = 60)
    {
        var start = Describe(command);
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(timeoutSeconds));
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception cannotRun)
        {
            return (127, cannotRun.Message);
        }
        using (process)
        {
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
                var errors = process.StandardError.ReadToEndAsync(timeout.Token);
                await process.WaitForExitAsync(timeout.Token);
                return (process.ExitCode, (await output + await errors).Trim());
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                return (124, $"{Path.GetFileName(command[0])}: no end within {timeoutSeconds} s");
            }
        }
    }

    public static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        // The root folder: an unprivileged user may not be able to enter the one that the service was started in.
        var start = new ProcessStartInfo(command[0])
        { UseShellExecute = false, WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/" };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public static string Exe(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    public static IEnumerable<string> OnPath(string fileName) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .Where(File.Exists);

    /// <summary>The path with every symbolic link in it followed, as the kernel reports it.</summary>
    public static string RealPath(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        foreach (var part in Path.GetFullPath(path)[real.Length..].Split(Path.DirectorySeparatorChar,
            StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            FileSystemInfo here = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            var target = here.LinkTarget is null ? null : here.ResolveLinkTarget(returnFinalTarget: true);
            real = target is null ? next : RealPath(target.FullName);
        }
        return real;
    }
}
