using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>The clocks of a case while one event is being decided; <see cref="Changed"/> goes into the event.</summary>
internal sealed class ClockBoard(Case before, DecideContext context)
{
    private readonly List<Clock> changed = [];

    public IReadOnlyList<Clock> Changed => changed;

    private IEnumerable<Clock> Current =>
        before.Clocks.Where(old => changed.TrueForAll(clock => clock.Key != old.Key)).Concat(changed);

    public bool IsLive(ClockName name) => Find(name, null) is { State: ClockState.Running or ClockState.Paused };

    public void Start(ClockName name, Case after, DateOnly? origin = null) =>
        Start(PolicyFor(name, after, origin ?? context.On), origin ?? context.On);

    /// <summary>The term starts from what its policy says.</summary>
    public void StartTerm(Case after, Func<ClockEvent, DateOnly?> originOf)
    {
        var from = originOf(PolicyFor(ClockName.Term, after, context.On).Starts) ?? context.On;
        Start(PolicyFor(ClockName.Term, after, from), from);
    }

    /// <summary>The law of the day on which the court referred or filed decides, not that of the day on which a body signed.</summary>
    public static DateOnly InForceOn(ClockName name, Case c, DateOnly startedOn) =>
        name == ClockName.Term ? c.RegimeOn ?? startedOn : startedOn;

    private DeadlinePolicy PolicyFor(ClockName name, Case after, DateOnly from) =>
        context.Policies.Find(name, after.Track, after.Procedure, after.Category, after.Risk, InForceOn(name, after, from));

    private void Start(DeadlinePolicy policy, DateOnly from)
    {
        var name = policy.Clock;
        var fresh = Clock.Start(policy, from, context.Calendar);
        // Started anew from the same day it would tell the same people of the same steps again.
        var old = Find(name, null);
        var same = old is { State: ClockState.Running } && old.StartedOn == fresh.StartedOn
            && old.PolicyId == fresh.PolicyId && old.DueOn == fresh.DueOn;
        if (!same)
            Put(old?.StartedOn == fresh.StartedOn ? KeepSteps(old, fresh) : fresh);
    }

    public void StartPerformance(int term, Case after, DateOnly from, DateOnly dueOn)
    {
        var policy = context.Policies.Find(ClockName.Performance, after.Track, after.Procedure, after.Category, after.Risk, from);
        Put(Clock.Start(policy, from, context.Calendar, term, dueOn));
    }

    /// <summary>A clock whose last day is named by who asks, whatever days its policy counts.</summary>
    public void StartUntil(ClockName name, int subject, Case after, DateOnly from, DateOnly until)
    {
        var policy = context.Policies.Find(name, after.Track, after.Procedure, after.Category, after.Risk, from);
        Put(Clock.Start(policy with { Unit = TimeUnit.FixedDate, Days = 0, Rolls = false }, from, context.Calendar, subject, until));
    }

    public void Cancel(ClockName name, int subject)
    {
        if (Find(name, subject) is { State: ClockState.Running or ClockState.Paused } clock)
            Put(clock.Cancel(context.On));
    }

    public void Stop(ClockName name, int? subject = null)
    {
        if (Find(name, subject) is { State: ClockState.Running } clock)
            Put(clock.Stop(context.On));
    }

    public void Extend(ClockName name, int days, IReadOnlyList<string> consents)
    {
        if (Find(name, null) is { State: ClockState.Running } clock)
            Put(clock.Extend(days, context.On, consents, context.Calendar));
    }

    /// <summary>The running clock of this name ends with that event.</summary>
    public bool StopsOn(ClockName name, ClockEvent happened) => Find(name, null) is { State: ClockState.Running } clock
        && context.Policies.FirstOrDefault(policy => policy.Id == clock.PolicyId)?.Stops == happened;

    /// <summary>Computed again; nothing is put where nothing changes.</summary>
    public void Recompute(Clock clock, DeadlinePolicy? policy, RecountCause cause, string by)
    {
        var fresh = clock.Recomputed(policy, context.Calendar);
        if (fresh == clock)
            return;
        var told = KeepSteps(clock, fresh);
        Put(told with { Recounts = [.. clock.Recounts, new(context.On, clock.DueOn, told.DueOn, cause, by)] });
    }

    public void PauseAll()
    {
        foreach (var clock in Current.Where(clock => clock is { State: ClockState.Running, Pauses: true }).ToList())
            Put(clock.Pause(context.On));
    }

    public void ResumeAll()
    {
        foreach (var clock in Current.Where(clock => clock.State == ClockState.Paused).ToList())
            Put(KeepSteps(clock, clock.Resume(context.On, context.Calendar)));
    }

    public void CancelAll(params IReadOnlyList<ClockName> names)
    {
        foreach (var clock in Current.Where(clock => names.Contains(clock.Name) && clock.State is (ClockState.Running or ClockState.Paused))
            .ToList())
            Put(clock.Cancel(context.On));
    }

    // A clock that had run out already stays so when its due day has not moved: nobody is told of the same step twice.
    private Clock KeepSteps(Clock old, Clock next) => old.DueOn == next.DueOn && old.Timeliness == Timeliness.Overdue
        ? (next with { Timeliness = old.Timeliness, Ladder = old.Ladder }).TakeStep(old.StepsDone,
            context.Ladders.Of(old), context.Calendar)
        : next;

    private Clock? Find(ClockName name, int? subject) => Current.FirstOrDefault(clock => clock.Name == name && clock.Subject == subject);

    private void Put(Clock clock)
    {
        changed.RemoveAll(old => old.Key == clock.Key);
        changed.Add(clock);
    }
}
