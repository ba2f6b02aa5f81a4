using System.Diagnostics;
using System.Text.Json;

namespace Mediation.Browser.Tests;

/// <summary>The tools that npm brings by the lock file in <c>tests/checks</c>. A pipeline fails without them, a developer's run leaves their checks out.</summary>
public static class Tools
{
    public static string Folder { get; } = Path.Combine(ServiceProcess.Root, "tests", "checks");

    public static string Find(string path)
    {
        var file = Path.Combine(Folder, "node_modules", path);
        if (File.Exists(file)) return file;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "Run `npm ci --ignore-scripts` in tests/checks first.");
        throw new InvalidOperationException($"No {file}: `npm ci --ignore-scripts` in tests/checks.");
    }

    /// <summary>A program of Poppler, which reads what was printed.</summary>
    public static async Task<(int Code, string Said)> PopplerAsync(string program, params string[] arguments)
    {
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(there || Environment.GetEnvironmentVariable("CI") == "true", $"No {program}: install poppler-utils.");
        var answer = await RunAsync(program, arguments);
        Assert.True(answer.Code == 0, answer.Said);
        return answer;
    }

    /// <summary>What a program says on both of its outputs, and its exit code.</summary>
    public static async Task<(int Code, string Said)> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return (process.ExitCode, await said + await errors);
    }

    /// <summary>What the W3C's checker finds wrong in the saved pages of a folder.</summary>
    public static async Task<IReadOnlyList<(string File, string What)>> ValidateAsync(string folder)
    {
        var (_, said) = await RunAsync("java", ["-Xss2m", "-jar", Find("vnu-jar/build/dist/vnu.jar"), "--format", "json", "--exit-zero-always", "--skip-non-html", folder]);
        using var json = JsonDocument.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..]);
        return
        [
            .. from message in json.RootElement.GetProperty("messages").EnumerateArray()
               where message.GetProperty("type").GetString() != "info" || message.TryGetProperty("subType", out _)
               select (Path.GetFileName(message.TryGetProperty("url", out var url) ? url.GetString()! : ""), message.GetProperty("message").GetString()!),
        ];
    }
}
