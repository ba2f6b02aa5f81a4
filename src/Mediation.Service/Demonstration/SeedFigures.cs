using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// The figures of told cases, folded in memory month by month. Cases come in the order of their first day, so a month
/// is written and forgotten as soon as nothing more can happen in it.
/// </summary>
internal sealed class SeedFigures(SeedFigures.Lines known)
{
    private static readonly int Stock = Lines.Measure(Tally.Stock);
    private readonly Dictionary<DateOnly, Dictionary<ulong, long>> months = [];
    private readonly Dictionary<Place, uint[]> places = [];
    private readonly Dictionary<(Place From, Place To), (ulong Key, int Sign)[]> moves = [];

    public void Add(IEnumerable<(DateOnly Month, Fact Fact)> facts)
    {
        foreach (var (month, fact) in facts)
        {
            if (!months.TryGetValue(month, out var sums)) months.Add(month, sums = []);
            var cents = (long)(fact.Amount * 100);
            if (fact.From is { } from)
            {
                foreach (var (key, sign) in Moved(from, fact)) Count(sums, key, sign * cents);
                continue;
            }

            var (measure, sign2) = (Lines.Measure(fact.Measure), Tally.Sign(fact.Measure));
            foreach (var line in LinesOf(fact.At))
            {
                Count(sums, Key(line, measure, fact.Days), cents);
                if (sign2 != 0) Count(sums, Key(line, Stock, fact.Days), sign2 * cents);
            }
        }
    }

    /// <summary>Adds what the other has up to that month, and empties it there.</summary>
    public void Take(SeedFigures other, DateOnly before)
    {
        foreach (var month in other.months.Keys.Where(month => month < before).ToList())
        {
            other.months.Remove(month, out var theirs);
            if (!months.TryGetValue(month, out var sums)) months.Add(month, theirs!);
            else foreach (var (key, cents) in theirs!) Count(sums, key, cents);
        }
    }

    public void CopyTo(NpgsqlConnection connection, DateOnly before)
    {
        foreach (var month in months.Keys.Where(month => month < before).Order().ToList())
        {
            months.Remove(month, out var sums);
            using var copy = connection.BeginBinaryImport("copy tally (scope, dimension, month, key, measure, days, amount) from stdin (format binary)");
            foreach (var (key, cents) in sums!)
            {
                var line = known[(uint)(key >> 32)];
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
        if (!places.TryGetValue(place, out var lines)) places.Add(place, lines = [.. place.Coordinates().Select(known.IdOf)]);
        return lines;
    }

    private (ulong Key, int Sign)[] Moved(Place from, Fact fact)
    {
        if (!moves.TryGetValue((from, fact.At), out var lines))
            moves.Add((from, fact.At), lines = [.. Tally.Expand(fact with { Amount = 1 }).Select(row => (Key(known.IdOf(row.Line), Lines.Measure(row.Measure), 0), (int)row.Amount))]);
        return lines;
    }

    private static void Count(Dictionary<ulong, long> sums, ulong key, long cents) => CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) += cents;

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
