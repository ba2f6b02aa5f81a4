using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

public enum IndexPart { Order, Traffic, Fire, Feeling }

/// <summary>An indicator of the safety index and how its value becomes a score.</summary>
/// <param name="Weight">Of the whole; all weights sum to 1.</param>
/// <param name="Target">The value that scores 100. Below the floor: less is better.</param>
/// <param name="Floor">The value that scores 0.</param>
public sealed record IndexItem(string Code, IndexPart Part, decimal Weight, decimal Target, decimal Floor)
{
    public bool HigherIsBetter => Target > Floor;

    /// <summary>0 to 100 in a straight line between floor and target, two decimals; beyond them nothing is won or lost.</summary>
    public decimal ScoreOf(decimal value) =>
        decimal.Round(Math.Clamp((value - Floor) / (Target - Floor), 0, 1) * 100, 2, MidpointRounding.AwayFromZero);
}

/// <param name="Score">0 to 100; null: not known yet.</param>
public sealed record IndexScore(decimal Weight, decimal? Score);

/// <summary>The monthly safety index (平安指数): four parts, fourteen indicators, a weighted mean of scores from 0 to 100.</summary>
public static class SafetyIndex
{
    public const int Indicators = 14;

    public static Refusal Incomplete { get; } = new("index.incomplete",
        new("还有指标没有数值，不能公布。请先补齐。", "Some indicators have no value yet. Enter them before publishing."));

    public static Refusal NotOver { get; } = new("index.open", new("本月尚未结束，不能公布。", "The month is not over; it cannot be published yet."));

    public static Refusal Published { get; } = new("index.published",
        new("该月指数已公布并冻结，不能再次公布。", "The month's index is published and frozen; it cannot be published again."));

    public static Refusal ReasonNeeded { get; } = new("index.reason",
        new("该月指数已公布，更正须写明理由。", "The month's index is published: a correction needs its reason."));

    /// <summary>What keeps the indicators from being an index; null where nothing does.</summary>
    public static Message? Flaw(IReadOnlyCollection<IndexItem> items)
    {
        if (items.Count != Indicators)
            return new($"指标应为 {Indicators} 项，现为 {items.Count} 项。", $"Give {Indicators} indicators; there are {items.Count}.");
        if (items.Select(item => item.Code).Distinct(StringComparer.Ordinal).Count() != items.Count)
            return new("指标代码不能重复。", "Each indicator needs a code of its own.");
        if (items.Select(item => item.Part).Distinct().Count() != Enum.GetValues<IndexPart>().Length)
            return new("四个分组都应有指标。", "Each of the four groups needs an indicator.");
        if (items.FirstOrDefault(item => item.Weight <= 0) is { } weightless)
            return new($"{weightless.Code} 的权重应大于 0。", $"The weight of {weightless.Code} must be above 0.");
        if (items.FirstOrDefault(item => item.Target == item.Floor) is { } level)
            return new($"{level.Code} 的目标值与底线值不能相同。", $"Target and floor of {level.Code} must differ.");
        var sum = items.Sum(item => item.Weight);
        return sum == 1 ? null : new($"各项权重之和应为 1，现为 {sum}。", $"The weights must sum to 1; they sum to {sum}.");
    }

    /// <summary>The mean by weight, two decimals; null while a score is missing: a mean of some would look like one of all.</summary>
    public static decimal? Of(IReadOnlyCollection<IndexScore> scores) =>
        scores.Count == 0 || scores.Any(score => score.Score is null) ? null
        : decimal.Round(scores.Sum(score => score.Weight * score.Score!.Value) / scores.Sum(score => score.Weight), 2,
            MidpointRounding.AwayFromZero);
}
