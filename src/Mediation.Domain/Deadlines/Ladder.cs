namespace Mediation.Domain.Deadlines;

/// <summary>Who is told when a clock has run out: up the tree, step by step.</summary>
public enum LadderRung { Mediator, Head, Centre }

/// <param name="WorkingDaysAfterDue">0: as soon as the clock has run out.</param>
public sealed record LadderStep(int Step, int WorkingDaysAfterDue, LadderRung To);

public static class Ladder
{
    public static IReadOnlyList<LadderStep> Default { get; } =
        [new(1, 0, LadderRung.Mediator), new(2, 3, LadderRung.Head), new(3, 7, LadderRung.Centre)];

    /// <summary>The instant at which a step is taken: the end of the n-th workday after the due day.</summary>
    public static DateTimeOffset At(LadderStep step, DateOnly dueOn, WorkingCalendar calendar) =>
        ShanghaiTime.EndOf(calendar.AddWorkingDays(dueOn, step.WorkingDaysAfterDue));
}
