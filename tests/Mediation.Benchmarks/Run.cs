using System.Globalization;
using Mediation.Service.Reports.Tallies;

namespace Mediation.Benchmarks;

internal static class Run
{
    public static async Task<int> AllAsync(Options options, TextWriter output)
    {
        await using var cluster = await Cluster.StartAsync(options.Folder);
        var large = await cluster.DatabaseAsync(options.Cases, output);
        if (options.Wants("seed")) return 0;
        await Enough.OpenAsync(large, output);
        var lots = await Lots.DrawAsync(large);
        await using var service = await ServiceProcess.StartAsync(large);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Cases:N0} cases; the service was ready after {service.ReadyAfter:F0} ms."));
        await FoldAsync(large); // an earlier run may have been broken off
        var ratios = new Ratios(cluster, large, service, lots, options, output);
        output.WriteLine("| operation | service / pgbench | goal (stretch) | service per s | pgbench per s | CPU ms: service + PostgreSQL "
            + "| CPU ms: PostgreSQL under pgbench | p50 / p99 ms |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        ratios.Reads();
        ratios.Writes();
        var bulk = new Bulk(large, service, lots, output);
        if (options.WantsOperation("import")) bulk.Import();
        if (options.WantsOperation("sweep")) await bulk.SweepAsync();
        output.WriteLine();
        foreach (var remark in ratios.Remarks.Concat(bulk.Remarks)) output.WriteLine(remark);
        if (options.Wants("day")) await new Day(large, lots, options, output).RunAsync();
        if (options.Wants("growth"))
            await new Growth(cluster, await cluster.DatabaseAsync(options.Small, output), large, options, output).RunAsync();
        return 0;
    }

    /// <summary>
    /// The appended figures into the kept ones, as the job does each minute: no job runs while the two sides are compared.
    /// </summary>
    public static async Task<FoldTallies.Result> FoldAsync(CaseDatabase database)
    {
        await using var handlers = new Handlers(database);
        return await handlers.SendAsync(new FoldTallies());
    }
}
