namespace Mediation.Domain.Deadlines;

/// <summary>Who is told when a clock has run out, from the case outwards; above is the centre of a division further up.</summary>
public enum LadderRung { Mediator, Head, Centre, Above }

/// <summary>What is asked of whoever is told; to hold a further session is asked where a level has not tried often enough.</summary>
public enum LadderAsk { Answer, Plan, Letter, Raise, Mediate }

/// <summary>How they are told. The inbox always is.</summary>
public enum LadderChannel { Inbox, Mail, Sms, WeChat }

public enum DelayUnit { Minutes, Hours, WorkingDays }

/// <param name="Step">1, 2, 3, … within the ladder.</param>
/// <param name="After">From the end of the due day; 0: as soon as the clock has run out.</param>
public sealed record LadderStep(int Step, DelayUnit Unit, int After, LadderRung To)
{
    /// <summary>How many divisions above the centre's own, for <see cref="LadderRung.Above"/>; else 0.</summary>
    public int Up { get; init; }

    public LadderAsk Ask { get; init; }
    public IReadOnlyList<LadderChannel> Channels { get; init; } = [LadderChannel.Inbox];

    /// <summary>Sessions that must have been held in this round before this step leaves the level; 0: none.</summary>
    public int Attempts { get; init; }

    /// <summary>Comes again after so many units, <see cref="RepeatTimes"/> times; 0: does not repeat.</summary>
    public int RepeatEvery { get; init; }

    public int RepeatTimes { get; init; }

    /// <summary>The instant of the n-th time (1: the first) of this step.</summary>
    public DateTimeOffset At(int time, DateOnly dueOn, WorkingCalendar calendar)
    {
        var after = After + ((time - 1) * RepeatEvery);
        return Unit switch
        {
            DelayUnit.Minutes => ShanghaiTime.EndOf(dueOn).AddMinutes(after),
            DelayUnit.Hours => ShanghaiTime.EndOf(dueOn).AddHours(after),
            _ => ShanghaiTime.EndOf(calendar.AddWorkingDays(dueOn, after)),
        };
    }
}

/// <summary>One telling: a step, for the first time or again. A clock counts how many of them it has taken.</summary>
public sealed record LadderTake(LadderStep Step, int Time)
{
    public bool IsLast => Time > Step.RepeatTimes;

    /// <summary>
    /// Small matters stay where they are until that level has tried often enough: its head is notified of it. At the last time it
    /// goes up all the same.
    /// </summary>
    public LadderRung RungFor(int attempts) => !IsLast && attempts < Step.Attempts ? LadderRung.Head : Step.To;
}

/// <summary>
/// Who is told of which cases, step by step upwards. Null in a key means every value; the heaviest match wins. A clock
/// keeps the ladder on which it ran out, whatever is published later.
/// </summary>
/// <param name="Level">Of the body at which the case waits.</param>
/// <param name="AmountFrom">Yuan: cases of this amount or more.</param>
/// <param name="From">First due day to which it applies (Asia/Shanghai).</param>
/// <param name="To">The last one; null while it goes on.</param>
public sealed record Ladder(
    string Id, Message Name, ClockName? Clock, Level? Level, string? Category, Risk? Risk, decimal? AmountFrom, DateOnly From, DateOnly? To,
    IReadOnlyList<LadderStep> Steps)
{
    public const string DefaultId = "default";

    public static Ladder Default { get; } = new(DefaultId, new("通用阶梯", "General ladder"), null, null, null,
    null, null, new(2000, 1, 1), null,
    [
        new(1, DelayUnit.WorkingDays, 0, LadderRung.Mediator),
        new(2, DelayUnit.WorkingDays, 3, LadderRung.Head) { Ask = LadderAsk.Plan },
        new(3, DelayUnit.WorkingDays, 7, LadderRung.Centre) { Ask = LadderAsk.Letter },
    ]);

    /// <summary>Every telling in order.</summary>
    public IReadOnlyList<LadderTake> Takes { get; } =
        [.. Steps.SelectMany(step => Enumerable.Range(1, 1 + Math.Max(0, step.RepeatTimes)).Select(time => new LadderTake(step, time)))];

    /// <summary>For which cases: two ladders of one key must not be in force on the same day.</summary>
    public (ClockName? Clock, Level? Level, string? Category, Risk? Risk, decimal? AmountFrom) Key =>
        (Clock, Level, Category, Risk, AmountFrom);

    // Powers of two: no two keys weigh the same. Danger first, then money, the matter, the clock, the place.
    public int Weight => (Risk is null ? 0 : 16) + (AmountFrom is null ? 0 : 8) + (Category is null ? 0 : 4)
        + (Clock is null ? 0 : 2) + (Level is null ? 0 : 1);

    public bool IsInForce(DateOnly on) => From <= on && (To is null || on <= To);

    public bool Applies(ClockName clock, Level level, string category, Risk risk, decimal? amount, DateOnly on) =>
        (Clock is null || Clock == clock) && (Level is null || Level == level) && (Category is null || Category == category)
        && (Risk is null || Risk == risk) && (AmountFrom is null || amount >= AmountFrom) && IsInForce(on);
}

/// <summary>Every ladder, also those that have ended, and which centre stands above which.</summary>
/// <param name="CentreAbove">Body code of a centre to that of the nearest centre in a division above.</param>
public sealed record LadderTable(IReadOnlyList<Ladder> Ladders, IReadOnlyDictionary<string, string> CentreAbove)
{
    public static LadderTable Default { get; } = new([Ladder.Default], new Dictionary<string, string>());

    /// <summary>The ladder for a clock that runs out; where several amounts fit, the highest.</summary>
    /// <param name="level">Of the body at which the case waits.</param>
    public Ladder For(Clock clock, Level level, string category, Risk risk, decimal? amount) =>
        Ladders.Where(ladder => ladder.Applies(clock.Name, level, category, risk, amount, clock.DueOn))
            .OrderByDescending(ladder => ladder.Weight).ThenByDescending(ladder => ladder.AmountFrom).FirstOrDefault() ?? Ladder.Default;

    /// <summary>The ladder that a clock is on.</summary>
    public Ladder Of(Clock clock)
    {
        var id = clock.Ladder ?? Ladder.DefaultId;
        return Ladders.FirstOrDefault(ladder => ladder.Id == id)
            ?? (id == Ladder.DefaultId ? Ladder.Default : throw new InvalidOperationException($"The ladder {id} is not known here."));
    }

    /// <summary>So many centres further up, or the highest there is: a step is never told to nobody.</summary>
    public string Above(string centre, int up)
    {
        while (up-- > 0 && CentreAbove.TryGetValue(centre, out var above)) centre = above;
        return centre;
    }
}
