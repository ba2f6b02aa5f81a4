using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>Runs a script as the service's role, prepared, with the service's number of connections.</summary>
internal sealed partial class PgBench(string programs, CaseDatabase database)
{
    /// <summary>How many items one drawing of lots fetches, so that its own query weighs little.</summary>
    public const int Group = 20;

    /// <summary>A script that is kept beside the program.</summary>
    public static string Kept(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "pgbench", name + ".sql"));

    /// <param name="scripts">One, or several that take turns by chance.</param>
    /// <returns>How often the scripts' bodies ran, and in how many seconds.</returns>
    public (long Done, double Seconds) Run(IReadOnlyList<string> scripts, double seconds, IReadOnlyDictionary<string, string> variables)
    {
        var expanded = scripts.Select(Expand).ToList();
        var files = expanded.ConvertAll(script =>
        {
            var file = Path.GetTempFileName();
            File.WriteAllText(file, script.Text);
            return file;
        });
        try
        {
            var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            List<string> arguments = ["-n", "-M", "prepared", "-c", Text(Options.Connections), "-j", "2", "-T",
                Text((int)Math.Ceiling(seconds))];
            foreach (var file in files) arguments.AddRange(["-f", file]);
            foreach (var (name, value) in variables) arguments.AddRange(["-D", $"{name}={value}"]);
            arguments.AddRange(["-h", target.Host!, "-p", Text(target.Port), "-U", target.Username!, target.Database!]);
            var start = new ProcessStartInfo(Path.Combine(programs, "pgbench"), arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["PGPASSWORD"] = target.Password!, ["PGOPTIONS"] = "-c role=mediation_app -c timezone=UTC" },
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var (done, tps) = (Done().Match(output), Tps().Match(output));
            if (process.ExitCode != 0 || !done.Success || !tps.Success
                || errors.GetAwaiter().GetResult().Contains("aborted", StringComparison.Ordinal))
                throw new InvalidOperationException($"pgbench failed: {errors.GetAwaiter().GetResult()}");
            var transactions = long.Parse(done.Groups["n"].Value, CultureInfo.InvariantCulture);
            return (transactions * expanded[0].Repeated, transactions / double.Parse(tps.Groups["n"].Value, CultureInfo.InvariantCulture));
        }
        finally
        {
            files.ForEach(File.Delete);
        }

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// What stands before <c>-- each</c> runs once; the body runs for each item that it draws, with <c>:item</c> for the item.
    /// pgbench knows no lists: the copies are written out.
    /// </summary>
    private static (string Text, int Repeated) Expand(string script)
    {
        var parts = script.Split("-- each\n");
        if (parts.Length == 1) return (script, 1);
        var text = new StringBuilder(parts[0]);
        var columns = string.Join(", ",
            Enumerable.Range(1, Group).Select(n => string.Create(CultureInfo.InvariantCulture, $"items[{n}] as item{n}")));
        text.Append("\\set draw random(1, :draws)\nselect ").Append(columns)
            .Append(" from bench_lot where list = :list and n = :draw \\gset\n");
        for (var n = 1; n <= Group; n++)
            text.Append(Item().Replace(parts[1], string.Create(CultureInfo.InvariantCulture, $":item{n}")));
        return (text.ToString(), Group);
    }

    [GeneratedRegex(":item\\b", RegexOptions.None, 1000)]
    private static partial Regex Item();

    [GeneratedRegex(@"transactions actually processed: (?<n>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Done();

    [GeneratedRegex(@"tps = (?<n>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tps();
}
