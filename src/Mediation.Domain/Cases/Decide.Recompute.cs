using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    /// <summary>
    /// Computes the live clocks again that a policy was said to reach, or whose days a year of the calendar may move; one
    /// event for each clock that changes. Run again it finds nothing: no event.
    /// </summary>
    private static Decision Recompute(Case current, CaseCommand.Recompute command, DecideContext context)
    {
        var board = new ClockBoard(current, context);
        foreach (var clock in current.Clocks.Where(clock => clock.State is ClockState.Running or ClockState.Paused))
        {
            if (command.Cause == RecountCause.Calendar)
                board.Recompute(clock, null, command.Cause, command.By);
            else if (Reaching(current, clock, command.By, context.Policies) is { } policy)
                board.Recompute(clock, policy, command.Cause, command.By);
        }
        return Decision.Of([.. board.Changed.Select(clock => (CaseEvent)new CaseEvent.ClockRecomputed(
            clock.Key, clock.Recounts[^1].From, clock.Recounts[^1].To, command.Cause, command.By)
        { Clocks = [clock] })]);
    }

    /// <summary>
    /// The policy with this id, when it is the one for the clock's case: by its own dates, or, for a clock that started
    /// before it came into force, as if it had started on its first day.
    /// </summary>
    public static DeadlinePolicy? Reaching(Case c, Clock clock, string id, IReadOnlyList<DeadlinePolicy> policies)
    {
        if (clock.PolicyId == id || policies.FirstOrDefault(policy => policy.Id == id) is not { } policy || policy.Clock != clock.Name)
            return null;
        // A day that somebody named is moved by no policy.
        if (clock.Unit == TimeUnit.FixedDate && policy.Unit != TimeUnit.FixedDate)
            return null;
        var on = ClockBoard.InForceOn(clock.Name, c, clock.StartedOn);
        if (on < policy.From)
            on = policy.From;
        if (!policy.IsInForce(on))
            return null;
        return policies.Find(clock.Name, c.Track, c.Procedure, c.Category, c.Risk, on).Id == id ? policy : null;
    }
}
