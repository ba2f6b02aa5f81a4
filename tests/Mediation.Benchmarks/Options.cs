using System.Globalization;

namespace Mediation.Benchmarks;

/// <summary>What the command line says.</summary>
/// <param name="Cases">The large database.</param>
/// <param name="Small">The one that growth is compared with.</param>
/// <param name="Seconds">Of one window; service and pgbench take turns.</param>
/// <param name="Minutes">Of the mixed day.</param>
/// <param name="Folder">Cluster, keys and accounts of the benchmark alone.</param>
/// <param name="Parts">ratios, growth, day, all, or single operations.</param>
internal sealed record Options(int Cases, int Small, double Seconds, int Rounds, double Minutes, string Folder, IReadOnlyList<string> Parts)
{
    public const int Connections = 16;

    public const string Help = """
        Mediation.Benchmarks [--cases N] [--small N] [--seconds S] [--rounds R] [--minutes M] [--data FOLDER] [PART ...]
            MEDIATION_SERVICE in the environment: the folder of a published service to measure instead of the built one.
            PART: all (default) | seed | ratios | growth | day | get | list | create | change | report | import | sweep
        """;

    /// <summary>Whether a part of the whole run is asked for.</summary>
    public bool Wants(string part) =>
        Parts.Contains(part, StringComparer.Ordinal) || (part != "seed" && Parts.Contains("all", StringComparer.Ordinal));

    public bool WantsOperation(string name) => Wants("ratios") || Parts.Contains(name, StringComparer.Ordinal);

    public static Options? Parse(string[] args)
    {
        var options = new Options(10_000, 10_000, 3, 3, 1, Path.GetFullPath(".mediation-benchmark"), []);
        var parts = new List<string>();
        for (var at = 0; at < args.Length; at++)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal))
            {
                parts.Add(args[at]);
                continue;
            }

            if (at + 1 == args.Length) return null;
            var value = args[++at];
            var number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && parsed > 0
                ? parsed : 0;
            Options? with = args[at - 1] switch
            {
                "--data" => options with { Folder = Path.GetFullPath(value) },
                _ when number == 0 => null,
                "--cases" => options with { Cases = (int)number },
                "--small" => options with { Small = (int)number },
                "--seconds" => options with { Seconds = number },
                "--rounds" => options with { Rounds = (int)number },
                "--minutes" => options with { Minutes = number },
                _ => null,
            };
            if (with is null) return null;
            options = with;
        }

        string[] known = ["all", "seed", "ratios", "growth", "day", "get", "list", "create", "change", "report", "import", "sweep"];
        if (parts.Count == 0) parts.Add("all");
        return parts.TrueForAll(part => known.Contains(part, StringComparer.Ordinal)) ? options with { Parts = parts } : null;
    }
}
