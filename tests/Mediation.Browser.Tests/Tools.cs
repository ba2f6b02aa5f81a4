using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mediation.Browser.Tests;

/// <summary>
/// The programs that check what the service writes: those of npm's list in <c>tests/checks</c>, which are installed
/// here, and those of the machine.
/// </summary>
public static class Tools
{
    private static readonly Lazy<Task<string?>> Installed = new(InstallAsync);

    public static string Folder { get; } = Path.Combine(ServiceProcess.Root, "tests", "checks");

    public const string NoJava = "No Java found: install default-jre-headless. Without it nothing says whether the HTML is valid.";

    /// <summary>Why npm's list is not to be had here; null when it is installed.</summary>
    public static Task<string?> MissingAsync() => Installed.Value;

    /// <summary>A file of npm's list, which the first test that asks installs.</summary>
    public static async Task<string> FindAsync(string path)
    {
        if (await Installed.Value is { } missing) Machine.Without(missing);
        return Path.Combine(Folder, "node_modules", path);
    }

    /// <summary>A program of Poppler, which reads what was printed.</summary>
    public static async Task<string> PopplerAsync(string program, params string[] arguments)
    {
        var (code, said) = await RunAsync(Machine.Need(program, $"No {program} found: install poppler-utils."), arguments);
        Assert.True(code == 0, said);
        return said;
    }

    /// <summary>What a program says on both of its outputs, and its exit code.</summary>
    public static async Task<(int Code, string Said)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return (process.ExitCode, await said + await errors);
    }

    /// <summary>What the W3C's checker finds wrong in the saved pages of a folder.</summary>
    public static async Task<IReadOnlyList<(string File, string What)>> ValidateAsync(string folder)
    {
        var java = Machine.Need("java", NoJava);
        var checker = await FindAsync("vnu-jar/build/dist/vnu.jar");
        var (_, said) = await RunAsync(java,
            ["-Xss2m", "-jar", checker, "--format", "json", "--exit-zero-always", "--skip-non-html", folder]);
        using var json = JsonDocument.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..]);
        return
        [
            .. from message in json.RootElement.GetProperty("messages").EnumerateArray()
               where message.GetProperty("type").GetString() != "info" || message.TryGetProperty("subType", out _)
               select (Path.GetFileName(message.TryGetProperty("url", out var url) ? url.GetString()! : ""),
                   message.GetProperty("message").GetString()!),
        ];
    }

    /// <summary>
    /// Once for all processes: whoever holds the lock installs, the others wait and find it done. The mark is written last,
    /// so an install that was cut short, or one by an older list, is made anew; <c>npm ci</c> begins by emptying the folder.
    /// </summary>
    /// <returns>Why there are no tools; null when they are there.</returns>
    private static async Task<string?> InstallAsync()
    {
        if (Machine.Find("npm") is not { } npm || Machine.Find("node") is null)
            return "No npm found: install nodejs and npm. They bring the checks of tests/checks.";
        await using var held = await HoldAsync(Path.Combine(Folder, "node_modules.lock"));
        var mark = Path.Combine(Folder, "node_modules", ".installed");
        var list = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Folder, "package-lock.json"))));
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark) == list) return null;
        string[] arguments = ["ci", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        var (code, said) = await RunAsync(npm, arguments);
        if (code != 0) (code, said) = await RunAsync(npm, arguments); // a network may have a bad moment
        if (code != 0) return $"npm does not bring the checks of tests/checks: {said.Trim()}";
        await File.WriteAllTextAsync(mark, list);
        return null;
    }

    private static async Task<FileStream> HoldAsync(string file)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(200); // somebody else installs
            }
        }
    }
}
