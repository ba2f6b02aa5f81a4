using System.Diagnostics.CodeAnalysis;
using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

/// <summary>Where the return of a month stands. Closed: its cut-off day has passed; returned: sent back to be corrected.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "A state of the return.")]
public enum MonthState { Open, Closed, Submitted, Returned, Signed, Published }

public enum MonthStep { Submit, Return, Sign, Publish }

/// <summary>The way of a monthly return: filled in by the body, signed or sent back by the division's leader, then frozen.</summary>
public static class MonthReturn
{
    private static readonly Dictionary<(MonthState, MonthStep), MonthState> Table = new()
    {
        [(MonthState.Closed, MonthStep.Submit)] = MonthState.Submitted,
        [(MonthState.Returned, MonthStep.Submit)] = MonthState.Submitted,
        [(MonthState.Submitted, MonthStep.Return)] = MonthState.Returned,
        [(MonthState.Signed, MonthStep.Return)] = MonthState.Returned,
        [(MonthState.Submitted, MonthStep.Sign)] = MonthState.Signed,
        [(MonthState.Signed, MonthStep.Publish)] = MonthState.Published,
    };

    public static Refusal StillOpen { get; } = new("month.open",
        new("本月尚未到报表截止日，数字仍会变化。请在截止后再报。", "The month's cut-off day has not come; its figures still move. Come back after it."));

    public static Refusal AlreadyPublished { get; } = new("month.published",
        new("本月报表已公布并冻结，不能再改。更正会列入更正说明。", "The month is published and frozen. Corrections appear in its restatement."));

    public static Refusal NotNow { get; } = new("month.notAllowed",
        new("报表的当前状态不能执行此操作。请刷新后查看状态。", "The return's state does not allow this step. Reload to see where it stands."));

    /// <summary>A month before one that is published already: the digests are chained forward only.</summary>
    public static Refusal OutOfOrder { get; } = new("month.order",
        new("之后的月份已经公布，不能再补公布更早的月份。", "A later month is published already; an earlier one can no longer be."));

    public static IEnumerable<MonthStep> Possible(MonthState state) =>
        Enum.GetValues<MonthStep>().Where(step => Table.ContainsKey((state, step)));

    /// <returns>The state that the step leads to, or why it is refused.</returns>
    public static (MonthState? To, Refusal? Refusal) Next(MonthState state, MonthStep step) =>
        Table.TryGetValue((state, step), out var to) ? (to, null)
        : (null, state switch { MonthState.Open => StillOpen, MonthState.Published => AlreadyPublished, _ => NotNow });
}
