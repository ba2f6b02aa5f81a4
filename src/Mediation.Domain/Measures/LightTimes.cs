using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Measures;

/// <summary>A light that changed its colour. <paramref name="From"/> and <paramref name="To"/> are the values' names.</summary>
/// <param name="Seq">The event that changed it.</param>
public sealed record LightChange(int Seq, DateTimeOffset At, string Light, string From, string To);

/// <summary>
/// How long an open case stood in each colour of its two lights, which are never mixed. Time after the closure does not
/// count; after reopening it counts again.
/// </summary>
public sealed record LightTimes(
    IReadOnlyDictionary<Risk, TimeSpan> Risk, IReadOnlyDictionary<Timeliness, TimeSpan> Timeliness, IReadOnlyList<LightChange> Changes)
{
    /// <param name="journal">Every event of one case from the first.</param>
    /// <param name="until">The instant (UTC) to which the last colour is counted.</param>
    public static LightTimes Of(IEnumerable<Recorded> journal, DateTimeOffset until)
    {
        var risk = Enum.GetValues<Risk>().ToDictionary(light => light, _ => TimeSpan.Zero);
        var time = Enum.GetValues<Timeliness>().ToDictionary(light => light, _ => TimeSpan.Zero);
        var changes = new List<LightChange>();
        Case? current = null;
        foreach (var recorded in journal)
        {
            Count(current, recorded.At);
            var next = Evolve.Apply(current, recorded);
            Note(recorded, "risk", current?.Risk, next.Risk);
            Note(recorded, "timeliness", current?.Timeliness, next.Timeliness);
            current = next;
        }

        Count(current, until);
        return new LightTimes(risk, time, changes);

        void Count(Case? c, DateTimeOffset to)
        {
            if (c is not { IsOpen: true } || to <= c.LastAt)
                return;
            risk[c.Risk] += to - c.LastAt;
            time[c.Timeliness] += to - c.LastAt;
        }

        void Note<T>(Recorded recorded, string light, T? from, T to) where T : struct, Enum
        {
            if (from is { } old && !old.Equals(to))
                changes.Add(new LightChange(recorded.Seq, recorded.At, light, CaseJson.Camel(old.ToString()),
                    CaseJson.Camel(to.ToString())));
        }
    }
}
