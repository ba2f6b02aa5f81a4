using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mediation.Benchmarks;

/// <summary>The built service as a process of its own, on one database, as in production.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;

    private ServiceProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public int Id => process.Id;

    /// <summary>Milliseconds from the start of the process until it called itself ready.</summary>
    public double ReadyAfter { get; private set; }

    public static async Task<ServiceProcess> StartAsync(CaseDatabase database, bool jobs = false)
    {
        var port = FreePort();
        var started = Stopwatch.GetTimestamp();
        var service = new ServiceProcess(
            Command(database, ["serve", "--role", jobs ? "all" : "web", "--urls", $"http://127.0.0.1:{port}"]), port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (!await IsReadyAsync(client))
        {
            if (service.process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException("The service does not start.");
            await Task.Delay(50);
        }

        service.ReadyAfter = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return service;
    }

    /// <summary>Any command of the one binary.</summary>
    public static Process Command(CaseDatabase database, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Binary, .. arguments])
        {
            UseShellExecute = false,
            Environment =
            {
                ["ConnectionStrings__Mediation"] = database.ConnectionString,
                ["MEDIATION_DATA"] = database.Folder,
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                // The limits stay in the way; few accounts ask here for all.
                ["Limits__PerAccount"] = "100000",
                ["Limits__PerAddress"] = "100000",
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var terminate = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]);
            await terminate.WaitForExitAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/healthz/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>The published service that MEDIATION_SERVICE names, or its own build of the same configuration as this program's.</summary>
    private static string Binary
    {
        get
        {
            if (Environment.GetEnvironmentVariable("MEDIATION_SERVICE") is { Length: > 0 } published)
                return Path.Combine(published, "Mediation.Service.dll");
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            var build = Path.Combine(at.Parent!.Name, at.Name);
            while (!File.Exists(Path.Combine(at.FullName, "Mediation.sln")))
                at = at.Parent ?? throw new InvalidOperationException("The benchmark runs from its build folder inside the repository.");
            return Path.Combine(at.FullName, "src", "Mediation.Service", "bin", build, "Mediation.Service.dll");
        }
    }
}
