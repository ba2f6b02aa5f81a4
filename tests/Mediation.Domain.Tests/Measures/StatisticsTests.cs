using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class StatisticsTests
{
    // Weeks of remission of 42 children with leukaemia (Freireich et al., Blood 21, 1963), the textbook's example.
    private static readonly (int Weeks, bool Ended)[] Treated =
    [
        (6, true), (6, true), (6, true), (6, false), (7, true), (9, false), (10, true), (10, false), (11, false), (13, true), (16, true),
        (17, false), (19, false), (20, false), (22, true), (23, true), (25, false), (32, false), (32, false), (34, false), (35, false),
    ];

    private static readonly int[] Untreated = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

    [Fact]
    public void The_curve_with_open_cases_is_the_one_that_is_printed()
    {
        var survival = Survival.Of(Treated.Select(row => new Waited(row.Weeks, row.Ended ? 1 : 0, row.Ended ? 0 : 1)));
        Assert.Equal((21, 12), (survival.Cases, survival.Open));
        Assert.Equal([(6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627), (22, 7, 0.538), (23, 6, 0.448)],
            survival.Steps.Select(step => (step.Days, step.AtRisk, Math.Round(step.Share, 3))));
        Assert.Equal(23, survival.Median);
        Assert.Equal((13, (int?)null), survival.MedianInterval);
    }

    [Fact]
    public void Without_open_cases_the_median_is_that_of_the_closed_ones()
    {
        var survival = Survival.Of(Untreated.Select(weeks => new Waited(weeks, 1, 0)));
        Assert.Equal(8, survival.Median);
        Assert.Equal((4, 11), survival.MedianInterval);
        Assert.Equal(0, survival.Steps[^1].Share);
    }

    [Fact]
    public void While_more_than_half_are_open_there_is_no_median()
    {
        var survival = Survival.Of([new Waited(3, 4, 0), new Waited(20, 0, 6)]);
        Assert.Null(survival.Median);
        Assert.Equal(0.6, Assert.Single(survival.Steps).Share, 12);
        Assert.Null(Survival.Of([]).Median);
        Assert.Equal(3, Survival.Of([new Waited(3, 5, 0), new Waited(20, 0, 5)]).Median); // exactly one half
    }

    // R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(6, 7, 2, 7, 0.0582, 0.8062)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0000)]
    public void The_interval_of_a_difference_is_the_one_that_is_printed(
        int above, int below, int otherAbove, int otherBelow, double low, double high)
    {
        var (now, earlier) = (Rate.Of(above, below), Rate.Of(otherAbove, otherBelow));
        var interval = Difference.Interval(now, earlier)!.Value;
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
        Assert.Equal(low > 0, Difference.IsSignificant(now, earlier));
    }

    [Fact]
    public void A_small_difference_of_counts_is_no_news_and_nothing_is_said_without_a_base()
    {
        Assert.False(Difference.IsSignificant(869, 840)); // +3.5 %
        Assert.True(Difference.IsSignificant(869, 1028)); // -15.5 %
        Assert.Null(Difference.IsSignificant(0, 0));
        Assert.Null(Difference.IsSignificant(Rate.Of(3, 0), Rate.Of(1, 2)));
    }

    // By hand from the binomial table: P(R <= 1) = 0.010742, P(R <= 2) = 0.054688 for ten at one half.
    [Fact]
    public void The_limits_of_the_funnel_are_those_of_the_binomial_table()
    {
        var (low, high) = Funnel.Limits95(0.5, 10);
        Assert.Equal((2 - ((0.0546875 - 0.025) / (0.0546875 - 0.0107421875))) / 10, low, 9);
        Assert.Equal(0.1324, low, 4);
        Assert.InRange(high, 0.7, 0.9);
    }

    [Theory]
    [InlineData(0.968, 50)]
    [InlineData(0.5, 1_000)]
    [InlineData(0.9, 120_000)]
    public void The_funnel_narrows_with_the_size_and_holds_the_target(double target, int size)
    {
        var (near, far, wide) = (Funnel.Limits95(target, size), Funnel.Limits998(target, size), Funnel.Limits95(target, size / 5));
        Assert.True(far.Low < near.Low && near.Low < target && target < near.High && near.High <= far.High && far.High <= 1);
        Assert.True(wide.High - wide.Low > near.High - near.Low);
        // Where many are counted the exact limits are those of the normal curve.
        if (size >= 1_000) Assert.Equal(target - (1.96 * Math.Sqrt(target * (1 - target) / size)), near.Low, 2);
    }

    [Theory]
    [InlineData(3, 9, FunnelPlace.Few)]
    [InlineData(45, 50, FunnelPlace.Within)]
    [InlineData(40, 50, FunnelPlace.Below)]
    [InlineData(30, 50, FunnelPlace.FarBelow)]
    [InlineData(500, 500, FunnelPlace.FarAbove)]
    [InlineData(46, 49, FunnelPlace.Within)]
    public void A_small_body_is_not_judged_and_a_large_one_by_its_size(int above, int below, FunnelPlace place) =>
        Assert.Equal(place, Funnel.Place(0.9, above, below, minimum: Funnel.Minimum));

    [Theory]
    [InlineData("2026-09", "2026-09-01", "2026-09-30", "2026-08", "2025-09")]
    [InlineData("2026-10", "2026-10-01", "2026-10-31", "2026-09", "2025-10")]
    [InlineData("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2025-Q1")]
    [InlineData("2026-Q4", "2026-10-01", "2026-12-31", "2026-Q3", "2025-Q4")]
    [InlineData("2026-H1", "2026-01-01", "2026-06-30", "2025-H2", "2025-H1")]
    [InlineData("2026", "2026-01-01", "2026-12-31", "2025", "2025")]
    [InlineData("2026-C", "2025-12-01", "2026-11-30", "2025-C", "2025-C")]
    public void A_period_knows_its_days_the_one_before_and_the_same_of_last_year(
        string text, string first, string last, string before, string lastYear)
    {
        var period = Period.Parse(text)!;
        Assert.Equal(text, period.ToString());
        Assert.Equal((DateOnly.ParseExact(first, "yyyy-MM-dd"), DateOnly.ParseExact(last, "yyyy-MM-dd")), (period.First, period.LastDay));
        Assert.Equal((before, lastYear), (period.Before.ToString(), period.In(period.Year - 1).ToString()));
        Assert.Equal("2019", period.In(2019).ToString()[..4]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("26")]
    [InlineData("2026-13")]
    [InlineData("2026-00")]
    [InlineData("2026-Q5")]
    [InlineData("2026-H3")]
    [InlineData("2026-c")]
    [InlineData("2026-9")]
    [InlineData("1948")]
    [InlineData("9999")]
    [InlineData("２０２６")]
    [InlineData("2026-09-01")]
    public void What_is_no_period_is_not_read(string? text) => Assert.Null(Period.Parse(text));
}
