using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>A clock of the journal under a policy that is only proposed.</summary>
/// <param name="Ended">The day on which it ended or was started anew; the day of the trial while it runs.</param>
public sealed record TriedClock(Clock Clock, DateOnly Ended, DateOnly DueThen)
{
    public bool WasOverdue => Clock.State != ClockState.Paused && Ended > Clock.DueOn;

    public bool WouldBeOverdue => Clock.State != ClockState.Paused && Ended > DueThen;

    public bool Moves => DueThen != Clock.DueOn;
}

/// <summary>Tries a policy over clocks that ran: what would have been due when, and who would have been late.</summary>
public static class PolicyTrial
{
    /// <summary>The live clocks of a case that the policy would reach.</summary>
    public static IEnumerable<TriedClock> Live(
        Case c, DeadlinePolicy policy, IReadOnlyList<DeadlinePolicy> table, WorkingCalendar calendar, DateOnly today) =>
        c.Clocks.Where(clock => clock.State is ClockState.Running or ClockState.Paused)
            .SelectMany(clock => Try(c, clock, today, policy, table, calendar));

    /// <summary>Every clock in the events since a day, each start by itself: also those that were started anew.</summary>
    /// <param name="entries">The clocks of the case's events in their order, with the business date of each event.</param>
    public static IEnumerable<TriedClock> OfJournal(
        Case c, IEnumerable<(DateOnly On, Clock Clock)> entries, DateOnly since, DeadlinePolicy policy, IReadOnlyList<DeadlinePolicy> table,
        WorkingCalendar calendar, DateOnly today)
    {
        var running = new Dictionary<string, Clock>(StringComparer.Ordinal);
        var over = new List<(Clock Clock, DateOnly Ended)>();
        foreach (var (on, clock) in entries.Where(one => one.Clock.Name == policy.Clock))
        {
            if (running.TryGetValue(clock.Key, out var before) && before.EndedOn is null && before.StartedOn != clock.StartedOn)
                over.Add((before, on));
            if (clock.EndedOn is { } ended) over.Add((clock, ended));
            running[clock.Key] = clock;
        }

        return over.Concat(running.Values.Where(clock => clock.EndedOn is null).Select(clock => (clock, today)))
            .Where(one => one.Item1.StartedOn >= since).SelectMany(one => Try(c, one.Item1, one.Item2, policy, table, calendar));
    }

    private static IEnumerable<TriedClock> Try(
        Case c, Clock clock, DateOnly ended, DeadlinePolicy policy, IReadOnlyList<DeadlinePolicy> table, WorkingCalendar calendar)
    {
        if (Decide.Reaching(c, clock, policy.Id, table) is null) yield break;
        yield return new TriedClock(clock, ended, clock.Recomputed(policy, calendar).DueOn);
    }
}
