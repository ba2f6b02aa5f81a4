using System.Globalization;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.PrivatePostgres;

namespace Mediation.Benchmarks;

/// <summary>CPU and touched buffers of each operation, per request, in a small and in a large database of one cluster.</summary>
internal sealed class Growth(Cluster cluster, CaseDatabase small, CaseDatabase large, Options options, TextWriter output)
{
    // As many open cases as a mediator of the small database has.
    private const int RowsOfAPage = 3;
    private readonly Dictionary<int, double> emptySweeps = [];

    private sealed record Cost(double Cpu, double Buffers);

    public async Task RunAsync()
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| operation | CPU ms per request at {small.Cases:N0} | at {large.Cases:N0} | times (goal 1.5; report and empty sweep 1.2) | "
                + $"buffers at {small.Cases:N0} | at {large.Cases:N0} | times (goal 1.3) |"));
        output.WriteLine("|---|---|---|---|---|---|---|");
        var before = await MeasureAsync(small);
        var after = await MeasureAsync(large);
        foreach (var (name, few) in before)
        {
            var many = after[name];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {few.Cpu:F2} | {many.Cpu:F2} | {many.Cpu / few.Cpu:F2} | {few.Buffers:F0} | {many.Buffers:F0} | "
                    + $"{many.Buffers / Math.Max(few.Buffers, 1):F2} |"));
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A sweep with nothing due takes {emptySweeps[small.Cases]:F1} ms at "
            + $"{small.Cases:N0}, {emptySweeps[large.Cases]:F1} ms at {large.Cases:N0} (goal 10)."));
    }

    private async Task<Dictionary<string, Cost>> MeasureAsync(CaseDatabase database)
    {
        await Enough.OpenAsync(database, TextWriter.Null);
        await Run.FoldAsync(database);
        await using var handlers = new Handlers(database);
        await handlers.SendAsync(new SweepClocks()); // what is due today already
        var lots = await Lots.DrawAsync(database);
        await using var service = await ServiceProcess.StartAsync(database);
        var costs = new Dictionary<string, Cost>(StringComparer.Ordinal);
        var versions = Asking.Versions(lots);
        var heads = lots.Heads.Values.ToList();
        Measure("by id",
            index => Asking.Get(random => ("/api/v1/cases/" + lots.Cases[random.Next(lots.Cases.Count)], lots.Province.Token), index));
        Lists("my cases", lots.Mediators, viewer => $"/api/v1/cases?open=true&mediator=me");
        Lists("my body's cases", heads, viewer => $"/api/v1/cases?open=true&body={viewer.Body}");
        Lists("a city's cases", lots.Supervisors.Where(viewer => viewer.Body.StartsWith("4301-", StringComparison.Ordinal)).ToList(),
            _ => "/api/v1/cases?open=true");
        Lists("a court's cases", lots.Courts, _ => "/api/v1/cases?open=true");
        Measure("search by number", index =>
            Asking.Get(random => ($"/api/v1/cases?q={lots.Numbers[random.Next(lots.Numbers.Count)]}", lots.Province.Token), index));
        Measure("search by two characters", index => Asking.Get(random =>
        {
            var head = heads[random.Next(heads.Count)];
            return ($"/api/v1/cases?open=true&q={Uri.EscapeDataString(lots.Names[random.Next(lots.Names.Count)])}", head.Token);
        }, index));
        Measure("month's report",
            index => Asking.Get(random => ("/api/v1/reports/monthly/2026-10?by=category", lots.Province.Token), index));
        Measure("create", index => Asking.Create(lots, index));
        Measure("state change", index => Asking.Change(lots, index, Options.Connections, versions));
        await EmptySweepAsync();
        return costs;

        async Task EmptySweepAsync()
        {
            const int Times = 200;
            using var db = database.Connect();
            var cpu = 0d;
            var middle = await handlers.TimeAsync(() => new SweepClocks(), Times, () =>
            {
                db.Execute("select pg_stat_statements_reset()");
                cpu = Cpu.OfTree(cluster.Postmaster) + Cpu.Of(Environment.ProcessId);
            });
            cpu = Cpu.OfTree(cluster.Postmaster) + Cpu.Of(Environment.ProcessId) - cpu;
            emptySweeps[database.Cases] = middle;
            costs["sweep with nothing due"] = new Cost(cpu * 1000 / Times, Buffers(db) / Times);
        }

        double Buffers(Npgsql.NpgsqlConnection db) => db.ExecuteScalar<double>("""
            select sum(shared_blks_hit + shared_blks_read) from pg_stat_statements s join pg_database d on d.oid = s.dbid
            where d.datname = current_database()
            """);

        void Lists(string name, IReadOnlyList<Viewer> viewers, Func<Viewer, string> path)
        {
            // Pages of the same number of rows in both databases, or the larger would only be asked for more.
            var full = viewers.Where(viewer => IsFull(service.Port, Page(viewer).Path, viewer.Token)).Take(100).ToList();
            if (full.Count == 0) throw new InvalidOperationException($"{name}: nobody has {RowsOfAPage} of them.");
            Measure(name + ", first page", index => Asking.Get(random => Page(full[random.Next(full.Count)]), index));
            var deep = full.Take(8).Select(viewer => (Deepest(service.Port, Page(viewer).Path, viewer.Token), viewer.Token)).ToList();
            Measure(name + ", last page", index => Asking.Get(random => deep[random.Next(deep.Count)], index));

            (string Path, string) Page(Viewer viewer) =>
                (string.Create(CultureInfo.InvariantCulture, $"{path(viewer)}&limit={RowsOfAPage}"), viewer.Token);
        }

        void Measure(string name, Func<int, Traffic> traffic)
        {
            var span = TimeSpan.FromSeconds(options.Seconds);
            Load.Run(service.Port, Asking.Each(traffic), span);
            using var db = database.Connect();
            db.Execute("select pg_stat_statements_reset()");
            var cpu = Cpu.OfTree(cluster.Postmaster) + Cpu.Of(service.Id);
            var result = Load.Run(service.Port, Asking.Each(traffic), span);
            cpu = Cpu.OfTree(cluster.Postmaster) + Cpu.Of(service.Id) - cpu;
            if (result.Wrong > 0) throw new InvalidOperationException(
                $"{name}: {result.Wrong} of {result.Done} answers were wrong, the first: {result.FirstWrong}");
            costs[name] = new Cost(cpu * 1000 / result.Done, Buffers(db) / result.Done);
        }
    }

    private static bool IsFull(int port, string path, string token)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var json = System.Text.Json.JsonDocument.Parse(client.GetStringAsync(path).GetAwaiter().GetResult());
        return json.RootElement.GetProperty("items").GetArrayLength() == RowsOfAPage;
    }

    /// <summary>Goes on from page to page, at most forty.</summary>
    private static string Deepest(int port, string path, string token)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var at = path;
        for (var page = 0; page < 40; page++)
        {
            using var json = System.Text.Json.JsonDocument.Parse(client.GetStringAsync(at).GetAwaiter().GetResult());
            if (json.RootElement.GetProperty("next").GetString() is not { } next) break;
            at = $"{path}&after={Uri.EscapeDataString(next)}";
        }

        return at;
    }
}
