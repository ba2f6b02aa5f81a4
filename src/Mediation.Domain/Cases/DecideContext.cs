using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>All that a decision depends on besides the case and the command.</summary>
/// <param name="Now">The instant of the decision, UTC.</param>
/// <param name="On">The business date (Asia/Shanghai) on which the thing happened; today by default.</param>
/// <param name="LateReason">Needed when <paramref name="On"/> lies before the case's last event.</param>
/// <param name="Actor">User name, or <c>system</c>.</param>
public sealed record DecideContext(
    DateTimeOffset Now, DateOnly On, string Actor, WorkingCalendar Calendar,
    IReadOnlyList<DeadlinePolicy> Policies, TextRef? LateReason = null)
{
    /// <summary>Who is told when a clock has run out.</summary>
    public LadderTable Ladders { get; init; } = LadderTable.Default;

    public DateOnly Today => ShanghaiTime.DateOf(Now);
}
