using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mediation.Browser.Tests;

/// <summary>The built service as its users start it: a process of its own with a fresh demonstration in a temporary folder.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // npm may have to fetch PostgreSQL
    private readonly Process process;
    private readonly string folder;
    private bool keepsFolder;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, string> tokens = [];

    private ServiceProcess(string folder, string url = "http://127.0.0.1:0")
    {
        this.folder = folder;
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet",
                [Path.Combine(Root, "src/Mediation.Service/bin", BuildOf("Mediation.Browser.Tests"), "Mediation.Service.dll")])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                Environment = { ["ASPNETCORE_URLS"] = url, ["MEDIATION_DATA"] = folder },
            },
            EnableRaisingEvents = true,
        };
        process.OutputDataReceived += Heard;
        process.ErrorDataReceived += Heard;
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException("The service ended: " + Said()));
    }

    public Uri Address { get; private set; } = null!;

    public static string Root { get; } = FindRoot();

    // The service makes the folder itself: it may give it to the database's user.
    public static Task<ServiceProcess> StartAsync() =>
        BeginAsync(new ServiceProcess(Path.Combine(Path.GetTempPath(), "mediation-browser-" + Path.GetRandomFileName())));

    /// <summary>Kills the service with nothing said before, and starts it again on the same data under the same address.</summary>
    public async Task<ServiceProcess> KilledAndStartedAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
        keepsFolder = true;
        return await BeginAsync(new ServiceProcess(folder, Address.GetLeftPart(UriPartial.Authority)));
    }

    /// <summary>The machine has no database for the service, whose own sentence this is.</summary>
    public sealed class MissingException(string message) : Exception(message);

    private static async Task<ServiceProcess> BeginAsync(ServiceProcess service)
    {
        try
        {
            service.process.Start();
            service.process.BeginOutputReadLine();
            service.process.BeginErrorReadLine();
            service.Address = await service.address.Task.WaitAsync(Patience);
            await service.ReadyAsync();
            await using var accounts = File.OpenRead(Path.Combine(service.folder, "demo-accounts.json"));
            using var json = await JsonDocument.ParseAsync(accounts);
            service.tokens = json.RootElement.EnumerateArray()
                .ToDictionary(entry => entry.GetProperty("user").GetString()!,
                    entry => entry.GetProperty("token").GetString()!, StringComparer.Ordinal);
            return service;
        }
        catch
        {
            var missing = await service.MissingAsync();
            await service.DisposeAsync();
            if (missing is not null) throw missing;
            throw;
        }
    }

    /// <summary>The API as a demonstration account.</summary>
    public HttpClient As(string user) =>
        new() { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", tokens[user]) } };

    public string TokenOf(string user) => tokens[user];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var terminate = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]);
            await terminate.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        process.Dispose();
        if (!keepsFolder && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private async Task<MissingException?> MissingAsync()
    {
        if (!process.HasExited) return null;
        await process.WaitForExitAsync(); // and all that it has said
        return Said().Split('\n').FirstOrDefault(line => line.StartsWith("No usable PostgreSQL", StringComparison.Ordinal)
            || line.StartsWith("PostgreSQL does not run as root", StringComparison.Ordinal))
            is { } sentence ? new MissingException(sentence.Trim()) : null;
    }

    private async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var limit = new CancellationTokenSource(Patience);
        while (!(await client.GetAsync("/healthz/ready", limit.Token)).IsSuccessStatusCode) await Task.Delay(100, limit.Token);
    }

    private void Heard(object sender, DataReceivedEventArgs line)
    {
        lock (output) output.AppendLine(line.Data);
        if (AddressLine().Match(line.Data ?? "") is { Success: true } found) address.TrySetResult(new Uri(found.Value));
    }

    private string Said()
    {
        lock (output) return output.ToString();
    }

    /// <summary>The two last folders of the running build, e.g. <c>Debug/net10.0</c>.</summary>
    private static string BuildOf(string project) =>
        Path.GetRelativePath(Path.Combine(Root, "tests", project, "bin"), AppContext.BaseDirectory);

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Mediation.sln")))
            at = at.Parent ?? throw new InvalidOperationException("The tests run from their build folder inside the repository.");
        return at.FullName;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AddressLine();
}
