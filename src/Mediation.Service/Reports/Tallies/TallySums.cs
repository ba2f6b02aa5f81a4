using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Reports.Tallies;

/// <summary>
/// The kept figures of very many facts, month by month: what the domain says that each adds, with lines as numbers and the
/// lines of a place remembered. For seeding, for a rebuild, which the fold of the database would make three times as long,
/// and for the check.
/// </summary>
internal sealed class TallySums(TallySums.Lines known)
{
    private readonly Dictionary<DateOnly, Dictionary<ulong, long>> months = [];
    private readonly Dictionary<Place, uint[]> places = [];

    public void Add(DateOnly month, Fact fact)
    {
        if (!months.TryGetValue(month, out var sums)) months.Add(month, sums = []);
        foreach (var (line, measure, amount) in Tally.Expand(fact.Measure, fact.Amount,
            fact.From is { } from ? LinesOf(from) : null, LinesOf(fact.At)))
            Count(sums, Key(line, Lines.Measure(measure), fact.Days), (long)(amount * 100));
    }

    /// <summary>Adds what the other has of earlier months, and empties it there.</summary>
    public void Take(TallySums other, DateOnly before)
    {
        foreach (var month in other.months.Keys.Where(month => month < before).ToList())
        {
            other.months.Remove(month, out var theirs);
            if (!months.TryGetValue(month, out var sums)) months.Add(month, theirs!);
            else foreach (var (key, cents) in theirs!) Count(sums, key, cents);
        }
    }

    /// <summary>What is counted on a line; it counts there no longer.</summary>
    public decimal TakeOut(DateOnly month, Coordinate line, string measure, int days) =>
        months.TryGetValue(month, out var sums) && sums.Remove(Key(known.IdOf(line), Lines.Measure(measure), days), out var cents)
            ? cents / 100m : 0;

    public IEnumerable<(DateOnly Month, Coordinate Line, string Measure, int Days, decimal Amount)> Rows() =>
        from month in months
        from sum in month.Value
        select (month.Key, known[(uint)(sum.Key >> 32)], Lines.Measure((int)(sum.Key >> 16 & 0xFFFF)),
            (int)(sum.Key & 0xFFFF), sum.Value / 100m);

    /// <summary>Writes the months before that date, and forgets them.</summary>
    public void CopyTo(NpgsqlConnection connection, DateOnly before)
    {
        foreach (var month in months.Keys.Where(month => month < before).Order().ToList())
        {
            months.Remove(month, out var sums);
            using var copy = connection.BeginBinaryImport(
                "copy tally (scope, dimension, month, key, measure, days, amount) from stdin (format binary)");
            // By place and dimension, so that what a report reads together lies together.
            foreach (var (line, key, cents) in sums!.Select(sum => (Line: known[(uint)(sum.Key >> 32)], sum.Key, Cents: sum.Value))
                .OrderBy(row => row.Line.Scope, StringComparer.Ordinal).ThenBy(row => row.Line.Dimension, StringComparer.Ordinal))
            {
                copy.StartRow();
                copy.Write(line.Scope);
                copy.Write(line.Dimension);
                copy.Write(month);
                copy.Write(line.Key);
                copy.Write(Lines.Measure((int)(key >> 16 & 0xFFFF)));
                copy.Write((int)(key & 0xFFFF));
                copy.Write(cents / 100m);
            }

            copy.Complete();
        }
    }

    private uint[] LinesOf(Place place)
    {
        if (!places.TryGetValue(place, out var lines))
            places.Add(place, lines = [.. place.Coordinates().Where(line => Tally.IsKept(line.Scope)).Select(known.IdOf)]);
        return lines;
    }

    private static void Count(Dictionary<ulong, long> sums, ulong key, long cents) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) += cents;

    private static ulong Key(uint line, int measure, int days) => (ulong)line << 32 | (ulong)(uint)measure << 16 | (ushort)days;

    /// <summary>Numbers for lines and measures, shared by all who count.</summary>
    internal sealed class Lines
    {
        private static readonly ConcurrentDictionary<string, int> MeasureIds = new(StringComparer.Ordinal);
        private static readonly List<string> Measures = [];
        private readonly ConcurrentDictionary<Coordinate, uint> ids = new();
        private readonly List<Coordinate> lines = [];

        public Coordinate this[uint id] => lines[(int)id];

        public uint IdOf(Coordinate line)
        {
            if (ids.TryGetValue(line, out var known)) return known;
            lock (lines)
            {
                if (ids.TryGetValue(line, out known)) return known;
                lines.Add(line);
                return ids[line] = (uint)lines.Count - 1;
            }
        }

        public static string Measure(int id) => Measures[id];

        public static int Measure(string name)
        {
            if (MeasureIds.TryGetValue(name, out var known)) return known;
            lock (Measures)
            {
                if (MeasureIds.TryGetValue(name, out known)) return known;
                Measures.Add(name);
                return MeasureIds[name] = Measures.Count - 1;
            }
        }
    }
}
