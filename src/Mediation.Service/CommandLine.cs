using Mediation.Service.Courts;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Escalation;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.PrivatePostgres;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Month;
using Mediation.Service.Reports.Tallies;
using MediatR;

namespace Mediation.Service;

/// <summary>The commands of the one binary. Without a command it serves.</summary>
public static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var command = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "serve";
        var rest = command == "serve" && (args.Length == 0 || args[0] != "serve") ? args : args[1..];
        if (command is "help" or "--help" || args.Contains("--help"))
        {
            Console.WriteLine("""
                mediation [serve] [--role web|worker|all]
                    | import FILE --user COURT [--dry-run] | report YYYY-MM [--division CODE] [--by DIMENSION]
                    | calendar YEAR FILE | sweep | migrate | verify | rebuild --check | reports --check | reports --rebuild
                    | seed --cases N
                """);
            return 0;
        }

        try
        {
            return await RunAsync(command, rest);
        }
        catch (SettingException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }
        catch (LocalPostgresException noDatabase)
        {
            await Console.Error.WriteLineAsync(noDatabase.Message);
            return 1;
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync(
                "The address is in use by another program: stop it, or set ASPNETCORE_URLS. / 地址已被其他程序占用：请先停止它，或设置 ASPNETCORE_URLS。");
            return 1;
        }
    }

    private static async Task<int> RunAsync(string command, string[] rest)
    {
        await using var start = await Start.BeginAsync(rest);
        switch (command)
        {
            case "serve":
                await start.ServeAsync();
                return 0;
            case "migrate":
                Console.WriteLine("The schema is up to date. / 数据库结构已是最新。");
                return 0;
            case "import":
                return await start.ImportAsync();
            case "calendar":
                return await start.CalendarAsync();
            case "sweep":
                return await start.SweepAsync();
            case "rebuild":
                return await start.RebuildAsync();
            case "verify":
                return await start.VerifyAsync();
            case "seed":
                return await start.SeedAsync();
            case "report":
                return await start.ReportAsync();
            case "reports":
                return await start.CheckReportsAsync();
            default:
                await Console.Error.WriteLineAsync($"Unknown command {command}. / 未知命令 {command}。");
                return 2;
        }
    }
}

/// <summary>What every command needs first: the data folder, a database with the newest schema, the keys, the clock.</summary>
public sealed class Start : IAsyncDisposable
{
    private readonly string[] args;
    private readonly LocalPostgres? local;

    private Start(string[] args, LocalPostgres? local, ServiceSettings settings) =>
        (this.args, this.local, Settings) = (args, local, settings);

    public ServiceSettings Settings { get; }

    public static async Task<Start> BeginAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables().AddCommandLine(args).Build();
        var folder = Path.GetFullPath(configuration["MEDIATION_DATA"] ?? ".mediation");
        var given = configuration.GetConnectionString("Mediation");
        var clock = ShiftedTime.From(configuration["MEDIATION_CLOCK_OFFSET"], demonstration: given is null);
        LocalPostgres? cluster = null;
        if (given is null)
        {
            using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true));
            cluster = await LocalPostgres.StartAsync(LocalPostgresOptions.From(folder, configuration),
                loggers.CreateLogger("PostgreSQL"), CancellationToken.None);
        }

        var owner = given ?? cluster!.ConnectionString;
        await Migrator.MigrateAsync(owner);
        var db = Database.Open(owner);
        if (await SeedIndexes.AreMissingAsync(db))
        {
            await db.DisposeAsync();
            if (cluster is not null) await cluster.DisposeAsync();
            throw new LocalPostgresException("该库的 seed --cases 填充中断：请删除其数据目录后重新执行。",
                "The filling of this database with seed --cases was broken off: delete its data folder and begin again.");
        }

        var keys = Keys.FromFile(configuration["Keys:File"] ?? Path.Combine(folder, "personal-data.key"));
        var jobs = configuration["role"] is not "web";
        return new Start(args, cluster, new ServiceSettings(db, keys, clock, folder, Demonstration: given is null, jobs));
    }

    public async Task ServeAsync()
    {
        if (Settings.Demonstration) await Demonstrate();
        else await ReferenceData.LoadAsync(Settings.Db);
        await using var app = ServiceApp.Build(args, Settings with { WarmUp = true });
        if (string.IsNullOrEmpty(app.Configuration["urls"])) app.Urls.Add("http://127.0.0.1:5080");
        await app.StartAsync();
        if (Settings.Demonstration) await Greeting.PrintAsync(app.Urls.First(), Settings);
        await app.WaitForShutdownAsync();
    }

    public async Task<int> SweepAsync()
    {
        await using var app = ServiceApp.Build(args, Settings with { Jobs = false });
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
        Console.WriteLine(result);
        return result.Failed == 0 ? 0 : 1;
    }

    public async Task<int> CalendarAsync()
    {
        if (Settings.Demonstration) await Demonstrate();
        else await ReferenceData.LoadAsync(Settings.Db);
        await using var app = ServiceApp.Build([], Settings with { Jobs = false });
        return await ImportCalendarFile.RunAsync(app.Services, args, Console.Out, Console.Error);
    }

    public async Task<int> ImportAsync()
    {
        if (Settings.Demonstration) await Demonstrate();
        await using var app = ServiceApp.Build([], Settings with { Jobs = false });
        return await ImportFile.RunAsync(app.Services, args, Settings.Demonstration, Console.Out, Console.Error);
    }

    public async Task<int> RebuildAsync()
    {
        if (!args.Contains("--check", StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync(
                "Only rebuild --check exists: it compares and changes nothing. / 仅支持 rebuild --check：只核对，不修改。");
            return 2;
        }

        var result = await RebuildCheck.RunAsync(Settings.Db, Console.Out, CancellationToken.None);
        Console.WriteLine($"{result.Cases} cases, {result.Findings} differences. / 共 {result.Cases} 件，差异 {result.Findings} 处。");
        return result.Findings == 0 ? 0 : 1;
    }

    public async Task<int> VerifyAsync()
    {
        var result = await VerifyChain.RunAsync(Settings.Db, Settings.Keys, Console.Out, CancellationToken.None);
        Console.WriteLine($"{result.Cases} cases, {result.Findings} faults, {result.Erased} texts or parties erased. / "
            + $"共 {result.Cases} 件，问题 {result.Findings} 处，已清除的文字或当事人 {result.Erased} 项。");
        return result.Findings == 0 ? 0 : 1;
    }

    public async Task<int> CheckReportsAsync()
    {
        if (args.Contains("--rebuild", StringComparer.Ordinal))
        {
            var entries = await RebuildTallies.RunAsync(Settings.Db);
            Console.WriteLine($"{entries} entries written from the journal. / 已根据日志重写 {entries} 条。");
            return 0;
        }

        if (!args.Contains("--check", StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync("Write reports --check (counts again, changes nothing) or reports --rebuild (writes the "
                + "figures anew from the journal). / 请写作：reports --check（只核对）或 reports --rebuild（根据日志重写统计）。");
            return 2;
        }

        var differences = await CheckTallies.RunAsync(Settings.Db);
        foreach (var difference in differences) Console.WriteLine(difference);
        Console.WriteLine($"{differences.Count} differences. / 差异 {differences.Count} 处。");
        return differences.Count == 0 ? 0 : 1;
    }

    /// <summary>Fills an empty trial with very many cases.</summary>
    public async Task<int> SeedAsync()
    {
        if (SeedCases.CountOf(new ConfigurationBuilder().AddCommandLine(args).Build()["cases"]) is not { } count)
        {
            await Console.Error.WriteLineAsync(
                $"Write: seed --cases N, with N from 1 to {SeedCases.Most:N0}. / 请写作:seed --cases N,N 为 1 至 {SeedCases.Most:N0}。");
            return 2;
        }

        await DemoDirectory.LoadAsync(Settings.Db, Settings.DataFolder, Settings.Clock);
        var calendar = await new WorkingCalendarSource(Settings.Db, Settings.Clock).GetAsync(CancellationToken.None);
        // A server's disk is not this machine's: there the server says so itself.
        var free = Settings.Demonstration ? new DriveInfo(Settings.DataFolder).AvailableFreeSpace : long.MaxValue;
        return await new SeedCases(Settings.Db, Settings.Keys, new BodyDirectory(Settings.Db, Settings.Clock))
            .RunAsync(count, new StoryWorld(calendar, TimeProvider.System.GetUtcNow()), free, Console.Out, Console.Error);
    }

    /// <summary>The month as CSV, to standard output; of everything unless a division is named.</summary>
    public async Task<int> ReportAsync()
    {
        var options = new ConfigurationBuilder().AddCommandLine(args).Build();
        var by = Enum.TryParse<ReportBy>(options["by"], ignoreCase: true, out var dimension) ? dimension : (ReportBy?)null;
        if (args.Length == 0 || !AskedPeriod.IsMonth(args[0]) || (options["by"] is not null && by is null))
        {
            await Console.Error.WriteLineAsync("Write: report 2026-10 [--division 4301] [--by category] / 请写作：report 2026-10");
            return 2;
        }

        await using var app = ServiceApp.Build([], Settings with { Jobs = false });
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        try
        {
            var report = await scope.ServiceProvider.GetRequiredService<IMediator>()
                .Send(new MonthlyReport(args[0], options["division"], null, by));
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(ReportFile.Csv(report.Rows, report.Totals));
            return 0;
        }
        catch (ProblemException unknown)
        {
            await Console.Error.WriteLineAsync($"{unknown.Text.En} / {unknown.Text.Zh}");
            return 1;
        }
    }

    /// <summary>
    /// Fills an empty demonstration. Its cases end at the machine's own present, so that a shifted clock finds them aged.
    /// </summary>
    private async Task Demonstrate()
    {
        await DemoDirectory.LoadAsync(Settings.Db, Settings.DataFolder, Settings.Clock);
        var calendar = await new WorkingCalendarSource(Settings.Db, Settings.Clock).GetAsync(CancellationToken.None);
        await new DemonstrationCases(Settings.Db, Settings.Keys, new BodyDirectory(Settings.Db, Settings.Clock))
            .LoadAsync(TimeProvider.System, calendar, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Settings.Db.DisposeAsync();
        if (local is not null) await local.DisposeAsync();
    }
}
