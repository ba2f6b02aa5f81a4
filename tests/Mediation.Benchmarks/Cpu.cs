using System.Globalization;

namespace Mediation.Benchmarks;

/// <summary>CPU seconds from /proc: of one process, of a process with all it ever started, of the whole machine.</summary>
internal static class Cpu
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    public static double Of(int process) => Stat(process) is { } stat ? (stat.Own + stat.Reaped) / TicksPerSecond : 0;

    public static double OfReaped(int process) => Stat(process) is { } stat ? stat.Reaped / TicksPerSecond : 0;

    public static double OfAlone(int process) => Stat(process) is { } stat ? stat.Own / TicksPerSecond : 0;

    /// <summary>A parent, its living children, and those that it has buried.</summary>
    public static double OfTree(int parent)
    {
        var sum = Of(parent);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Stat(id) is { } stat && stat.Parent == parent)
                sum += stat.Own / TicksPerSecond;
        return sum;
    }

    /// <summary>Busy seconds of all cores.</summary>
    public static double Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (fields.Take(8).Sum() - fields[3] - fields[4]) / TicksPerSecond;
    }

    /// <summary>Resident memory in MiB.</summary>
    public static double Memory(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }

    private static (int Parent, double Own, double Reaped)? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11) + Ticks(12), Ticks(13) + Ticks(14));

            double Ticks(int at) => double.Parse(fields[at], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }
}
