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
        while (clocks.Values.Where(clock => clock.NextAt <= context.Now).OrderBy(clock => clock.NextAt)
            .ThenBy(clock => clock.Key, StringComparer.Ordinal)
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
            var runOut = clock.Name == ClockName.Confirmation
                ? clock.Stop(clock.DueOn.AddDays(1)) : clock.ToOverdue(context.Ladders.For(c, clock), context.Calendar);
            return (new CaseEvent.Overdue(clock.Key), runOut);
        }

        var ladder = context.Ladders.Of(clock);
        var take = ladder.Takes[clock.StepsDone];
        var (step, rung) = (take.Step, take.RungFor(AttemptsOf(c)));
        var (to, person) = Addressee(c, clock, rung, step.Up, context.Ladders);
        var told = new CaseEvent.Escalated(clock.Key, step.Step, rung, to, person)
        {
            Time = take.Time > 1 ? take.Time : null,
            Ask = rung == step.To ? step.Ask : LadderAsk.Mediate,
            Channels = step.Channels.Count > 1 ? [.. step.Channels.Where(channel => channel != LadderChannel.Inbox)] : null,
        };
        return (told, clock.TakeStep(clock.StepsDone + 1, ladder, context.Calendar));
    }

    /// <summary>
    /// An answer ends the repetitions of its step; the next step comes in its time. A step that was put off for want of
    /// attempts still goes up at its last time: to say that one will try is not to have tried.
    /// </summary>
    private static Decision Answer(Case c, CaseCommand.AnswerNotice command, DecideContext context)
    {
        var answered = new CaseEvent.NoticeAnswered(command.Notice, command.Text, command.Clock, command.DueOn, command.Step);
        var clock = c.RunningClocks.FirstOrDefault(one =>
            one.Key == command.Clock && one.StartedOn == command.StartedOn && one.DueOn == command.DueOn
                && one.Timeliness == Timeliness.Overdue);
        if (clock is null) return answered;
        var ladder = context.Ladders.Of(clock);
        var taken = clock.StepsDone;
        while (taken < ladder.Takes.Count && ladder.Takes[taken] is { Time: > 1 } again && again.Step.Step == command.Step
            && !(again.IsLast && command.Ask == LadderAsk.Mediate)) taken++;
        return taken == clock.StepsDone ? answered : answered with { Clocks = [clock.TakeStep(taken, ladder, context.Calendar)] };
    }

    /// <summary>Sessions held in this round: how often the level has tried.</summary>
    public static int AttemptsOf(Case c) => c.Sessions.Count(session => session.State == SessionState.Held && session.Round == c.Round);

    /// <summary>The ladder for a clock of this case that runs out.</summary>
    public static Ladder For(this LadderTable ladders, Case c, Clock clock) =>
        ladders.For(clock, Holder(c, clock).Level, c.Category, c.Risk, c.Amount);

    /// <summary>Whom a rung of this clock's ladder means in this case.</summary>
    public static (string To, string? Person) Addressee(Case c, Clock clock, LadderRung rung, int up, LadderTable ladders) => rung switch
    {
        LadderRung.Above => (ladders.Above(c.Centre.Code, up), null),
        LadderRung.Centre => (c.Centre.Code, null),
        LadderRung.Mediator when Holder(c, clock) == c.Body => (c.Body!.Code, c.Mediator),
        _ => (Holder(c, clock).Code, null),
    };

    /// <summary>The body at which the case waits by this clock.</summary>
    public static BodyRef Holder(Case c, Clock clock) => clock.Name switch
    {
        ClockName.Intake => c.Desk,
        ClockName.LetterReply => c.Letters[clock.Subject!.Value - 1].To,
        ClockName.WhistleAnswer when c.Whistles[clock.Subject!.Value - 1].Waiting is [var asked, ..] => asked,
        ClockName.TransferAnswer when c.Transfer is { } offer => offer.To,
        ClockName.ReferralAnswer when c.OfferedTo is { } body => body,
        _ => c.Body ?? c.OfferedTo ?? c.Desk,
    };
}
