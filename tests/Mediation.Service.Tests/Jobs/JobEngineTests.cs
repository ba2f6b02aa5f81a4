using System.Diagnostics;
using System.Text.Json;

namespace Mediation.Service.Tests.Jobs;

/// <summary>The switch of the build, as MSBuild reads it: who restores without the property must never be asked for Hangfire.</summary>
public sealed class JobEngineTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public async Task The_default_build_takes_Quartz_and_asks_for_nothing_of_Hangfire()
    {
        var build = await EvaluateAsync();

        Assert.Contains("Quartz", build.Packages);
        Assert.DoesNotContain(build.Packages, name => name.StartsWith("Hangfire", StringComparison.Ordinal));
        Assert.DoesNotContain(build.Versions, name => name.StartsWith("Hangfire", StringComparison.Ordinal));
        Assert.Contains("QuartzEngine.cs", build.Files);
        Assert.DoesNotContain("HangfireEngine.cs", build.Files);
        Assert.Equal("", build.LockFile);
        foreach (var file in Directory.EnumerateFiles(Root, "packages.lock.json", SearchOption.AllDirectories))
            Assert.DoesNotContain("Hangfire", await File.ReadAllTextAsync(file), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_property_takes_Hangfire_instead_and_leaves_the_lock_files_alone()
    {
        var build = await EvaluateAsync("-p:JobEngine=Hangfire");

        Assert.DoesNotContain("Quartz", build.Packages);
        Assert.Subset(build.Packages, new HashSet<string> { "Hangfire.AspNetCore", "Hangfire.PostgreSql" });
        Assert.Contains("HangfireEngine.cs", build.Files);
        Assert.DoesNotContain("QuartzEngine.cs", build.Files);
        Assert.EndsWith("/obj/packages.hangfire.lock.json", build.LockFile, StringComparison.Ordinal);
        Assert.Equal("false", build.LockedMode);
    }

    [Fact]
    public void The_service_refers_to_one_engine_alone() =>
        Assert.Single(typeof(ServiceApp).Assembly.GetReferencedAssemblies(), name => name.Name is "Quartz" or "Hangfire.Core");

    private static async Task<Build> EvaluateAsync(params string[] arguments)
    {
        using var msbuild = Process.Start(new ProcessStartInfo("dotnet",
            ["msbuild", Path.Combine(Root, "src", "Mediation.Service", "Mediation.Service.csproj"), "-getItem:PackageReference,PackageVersion,Compile", "-getProperty:NuGetLockFilePath,RestoreLockedMode", .. arguments])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await msbuild.StandardOutput.ReadToEndAsync();
        await msbuild.WaitForExitAsync();
        Assert.True(msbuild.ExitCode == 0, said);
        var json = JsonDocument.Parse(said).RootElement;
        return new Build(Names("PackageReference", "Identity"), Names("PackageVersion", "Identity"), Names("Compile", "Filename", ".cs"), Property("NuGetLockFilePath"), Property("RestoreLockedMode"));

        HashSet<string> Names(string items, string name, string end = "") =>
            json.GetProperty("Items").GetProperty(items).EnumerateArray().Select(item => item.GetProperty(name).GetString() + end).ToHashSet(StringComparer.Ordinal);

        string Property(string name) => json.GetProperty("Properties").GetProperty(name).GetString()!;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mediation.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    private sealed record Build(HashSet<string> Packages, HashSet<string> Versions, HashSet<string> Files, string LockFile, string LockedMode);
}
