using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using Mediation.Service.Platform.PrivatePostgres;

namespace Mediation.Benchmarks;

/// <summary>One side's window.</summary>
/// <param name="Client">CPU of pgbench; the load of the service's side is asked for by this program and not counted.</param>
internal sealed record Window(long Done, double Seconds, double ServiceCpu, double PostgresCpu, double P50, double P99)
{
    public double PerSecond => Done / Seconds;
}

/// <summary>The service against its own statements without the service: windows take turns, the median of the quotients counts.</summary>
internal sealed partial class Ratios(
    Cluster cluster, CaseDatabase database, ServiceProcess service, Lots lots, Options options, TextWriter output)
{
    private readonly PgBench pgbench = new(cluster.Programs, database);
    private const int WarmingWindows = 4;
    private readonly List<string> remarks = [];

    private readonly int[] versions = Asking.Versions(lots);

    public void Reads()
    {
        Compare("open by id", 0.20, 0.30, "get", [PgBench.Kept("get")],
            index => Asking.Get(random => ("/api/v1/cases/" + lots.Cases[random.Next(lots.Cases.Count)], lots.Province.Token), index));
        var heads = lots.Heads.Values.ToList();
        Compare("work list page", 0.40, 0.60, "list", [PgBench.Kept("list")], index => Asking.Get(random =>
        {
            var head = heads[random.Next(heads.Count)];
            return ($"/api/v1/cases?open=true&body={head.Body}", head.Token);
        }, index));
        Compare("month's report", 0.10, 0.20, "report", [PgBench.Kept("report")],
            index =>
                Asking.Get(random => ($"/api/v1/reports/monthly/2026-10?by=category&division={lots.Places[random.Next(lots.Places.Count)]}",
                    lots.Province.Token), index));
        if (options.WantsOperation("report")) AgainstTheCases();
    }

    /// <summary>What belongs below the table.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>What pgbench wrote is taken away again: the database stays one that <c>verify</c> and the checks agree with.</summary>
    public void Writes()
    {
        if (options.WantsOperation("create"))
        {
            // Several, for other names and other places each time, as the service has them.
            var scripts = Enumerable.Range(0, 16)
                .Select(index => new Recording(database).Script(() => Ask(Asking.Create(lots, index)))).ToList();
            using var clean = new Cleaning(database);
            Compare("create", 0.50, 0.80, "create", scripts, index => Asking.Create(lots, index));
            CostOfFigures("create", scripts);
        }

        if (options.WantsOperation("change"))
        {
            var recording = new Recording(database);
            var at = versions.AsSpan().IndexOfAnyExceptInRange(int.MinValue, 0);
            var row = lots.Changeable[at];
            var one = Asking.Change(lots, at, lots.Changeable.Count, versions);
            var suspend = recording.Script(() => Ask(one), row.Id, versions[at]);
            var script = Recording.TakingTurns(suspend, recording.Script(() => Ask(one), row.Id, versions[at] + 1));
            using var clean = new Cleaning(database);
            Compare("state change", 0.45, 0.65, "change", [script], index => Asking.Change(lots, index, Options.Connections, versions));
            CostOfFigures("change", [script]);
        }
    }

    /// <summary>What a write costs more because the figures are kept, in PostgreSQL alone.</summary>
    private void CostOfFigures(string list, IReadOnlyList<string> scripts)
    {
        var without = scripts.Select(script => Tallying().Replace(script, "")).ToList();
        Bare(without, Variables(list));
        var shares = Enumerable.Range(0, options.Rounds).Select(_ =>
        {
            var bare = Bare(without, Variables(list));
            return bare.PerSecond / Bare(scripts, Variables(list)).PerSecond - 1;
        }).Order().ToList();
        remarks.Add(string.Create(CultureInfo.InvariantCulture,
            $"Keeping the figures makes a {list} {shares[shares.Count / 2]:P0} dearer for PostgreSQL (goal: under 10 %)."));
    }

    /// <summary>
    /// The month of the province by category, every measure, against counting the cases themselves for five of its columns.
    /// </summary>
    private void AgainstTheCases()
    {
        using var db = database.Connect();
        const string Raw = """
            select category, count(*) filter (where opened_on < '2026-10-01'
                and (closed_on is null or closed_on >= '2026-10-01')) as brought_forward,
                count(*) filter (where opened_on >= '2026-10-01' and opened_on < '2026-11-01') as received,
                count(*) filter (where closed_on >= '2026-10-01' and closed_on < '2026-11-01') as closed,
                count(*) filter (where closed_on >= '2026-10-01' and closed_on < '2026-11-01' and outcome = 'agreement') as agreed,
                count(*) filter (where opened_on < '2026-11-01' and (closed_on is null or closed_on >= '2026-11-01')) as carried_over
            from cases where opened_on < '2026-11-01' group by category
            """;
        var report = Asking.Get(_ => ("/api/v1/reports/monthly/2026-10?by=category", lots.Province.Token), 0);
        var (own, raw) = (new List<double>(), new List<double>());
        for (var round = 0; round < 5; round++)
        {
            own.Add(Took(() => Ask(report)));
            raw.Add(Took(() => db.Execute(Raw, commandTimeout: 0)));
        }

        own.Sort();
        raw.Sort();
        remarks.Add(string.Create(CultureInfo.InvariantCulture, $"The month of the province took {own[2]:F1} ms with every measure over "
            + $"HTTP, counting the cases in SQL for five columns {raw[2]:F0} ms: {raw[2] / own[2]:F0} times (goal 50; under 300 ms)."));

        static double Took(Action ask)
        {
            var began = TimeProvider.System.GetTimestamp();
            ask();
            return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private void Compare(string name, double goal, double stretch, string list, IReadOnlyList<string> scripts, Func<int, Traffic> traffic)
    {
        if (!options.WantsOperation(list)) return;
        var rounds = new List<(Window Service, Window Bare)>();
        // Not counted: a process is compiled while it works, and twice as slow until that is over.
        for (var window = 0; window < WarmingWindows; window++) Service(traffic);
        for (var round = 0; round < options.Rounds; round++)
        {
            var bare = Bare(scripts, Variables(list));
            rounds.Add((Service(traffic), bare));
        }

        var middle = rounds.OrderBy(round => round.Service.PerSecond / round.Bare.PerSecond).ElementAt(rounds.Count / 2);
        var ratio = middle.Service.PerSecond / middle.Bare.PerSecond;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {ratio:F2} | {goal:F2} ({stretch:F2}) | {middle.Service.PerSecond:F0} | {middle.Bare.PerSecond:F0} | "
                + $"{middle.Service.ServiceCpu:F3} + {middle.Service.PostgresCpu:F3} | {middle.Bare.PostgresCpu:F3} | "
                + $"{middle.Service.P50:F1} / {middle.Service.P99:F1} |"));
    }

    private Dictionary<string, string> Variables(string list) => new(StringComparer.Ordinal)
    {
        ["list"] = list,
        // Numbers of made keys: no window's clients meet those of another.
        ["n"] = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 100_000_000).ToString(CultureInfo.InvariantCulture) + "000000",
        ["draws"] = (list == "change" ? lots.ChangeDraws : Lots.Draws).ToString(CultureInfo.InvariantCulture),
    };

    private Window Bare(IReadOnlyList<string> scripts, Dictionary<string, string> variables)
    {
        using var db = database.Connect();
        var first = db.ExecuteScalar<long>("select pg_current_xact_id()::text::bigint");
        var before = Cpu.OfTree(cluster.Postmaster);
        var (done, seconds) = pgbench.Run(scripts, options.Seconds, variables);
        // The figures' deltas carry no key: they are known by the transactions that wrote them.
        db.Execute("delete from tally_delta where age(xmin) between 0 and pg_current_xact_id()::text::bigint - @first",
            new { first }, commandTimeout: 0);
        return new Window(done, seconds, 0, (Cpu.OfTree(cluster.Postmaster) - before) * 1000 / done, 0, 0);
    }

    private Window Service(Func<int, Traffic> traffic)
    {
        var (postgres, own) = (Cpu.OfTree(cluster.Postmaster), Cpu.Of(service.Id));
        var result = Load.Run(service.Port, Asking.Each(traffic), TimeSpan.FromSeconds(options.Seconds));
        if (result.Wrong > 0)
            throw new InvalidOperationException($"{result.Wrong} of {result.Done} answers were wrong, the first: {result.FirstWrong}");
        return new Window(result.Done, result.Seconds, (Cpu.Of(service.Id) - own) * 1000 / result.Done,
            (Cpu.OfTree(cluster.Postmaster) - postgres) * 1000 / result.Done, result.Percentile(0.5), result.Percentile(0.99));
    }

    [GeneratedRegex(@"insert into tally_delta [^;]+;\n", RegexOptions.None, 1000)]
    private static partial Regex Tallying();

    private void Ask(Traffic traffic)
    {
        using var line = new HttpLine(service.Port);
        var answer = line.Ask(traffic.Next());
        traffic.Answered(answer);
        if (!traffic.IsRight(answer))
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(line.Text[..Math.Min(answer.Bytes, 1500)]));
    }
}
