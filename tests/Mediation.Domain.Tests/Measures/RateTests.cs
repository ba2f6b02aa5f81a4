using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class RateTests
{
    [Theory]
    [InlineData("successRate", "settled", 842, "accepted", 869, 0.96893)] // Huangshi, a month
    [InlineData("successRate", "settled", 6217, "accepted", 6368, 0.97629)]
    [InlineData("successRate", "settled", 43952, "accepted", 45870, 0.95819)] // Shenzhen
    [InlineData("resolutionRate", "settled", 133, "found", 153, 0.86928)] // a High-tech Zone
    [InlineData("preLitigationSuccessRate", "courtSettled", 8270, "courtRegistered", 16328, 0.50649)] // Yangzhou, 2012
    public void Published_figures_come_out_of_the_measure_of_that_name(
        string name, string above, long numerator, string below, long denominator, double published)
    {
        var measure = MeasureDefinitions.All.Single(measure => measure.Name == name);
        var rate = Rate.Of(measure, tally => tally == above ? numerator : tally == below ? denominator : 0);
        Assert.Equal((numerator, denominator), (rate.Numerator, rate.Denominator));
        Assert.Equal(published, rate.Value!.Value, 5);
        Assert.InRange(rate.Value.Value, rate.Interval!.Value.Low, rate.Interval.Value.High);
    }

    [Fact]
    public void Every_measure_of_the_report_is_defined_once()
    {
        string[] names = ["successRate", "preLitigationSuccessRate", "resolutionRate", "closureRate", "delegationRate", "confirmationRate",
            "performanceRate", "onTimeRate", "litigationRate", "resolvedInVillageRate", "resolvedInTownshipRate", "repeatVisitRate",
            "satisfaction", "responseRate", "resolvedInCountyRate", "intakeOnTimeRate", "referralAnswerOnTimeRate",
            "firstSessionOnTimeRate", "transferAnswerOnTimeRate", "whistleAnswerOnTimeRate", "letterReplyOnTimeRate",
            "returnToCourtOnTimeRate", "performanceOnTimeRate", "followUpOnTimeRate"];
        Assert.Equal(names, MeasureDefinitions.All.Select(measure => measure.Name));
        // What over what, the base date, and what is left out.
        Assert.All(MeasureDefinitions.All, measure =>
        {
            Assert.Contains(" ÷ ", measure.Text.Zh, StringComparison.Ordinal);
            Assert.Contains(" over ", measure.Text.En, StringComparison.Ordinal);
            Assert.Matches("以.+日计.*(不计|不重复计)", measure.Basis.Zh);
            Assert.Matches("^By the day .+(left out|not below)", measure.Basis.En);
        });
    }

    // The score interval without continuity correction as printed by R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_interval_is_the_one_that_is_printed(int numerator, int denominator, double low, double high)
    {
        var interval = Wilson.Interval(numerator, denominator);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Theory]
    [InlineData(842, 869)]
    [InlineData(3, 5)]
    [InlineData(5, 5)]
    public void The_ends_of_the_interval_are_where_the_score_test_just_accepts(int numerator, int denominator)
    {
        var interval = Wilson.Interval(numerator, denominator);
        var share = (double)numerator / denominator;
        foreach (var end in new[] { interval.Low, interval.High }.Where(end => end is > 0 and < 1))
            Assert.Equal(1.95996398, Math.Abs(share - end) / Math.Sqrt(end * (1 - end) / denominator), 6);
    }

    [Fact]
    public void Without_a_base_there_is_no_rate_and_beyond_a_whole_no_interval()
    {
        Assert.Equal(new Rate(3, 0, null, null), Rate.Of(3, 0));
        Assert.Null(Rate.Of(7, 5).Interval);
        Assert.Equal(1.4, Rate.Of(7, 5).Value);
    }

    [Fact]
    public void Median_and_percentile_are_those_of_the_single_cases()
    {
        var dice = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var days = Enumerable.Range(0, dice.Next(1, 40)).Select(_ => dice.Next(60)).Order().ToList();
            var counts = new DayCounts(days.CountBy(day => day).Select(pair => KeyValuePair.Create(pair.Key, (long)pair.Value)));
            Assert.Equal((days[(days.Count - 1) / 2] + days[days.Count / 2]) / 2m, counts.Median);
            Assert.Equal(days.First(limit => days.Count(day => day <= limit) * 10 >= days.Count * 9), counts.P90);
        }

        Assert.Null(new DayCounts([]).Median);
        Assert.Null(new DayCounts([]).P90);
    }
}
