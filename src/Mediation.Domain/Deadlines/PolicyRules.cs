using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>What a table of policies must keep: every clock of every case finds exactly one policy on every day.</summary>
public static class PolicyRules
{
    /// <summary>First day for which the table has to answer: older cases were never counted by it.</summary>
    public static readonly DateOnly FirstDay = new(2000, 1, 1);

    private const int LongestDays = 3650;
    private const int LongestWarning = 60;

    /// <summary>What is wrong with a policy beside the others (which do not hold it), by field in camel case; empty: nothing.</summary>
    public static IReadOnlyDictionary<string, Message> Check(DeadlinePolicy policy, IReadOnlyList<DeadlinePolicy> others)
    {
        var wrong = new Dictionary<string, Message>(StringComparer.Ordinal);
        CheckSelf(policy, wrong);
        if (wrong.Count > 0) return wrong;
        if (others.FirstOrDefault(other => other.Key == policy.Key && Overlaps(other, policy)) is { } same)
            wrong["from"] = new($"与“{same.Id}”（{Zh(same)}）的适用期间重叠，请改日期或指明替代它。",
                $"Overlaps with {same.Id} ({En(same)}): change the dates, or name it as the one replaced.");
        else if (CheckTable(policy.Clock, [.. others, policy]) is { } hole)
            wrong[hole.Field] = hole.Reason;
        return wrong;
    }

    /// <summary>The first case and day on which no policy or two of equal weight would apply to a clock; null: none.</summary>
    public static (string Field, Message Reason)? CheckTable(ClockName clock, IReadOnlyList<DeadlinePolicy> policies)
    {
        var mine = policies.Where(policy => policy.Clock == clock).ToList();
        // Between two neighbours of these days, and among the categories that no policy names, nothing changes.
        var days = mine.SelectMany(policy => new[] { policy.From, policy.To?.AddDays(1) ?? policy.From }).Append(FirstDay)
            .Where(day => day >= FirstDay).Distinct().Order().ToList();
        var categories = mine.Select(policy => policy.Category).OfType<string>().Append("99").Distinct(StringComparer.Ordinal).ToList();
        foreach (var day in days)
            foreach (var track in Enum.GetValues<Track>())
                foreach (var procedure in Enum.GetValues<Procedure>())
                    foreach (var category in categories)
                        foreach (var risk in Enum.GetValues<Risk>())
                        {
                            var best = mine.Where(policy => policy.Applies(clock, track, procedure, category, risk, day))
                                .GroupBy(policy => policy.Specificity).OrderByDescending(group => group.Key).FirstOrDefault()?.ToList()
                                ?? [];
                            if (best.Count == 0)
                                return ("to", new($"自{day:yyyy年M月d日}起将没有适用的规则，请同时给出接替的规则。",
                                    $"From {EnDay(day)} on no policy would apply: give the one that follows."));
                            if (best.Count > 1)
                                return ("track", new($"与“{best[0].Id}”同样适用而不分先后，请缩小适用范围。",
                                    $"Would apply beside {best[0].Id} with equal weight: narrow it."));
                        }

        return null;
    }

    private static void CheckSelf(DeadlinePolicy policy, Dictionary<string, Message> wrong)
    {
        if (!Enum.IsDefined(policy.Clock))
        {
            wrong["clock"] = new("没有这种期限。", "There is no such clock.");
            return;
        }

        if (policy.Category is not null && !Category.Exists(policy.Category))
            wrong["category"] = new("没有这个纠纷类别，请填类别代码。", "There is no such category: give its code.");
        if (policy.From < FirstDay) wrong["from"] = new("不能早于2000年1月1日。", "Not before 1 January 2000.");
        if (policy.To < policy.From) wrong["to"] = new("失效日期早于生效日期，请核对。", "The last day lies before the first: check both.");
        if (policy.Clock == ClockName.Performance != (policy.Unit == TimeUnit.FixedDate))
            wrong["unit"] = new("履行期限按约定日期，其他期限按日或工作日计算。",
                "Performance goes by the date agreed, every other clock by days or working days.");
        else if (policy.Unit == TimeUnit.FixedDate ? policy.Days != 0 : policy.Days is < 1 or > LongestDays)
            wrong["days"] = policy.Unit == TimeUnit.FixedDate
                ? new("按约定日期的期限不填日数，请填 0。", "A clock that goes by an agreed date counts no days: give 0.")
                : new($"日数应为 1 至 {LongestDays}。", $"Give 1 to {LongestDays} days.");
        if (policy.WarnWorkingDays is < 0 or > LongestWarning)
            wrong["warnWorkingDays"] = new($"应为 0 至 {LongestWarning} 个工作日。", $"Give 0 to {LongestWarning} working days.");
        if (!ClockEvents.StartsOf(policy.Clock).Contains(policy.Starts))
            wrong["starts"] = new("这种期限不能自该事件起算。", "This clock cannot start from that event.");
        if (!ClockEvents.StopsOf(policy.Clock).Contains(policy.Stops))
            wrong["stops"] = new("这种期限不能因该事件停止。", "This clock cannot end with that event.");
        CheckExtension(policy, wrong);
        if (string.IsNullOrWhiteSpace(policy.Basis.Zh))
            wrong["basis.zh"] = new("请写明依据：法律条文，或者内部管理规定。", "Give the basis in Chinese: the article, or the rule of the house.");
        if (string.IsNullOrWhiteSpace(policy.Basis.En))
            wrong["basis.en"] = new("请写明依据的英文。", "Give the basis in English: the article, or the rule of the house.");
    }

    private static void CheckExtension(DeadlinePolicy policy, Dictionary<string, Message> wrong)
    {
        if (policy.Extension is not { } extension) return;
        if (policy.Clock != ClockName.Term) wrong["extension"] = new("只有调解期限可以延长。", "Only the term can be extended.");
        else if (extension.CapDays is < 1 or > 365)
            wrong["extension.capDays"] = new("应为 1 至 365 日，不限则不填。", "Give 1 to 365 days, or nothing for no cap.");
        else if (extension.MaxTimes is < 1 or > 12)
            wrong["extension.maxTimes"] = new("应为 1 至 12 次，不限则不填。", "Give 1 to 12 times, or nothing for no limit.");
    }

    private static bool Overlaps(DeadlinePolicy one, DeadlinePolicy other) =>
        (one.To is null || one.To >= one.From) && (other.To is null || one.From <= other.To) && (one.To is null || other.From <= one.To);

    private static string Zh(DeadlinePolicy policy) =>
        $"{policy.From:yyyy年M月d日}至{(policy.To is { } to ? to.ToString("yyyy年M月d日", CultureInfo.InvariantCulture) : "今后")}";

    private static string En(DeadlinePolicy policy) => $"{EnDay(policy.From)} to {(policy.To is { } to ? EnDay(to) : "further notice")}";

    private static string EnDay(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
