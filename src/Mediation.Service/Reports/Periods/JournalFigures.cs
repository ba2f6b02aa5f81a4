using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Reports.Figures;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// Figures of a scope and period by something that cases change, counted case by case from the journal by the domain's
/// arithmetic: only what a line is differs.
/// </summary>
/// <param name="keyOf">The row that counts the case as it is; empty: none yet.</param>
internal sealed class JournalFigures(ReportScope scope, Period period, DateTimeOffset now, Func<Case, string> keyOf)
{
    private readonly DateTimeOffset from = ShanghaiTime.StartOf(period.First);
    private readonly DateTimeOffset until = ShanghaiTime.StartOf(period.LastDay.AddDays(1)) is var end && end < now ? end : now;

    public Dictionary<string, Dictionary<(string Measure, int Days), decimal>> Rows { get; } = new(StringComparer.Ordinal);
    public Dictionary<(string Measure, int Days), decimal> Totals { get; } = [];
    public Dictionary<Risk, TimeSpan> Risk { get; } = Enum.GetValues<Risk>().ToDictionary(light => light, _ => TimeSpan.Zero);
    public Dictionary<Timeliness, TimeSpan> Timeliness { get; } = Enum.GetValues<Timeliness>()
        .ToDictionary(light => light, _ => TimeSpan.Zero);

    public void Add(IReadOnlyList<Recorded> journal)
    {
        Case? before = null;
        foreach (var recorded in journal)
        {
            Stood(before, recorded.At);
            var after = Evolve.Apply(before, recorded);
            var lines = LinesOf(after);
            if (before is { IsOpen: true }) Count(Tally.Expand(Tally.Moved, 1, LinesOf(before), lines), 0, recorded.On);
            foreach (var fact in Facts.Of(before, recorded, after).Where(fact => fact.Measure != Tally.Moved))
                Count(Tally.Expand(fact.Measure, fact.Amount, left: null, lines), fact.Days, recorded.On);
            before = after;
        }

        Stood(before, until);
    }

    /// <summary>The scope as a whole (null) and one row of it, or none.</summary>
    private string?[] LinesOf(Case c) => scope.Holds(Place.Of(c)) ? [null, keyOf(c)] : [];

    private void Count(IEnumerable<(string? Key, string Measure, decimal Amount)> added, int days, DateOnly on)
    {
        if (on > period.LastDay) return;
        foreach (var (key, measure, amount) in added)
        {
            if (Tally.Since(period.First, on, measure) is not { } shown) continue;
            var line = key is null ? Totals : Row(key);
            line[(shown, days)] = line.GetValueOrDefault((shown, days)) + amount;
        }
    }

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
