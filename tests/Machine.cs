using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Mediation.Tests;

/// <summary>
/// What tests need of the machine and the repository cannot bring. Where it is missing a test is skipped and says what to
/// install; in a pipeline (<c>CI=true</c>) it fails, so that no check is ever left out there unseen.
/// </summary>
internal static class Machine
{
    private static readonly ConcurrentDictionary<string, bool> Said = new(StringComparer.Ordinal);

    public static bool IsPipeline => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The first of these programs that is on PATH.</summary>
    public static string? Find(params string[] programs) =>
        (from program in programs
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(folder, program)
         where File.Exists(file)
         select file).FirstOrDefault();

    /// <summary>The program that a setting names, or the first of these on PATH.</summary>
    public static string? FindSet(string setting, params string[] programs) =>
        Environment.GetEnvironmentVariable(setting) is { Length: > 0 } given ? given : Find(programs);

    /// <param name="missing">The sentence that says what to install.</param>
    public static string Need(string program, string missing)
    {
        if (Find(program) is { } file) return file;
        Without(missing);
        return "";
    }

    /// <summary>Ends a test that cannot be run here.</summary>
    [DoesNotReturn]
    public static void Without(string missing)
    {
        if (IsPipeline) Assert.Fail(missing);
        // The console names what was skipped and not why: each sentence once, as a message of the run (xunit.runner.json).
        if (Said.TryAdd(missing, true)) TestContext.Current.SendDiagnosticMessage("Skipped: " + missing);
        Assert.Skip(missing);
    }
}
