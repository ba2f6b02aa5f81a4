using System.Globalization;
using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class SafetyIndexTests
{
    private static readonly IndexItem[] Items =
        [.. Enumerable.Range(0, 14)
            .Select(index => new IndexItem($"i{(char)('a' + index)}", (IndexPart)(index % 4), index == 0 ? 0.22m : 0.06m, 100, 0))];

    private static IndexScore[] Scores(decimal? first) =>
        [.. Items.Select((item, index) => new IndexScore(item.Weight, index == 0 ? first : 80))];

    [Theory]
    [InlineData("90", "82.20")]
    [InlineData("80", "80")]
    [InlineData("90.01", "82.20")] // 82.2022
    [InlineData("90.03", "82.21")] // 82.2066
    [InlineData("0", "62.40")]
    public void The_index_is_the_mean_of_fourteen_scores_by_weight(string first, string index) =>
        Assert.Equal(Number(index), SafetyIndex.Of(Scores(Number(first))));

    [Fact]
    public void Without_one_score_there_is_no_index()
    {
        Assert.Null(SafetyIndex.Of(Scores(null)));
        Assert.Null(SafetyIndex.Of([]));
    }

    [Theory]
    [InlineData("100", "80", "98.76", "93.80")] // more is better
    [InlineData("100", "80", "80", "0")]
    [InlineData("100", "80", "79", "0")]
    [InlineData("100", "80", "101", "100")]
    [InlineData("-10", "30", "-10", "100")] // less is better
    [InlineData("-10", "30", "-33.2", "100")]
    [InlineData("-10", "30", "0", "75")]
    [InlineData("-10", "30", "30", "0")]
    [InlineData("-10", "30", "50", "0")]
    [InlineData("0", "3", "1", "66.67")]
    public void A_value_scores_in_a_straight_line_between_floor_and_target(string target, string floor, string value, string score) =>
        Assert.Equal(Number(score), (Items[0] with { Target = Number(target), Floor = Number(floor) }).ScoreOf(Number(value)));

    [Fact]
    public void The_floor_says_which_way_is_better()
    {
        Assert.True((Items[0] with { Target = 100, Floor = 60 }).HigherIsBetter);
        Assert.False((Items[0] with { Target = 0, Floor = 10 }).HigherIsBetter);
    }

    [Fact]
    public void Fourteen_indicators_of_four_groups_whose_weights_sum_to_one_have_no_flaw() => Assert.Null(SafetyIndex.Flaw(Items));

    [Fact]
    public void Weights_that_miss_one_by_a_hair_are_named()
    {
        Assert.Contains("0.9999", SafetyIndex.Flaw([.. Items[1..], Items[0] with { Weight = 0.2199m }])!.En, StringComparison.Ordinal);
        Assert.Contains("1.0001", SafetyIndex.Flaw([.. Items[1..], Items[0] with { Weight = 0.2201m }])!.En, StringComparison.Ordinal);
        Assert.Contains("权重", SafetyIndex.Flaw([.. Items[2..], Items[0] with { Weight = 0.34m }, Items[1] with { Weight = -0.06m }])!.Zh,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Thirteen_a_missing_group_a_doubled_code_and_a_floor_at_the_target_are_flaws()
    {
        Assert.Contains("13", SafetyIndex.Flaw(Items[1..])!.En, StringComparison.Ordinal);
        Assert.Contains("groups", SafetyIndex.Flaw([.. Items.Select(item => item with { Part = IndexPart.Fire })])!.En,
            StringComparison.Ordinal);
        Assert.Contains("code", SafetyIndex.Flaw([.. Items.Select(item => item with { Code = "same" })])!.En, StringComparison.Ordinal);
        Assert.Contains("differ", SafetyIndex.Flaw([Items[0] with { Floor = 100 }, .. Items[1..]])!.En, StringComparison.Ordinal);
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
