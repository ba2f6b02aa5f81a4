using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class ReportColumnsTests
{
    private static readonly Dictionary<(string, int), decimal> Nothing = [];

    [Fact]
    public void A_column_is_found_by_its_name() =>
        Assert.All(ReportColumns.All, column => Assert.Same(column, ReportColumns.Find(column.Name)));

    [Fact]
    public void Each_says_in_both_languages_what_it_counts() => Assert.All(ReportColumns.All, column =>
        Assert.All(new[] { column.Heading.Zh, column.Heading.En, column.How.Zh, column.How.En }, text => Assert.NotEmpty(text)));

    /// <summary>Otherwise what was entered before would be shown as 0 of it.</summary>
    [Fact]
    public void Whatever_came_after_the_first_version_has_a_first_month() =>
        Assert.All(ReportColumns.All.Where(column => column.Since > 1), column => Assert.NotNull(column.FirstMonth));

    [Fact]
    public void Before_its_first_month_a_column_is_not_counted()
    {
        var column = ReportColumns.Registered with { FirstMonth = new(2026, 12, 1) };
        Assert.False(column.IsCountedIn(new(2026, 11, 1)));
        Assert.True(column.IsCountedIn(new(2026, 12, 1)));
        Assert.True(ReportColumns.Registered.IsCountedIn(new(1949, 10, 1)));
    }

    [Fact]
    public void Without_cases_counts_are_0_and_days_have_no_value() => Assert.All(ReportColumns.All, column =>
        Assert.Equal(column.Name.StartsWith("days", StringComparison.Ordinal) ? null : 0m, column.Of(Nothing)));

    [Fact]
    public void A_column_adds_up_its_measures_whatever_their_parts()
    {
        var tallies = new Dictionary<(string, int), decimal>
        {
            [(Tally.BroughtForward, 0)] = 7,
            [(Tally.Stock, 0)] = -2,
            [(Tally.Settled, 0)] = 3,
            [(Tally.Failed, 0)] = 2,
            [(Tally.Escalated, 1)] = 4,
            [(Tally.Escalated, 2)] = 1,
            [(Tally.AmountSettled, 0)] =
                1250.50m,
            [(Tally.Days, 3)] = 1,
            [(Tally.Days, 10)] = 2,
        };
        Assert.Equal((5m, 5m, 5m), (ReportColumns.Pending.Of(tallies), ReportColumns.Closed.Of(tallies), Of(Tally.Escalated)));
        Assert.Equal((1250.50m, 10m, 10m), (Of(Tally.AmountSettled), Of("daysMedian"), Of("daysP90")));

        decimal? Of(string name) => ReportColumns.Find(name)!.Of(tallies);
    }
}
