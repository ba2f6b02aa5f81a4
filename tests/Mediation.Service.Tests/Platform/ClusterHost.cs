using Mediation.Service.Platform;
using Mediation.Service.Platform.PrivatePostgres;
using Mediation.Service.Tests;
using Mediation.Service.Tests.Platform;
using Microsoft.Extensions.Logging.Abstractions;

// The runtime calls this class, by this name and without a namespace, before Main of a process that is started with
// DOTNET_STARTUP_HOOKS: so the test assembly itself can be the service that is killed, without a program of its own.
#pragma warning disable MA0047
internal static class StartupHook
#pragma warning restore MA0047
{
    public const string FolderVariable = "MEDIATION_TEST_HOST_FOLDER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
            HostAsync(folder).GetAwaiter().GetResult();
        if (Environment.GetEnvironmentVariable(ServiceProcess.DatabaseVariable) is not { } database) return;
        ServiceProcess.HostAsync(database).GetAwaiter().GetResult();
        // What follows would be Main of this assembly: the tests.
        Environment.Exit(0);
    }

    private static async Task HostAsync(string folder)
    {
        await using var postgres = await LocalPostgres.StartAsync(
            await TestCluster.OptionsAsync(folder) with { Durable = true }, NullLogger.Instance, CancellationToken.None);
        await Console.Out.WriteLineAsync(postgres.ConnectionString);
        // Ends when the test ends, were it ever not to kill this process.
        await Console.In.ReadLineAsync();
    }
}
