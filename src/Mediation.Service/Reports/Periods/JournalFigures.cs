using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Reports.Figures;

namespace Mediation.Service.Reports.Periods;

/// <summary>Figures of a scope and period by something that cases change, told case by case from the journal by the rules of the kept ones.</summary>
/// <param name="keyOf">The row that counts the case as it is; empty: none yet.</param>
internal sealed class JournalFigures(ReportScope scope, Period period, DateTimeOffset now, Func<Case, string> keyOf)
{
    private readonly DateTimeOffset from = ShanghaiTime.StartOf(period.First);
    private readonly DateTimeOffset until = ShanghaiTime.StartOf(period.LastDay.AddDays(1)) is var end && end < now ? end : now;

    public Dictionary<string, Dictionary<(string Measure, int Days), decimal>> Rows { get; } = new(StringComparer.Ordinal);
    public Dictionary<(string Measure, int Days), decimal> Totals { get; } = [];
    public Dictionary<Risk, TimeSpan> Risk { get; } = Enum.GetValues<Risk>().ToDictionary(light => light, _ => TimeSpan.Zero);
    public Dictionary<Timeliness, TimeSpan> Timeliness { get; } = Enum.GetValues<Timeliness>().ToDictionary(light => light, _ => TimeSpan.Zero);

    public void Tell(IReadOnlyList<Recorded> journal)
    {
        Case? before = null;
        foreach (var recorded in journal)
        {
            Stood(before, recorded.At);
            var after = Evolve.Apply(before, recorded);
            if (before is { IsOpen: true }) Moved(before, after, recorded.On);
            foreach (var fact in Facts.Of(before, recorded, after).Where(fact => fact.Measure != Tally.Moved && scope.Holds(fact.At)))
                Count([Row(keyOf(after)), Totals], fact.Measure, fact.Days, fact.Amount, recorded.On);
            before = after;
        }

        Stood(before, until);
    }

    private void Moved(Case before, Case after, DateOnly on)
    {
        var (was, isNow) = (scope.Holds(Place.Of(before)), scope.Holds(Place.Of(after)));
        var (old, key) = (keyOf(before), keyOf(after));
        if (was && isNow && old == key) return;
        if (was) Count(isNow ? [Row(old)] : [Row(old), Totals], Tally.TransferredOut, 0, 1, on);
        if (isNow) Count(was ? [Row(key)] : [Row(key), Totals], Tally.TransferredIn, 0, 1, on);
    }

    private void Count(IEnumerable<Dictionary<(string Measure, int Days), decimal>> lines, string measure, int days, decimal amount, DateOnly on)
    {
        if (on > period.LastDay) return;
        var stock = Tally.Sign(measure) * amount;
        foreach (var line in lines)
        {
            if (on >= period.First) Add(line, (measure, days), amount);
            if (stock != 0) Add(line, (on >= period.First ? Tally.Stock : Tally.BroughtForward, 0), stock);
        }
    }

    private static void Add(Dictionary<(string Measure, int Days), decimal> line, (string, int) key, decimal amount) => line[key] = line.GetValueOrDefault(key) + amount;

    private Dictionary<(string Measure, int Days), decimal> Row(string key)
    {
        if (!Rows.TryGetValue(key, out var row)) Rows.Add(key, row = []);
        return row;
    }

    private void Stood(Case? c, DateTimeOffset to)
    {
        if (c is not { IsOpen: true } || !scope.Holds(Place.Of(c))) return;
        var (first, last) = (c.LastAt > from ? c.LastAt : from, to < until ? to : until);
        if (last <= first) return;
        Risk[c.Risk] += last - first;
        Timeliness[c.Timeliness] += last - first;
    }
}
