using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    /// <summary>
    /// Warns, marks overdue and takes every ladder step whose instant has come, in the order in which they fell due:
    /// a sweep that comes late catches up. Nothing due: no event.
    /// </summary>
    private static Decision Tick(Case current, DecideContext context)
    {
        var clocks = current.RunningClocks.ToDictionary(clock => clock.Key, StringComparer.Ordinal);
        var events = new List<CaseEvent>();
        while (clocks.Values.Where(clock => clock.NextAt <= context.Now).OrderBy(clock => clock.NextAt).ThenBy(clock => clock.Key, StringComparer.Ordinal)
            .FirstOrDefault() is { } due)
        {
            var (happened, next) = Advance(current, due, context);
            clocks[due.Key] = next;
            events.Add(happened with { Clocks = [next] });
        }
        return Decision.Of(events);
    }

    private static (CaseEvent Happened, Clock Next) Advance(Case c, Clock clock, DecideContext context)
    {
        if (clock.Timeliness == Timeliness.OnTime)
            return (new CaseEvent.DueSoon(clock.Key), clock.ToDueSoon());
        if (clock.Timeliness == Timeliness.DueSoon)
        {
            // Nobody has to ask for confirmation: the window closes, and nobody is told up the tree.
            var runOut = clock.Name == ClockName.Confirmation ? clock.Stop(clock.DueOn.AddDays(1)) : clock.ToOverdue(context.Ladder, context.Calendar);
            return (new CaseEvent.Overdue(clock.Key), runOut);
        }

        var step = context.Ladder.First(step => step.Step > clock.StepsDone);
        var (to, person) = Addressee(c, clock, step.To);
        return (new CaseEvent.Escalated(clock.Key, step.Step, step.To, to, person), clock.TakeStep(step.Step, context.Ladder, context.Calendar));
    }

    private static (string To, string? Person) Addressee(Case c, Clock clock, LadderRung rung) => rung switch
    {
        LadderRung.Centre => (c.Centre.Code, null),
        LadderRung.Mediator when Holder(c, clock) == c.Body => (c.Body!.Code, c.Mediator),
        _ => (Holder(c, clock).Code, null),
    };

    /// <summary>The body at which the case waits by this clock.</summary>
    private static BodyRef Holder(Case c, Clock clock) => clock.Name switch
    {
        ClockName.Intake => c.Desk,
        ClockName.TransferAnswer when c.Transfer is { } offer => offer.To,
        ClockName.ReferralAnswer when c.OfferedTo is { } body => body,
        _ => c.Body ?? c.OfferedTo ?? c.Desk,
    };
}
