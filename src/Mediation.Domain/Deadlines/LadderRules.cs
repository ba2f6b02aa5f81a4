namespace Mediation.Domain.Deadlines;

/// <summary>What a ladder must keep: it climbs, it tells somebody, and it comes to an end.</summary>
public static class LadderRules
{
    private const int MostSteps = 12;
    private const int LongestWait = 10_000;
    private const int MostTimes = 20;

    /// <summary>What is wrong with a ladder beside the others (which do not hold it), by field in camel case; empty: nothing.</summary>
    public static IReadOnlyDictionary<string, Message> Check(Ladder ladder, IReadOnlyList<Ladder> others)
    {
        var wrong = new Dictionary<string, Message>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(ladder.Name.Zh)) wrong["name.zh"] = new("请填中文名称。", "Give the name in Chinese.");
        if (string.IsNullOrWhiteSpace(ladder.Name.En)) wrong["name.en"] = new("请填英文名称。", "Give the name in English.");
        if (ladder.Category is not null && !Category.Exists(ladder.Category))
            wrong["category"] = new("没有这个纠纷类别，请填类别代码。", "There is no such category: give its code.");
        if (ladder.AmountFrom is <= 0 or > 1_000_000_000_000m)
            wrong["amountFrom"] = new("金额应大于零，不限则不填。", "Give an amount above zero, or nothing for every amount.");
        if (ladder.From < PolicyRules.FirstDay) wrong["from"] = new("不能早于2000年1月1日。", "Not before 1 January 2000.");
        if (ladder.To < ladder.From) wrong["to"] = new("失效日期早于生效日期，请核对。", "The last day lies before the first: check both.");
        if (ladder.Steps.Count is 0 or > MostSteps) wrong["steps"] = new($"请写 1 至 {MostSteps} 级。", $"Give 1 to {MostSteps} steps.");
        for (var index = 0; index < ladder.Steps.Count; index++) CheckStep(ladder, index, wrong);
        if (wrong.Count == 0 && others.FirstOrDefault(other => other.Key == ladder.Key && Overlaps(other, ladder)) is { } same)
            wrong["from"] = new($"与“{same.Id}”的适用期间重叠，请改日期或先终止它。", $"Overlaps with {same.Id}: change the dates, or end that one first.");
        return wrong;
    }

    private static void CheckStep(Ladder ladder, int index, Dictionary<string, Message> wrong)
    {
        var (step, field) = (ladder.Steps[index], $"steps[{index}]");
        var before = index == 0 ? null : ladder.Steps[index - 1];
        if (!Enum.IsDefined(step.To) || step.Up < 0 || (step.To == LadderRung.Above) != (step.Up > 0))
            wrong[$"{field}.to"] = new("请写明告知谁；告知上级时填写上几级（up 为 1 至 4）。",
                "Say who is told; for the centre above, how many divisions up (up is 1 to 4).");
        else if (step.To == LadderRung.Above && step.Up > (int)Level.Province - (int)Floor(ladder.Level))
            wrong[$"{field}.to"] = new("再往上没有这一级，这一步无人可告。", "There is no level that far up: this step would tell nobody.");
        else if (before is not null && Height(step) <= Height(before))
            wrong[$"{field}.to"] = new("又回到已经告知过的层级，形成循环；同级再告知请用“重复”。",
                "Comes back to a level already told, which makes a loop; use repeat to tell the same level again.");
        if (step.After is < 0 or > LongestWait)
            wrong[$"{field}.after"] = new($"应为 0 至 {LongestWait}，不能为负数。", $"Give 0 to {LongestWait}; a delay is never negative.");
        else if (before is not null
            && Minutes(step.Unit, step.After) <= Minutes(before.Unit, before.After + (before.RepeatEvery * before.RepeatTimes)))
            wrong[$"{field}.after"] = new("应晚于上一级及其最后一次重复。", "Must come after the step before and its last repetition.");
        if (step.RepeatEvery is < 0 or > LongestWait || step.RepeatTimes is < 0 or > MostTimes
            || (step.RepeatEvery == 0) != (step.RepeatTimes == 0))
            wrong[$"{field}.repeatEvery"] = new($"间隔与次数要同时填写，最多 {MostTimes} 次；不重复则都填 0。",
                $"Give the interval and how often, at most {MostTimes} times, or 0 for both.");
        if (step.Attempts is < 0 or > 9 || (step.Attempts > 0 && (step.To < LadderRung.Centre || step.RepeatTimes == 0)))
            wrong[$"{field}.attempts"] = new("调解次数（1 至 9）只用于上交的一步，并须写明最多推迟几次（重复）。",
                "Attempts (1 to 9) belong to a step that leaves the level, and need a limit to the putting off: repeat.");
        if (!step.Channels.Contains(LadderChannel.Inbox))
            wrong[$"{field}.channels"] = new("站内信始终需要。", "The inbox is always one of the channels.");
    }

    private static bool Overlaps(Ladder a, Ladder b) => (a.To is null || b.From <= a.To) && (b.To is null || a.From <= b.To);

    // The centre of a village's case is that of its county or above it.
    private static Level Floor(Level? level) => level is null or < Level.County ? Level.County : level.Value;

    private static int Height(LadderStep step) => ((int)step.To * 10) + step.Up;

    private static long Minutes(DelayUnit unit, int count) =>
        count * (unit switch { DelayUnit.Minutes => 1L, DelayUnit.Hours => 60, _ => 24 * 60 });
}
