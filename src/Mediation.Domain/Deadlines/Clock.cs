using System.Text.Json.Serialization;

namespace Mediation.Domain.Deadlines;

public enum ClockState { Running, Paused, Met, Missed, Cancelled }

/// <summary>How a clock, and by the worst of its clocks a case, stands in time.</summary>
public enum Timeliness { OnTime, DueSoon, Overdue }

/// <summary>Paused are the days after <paramref name="From"/> up to and including <paramref name="To"/>.</summary>
public sealed record Pause(DateOnly From, DateOnly? To);

public sealed record Extension(DateOnly On, int Days, IReadOnlyList<string> Consents);

public enum RecountCause { Policy, Calendar }

/// <summary>A running clock was computed again, and why: a policy that was said to reach it, or a calendar's year.</summary>
/// <param name="From">The due day before.</param>
/// <param name="By">The policy's id, or the year.</param>
public sealed record Recount(DateOnly On, DateOnly From, DateOnly To, RecountCause Cause, string By);

/// <summary>
/// A deadline at work. Always computed from its origin, never from an earlier due day: chains of next workdays give
/// other results. The first day is not counted (civil code art. 201); a day ends at its end.
/// </summary>
public sealed record Clock
{
    public required ClockName Name { get; init; }

    /// <summary>The number of the term, for a performance clock.</summary>
    public int? Subject { get; init; }

    public required string PolicyId { get; init; }
    public required DateOnly StartedOn { get; init; }
    public TimeUnit Unit { get; init; }
    public int Days { get; init; }

    /// <summary>The date agreed, for a clock that counts no days.</summary>
    public DateOnly? FixedDueOn { get; init; }

    public bool Rolls { get; init; }
    public bool Pauses { get; init; }
    public int WarnWorkingDays { get; init; }
    public IReadOnlyList<Extension> Extensions { get; init; } = [];
    public IReadOnlyList<Pause> Paused { get; init; } = [];
    public IReadOnlyList<Recount> Recounts { get; init; } = [];

    /// <summary>The last day (Asia/Shanghai). While paused: as it would be if the clock went on the same day.</summary>
    public DateOnly DueOn { get; init; }

    /// <summary>First day (Asia/Shanghai) on which it counts as due soon.</summary>
    public DateOnly WarnOn { get; init; }

    /// <summary>Computed through a year whose calendar was not published: weekends only.</summary>
    public bool Assumed { get; init; }

    public ClockState State { get; init; }
    public Timeliness Timeliness { get; init; }

    /// <summary>Notifications of its ladder that were made, repetitions among them.</summary>
    public int StepsDone { get; init; }

    /// <summary>Id of the ladder on which it ran out; null before, and for a clock from before ladders had ids.</summary>
    public string? Ladder { get; init; }

    /// <summary>When the sweep must look again; null when there is nothing more to do.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateOnly? EndedOn { get; init; }

    [JsonIgnore]
    public string Key => KeyOf(Name, Subject);

    [JsonIgnore]
    public DateTimeOffset StartedAt => ShanghaiTime.StartOf(StartedOn);

    /// <summary>The end of the due day, 16:00:00Z.</summary>
    [JsonIgnore]
    public DateTimeOffset DueAt => ShanghaiTime.EndOf(DueOn);

    public static string KeyOf(ClockName name, int? subject = null)
    {
        var text = name.ToString();
        var key = char.ToLowerInvariant(text[0]) + text[1..];
        return subject is null ? key : $"{key}:{subject}";
    }

    public static Clock Start(
        DeadlinePolicy policy, DateOnly startedOn, WorkingCalendar calendar, int? subject = null, DateOnly? fixedDueOn = null) =>
        new Clock
        {
            Name = policy.Clock,
            Subject = subject,
            PolicyId = policy.Id,
            StartedOn = startedOn,
            Unit = policy.Unit,
            Days = policy.Days,
            FixedDueOn = fixedDueOn,
            Rolls = policy.Rolls,
            Pauses = policy.PausesOnSuspension,
            WarnWorkingDays = policy.WarnWorkingDays,
        }.Computed(calendar);

    public Clock Pause(DateOnly on) =>
        this with { State = ClockState.Paused, Paused = [.. Paused, new Pause(on, null)], NextAt = null };

    public Clock Resume(DateOnly on, WorkingCalendar calendar) =>
        (this with { State = ClockState.Running, Paused = [.. Paused.SkipLast(1), Paused[^1] with { To = on }] }).Computed(calendar);

    /// <summary>Adds days to the count; they move the last day before it rolls.</summary>
    public Clock Extend(int days, DateOnly on, IReadOnlyList<string> consents, WorkingCalendar calendar) =>
        (this with { Extensions = [.. Extensions, new Extension(on, days, consents)] }).Computed(calendar);

    /// <summary>
    /// Computed again from its origin: by another policy, or by a calendar that has been published since. Where no day
    /// moves, what has been notified stays notified. The clock itself when nothing changes at all.
    /// </summary>
    public Clock Recomputed(DeadlinePolicy? policy, WorkingCalendar calendar)
    {
        var ruled = policy is null ? this : this with
        {
            PolicyId = policy.Id,
            Unit = policy.Unit,
            Days = policy.Days,
            Rolls = policy.Rolls,
            Pauses = policy.PausesOnSuspension,
            WarnWorkingDays = policy.WarnWorkingDays,
        };
        var fresh = ruled.Computed(calendar);
        return fresh.DueOn == DueOn && fresh.WarnOn == WarnOn
            ? fresh with { Timeliness = Timeliness, StepsDone = StepsDone, Ladder = Ladder, NextAt = NextAt }
            : fresh;
    }

    /// <summary>What it waited for has happened: in time, or too late.</summary>
    public Clock Stop(DateOnly on) =>
        this with { State = on <= DueOn ? ClockState.Met : ClockState.Missed, EndedOn = on, NextAt = null };

    public Clock Cancel(DateOnly on) => this with { State = ClockState.Cancelled, EndedOn = on, NextAt = null };

    public Clock ToDueSoon() => this with { Timeliness = Timeliness.DueSoon, NextAt = DueAt };

    public Clock ToOverdue(Ladder ladder, WorkingCalendar calendar) =>
        (this with { Timeliness = Timeliness.Overdue, Ladder = ladder.Id }).WithNextStep(ladder, calendar);

    public Clock TakeStep(int taken, Ladder ladder, WorkingCalendar calendar) =>
        (this with { StepsDone = taken }).WithNextStep(ladder, calendar);

    /// <summary>When the next telling of its ladder is due; null after the last.</summary>
    public DateTimeOffset? NextStepAt(Ladder ladder, WorkingCalendar calendar) =>
        StepsDone < ladder.Takes.Count ? ladder.Takes[StepsDone].Step.At(ladder.Takes[StepsDone].Time, DueOn, calendar) : null;

    private Clock WithNextStep(Ladder ladder, WorkingCalendar calendar) => this with { NextAt = NextStepAt(ladder, calendar) };

    private Clock Computed(WorkingCalendar calendar)
    {
        var due = Unrolled(calendar);
        if (Rolls) due = calendar.RollForward(due);
        var warn = calendar.AddWorkingDays(due, -WarnWorkingDays);
        if (warn <= StartedOn) warn = StartedOn.AddDays(1);
        if (warn > due) warn = due;
        return this with
        {
            DueOn = due,
            WarnOn = warn,
            Assumed = UnpublishedYears(due, calendar).Count > 0,
            Timeliness = Timeliness.OnTime,
            StepsDone = 0,
            Ladder = null,
            NextAt = State == ClockState.Running ? ShanghaiTime.StartOf(warn) : null,
        };
    }

    /// <summary>The last day before the roll: counted day by day, leaving out the first day and the paused days.</summary>
    internal DateOnly Unrolled(WorkingCalendar calendar)
    {
        if (Unit == TimeUnit.FixedDate) return FixedDueOn ?? throw new InvalidOperationException($"{Key} has no agreed date.");
        var left = Days + Extensions.Sum(extension => extension.Days);
        var day = StartedOn;
        while (left > 0)
        {
            day = day.AddDays(1);
            if (IsPausedOn(day)) continue;
            if (Unit == TimeUnit.CalendarDays || calendar.IsWorkday(day)) left--;
        }

        return day;
    }

    // A pause that still lasts takes no days yet: how many is known on resuming.
    internal bool IsPausedOn(DateOnly day) => Paused.Any(pause => day > pause.From && day <= pause.To);

    internal IReadOnlyList<int> UnpublishedYears(DateOnly due, WorkingCalendar calendar)
    {
        var (first, last) = StartedOn <= due ? (StartedOn.Year, due.Year) : (due.Year, StartedOn.Year);
        return [.. Enumerable.Range(first, last - first + 1).Where(year => !calendar.IsPublished(year))];
    }
}
