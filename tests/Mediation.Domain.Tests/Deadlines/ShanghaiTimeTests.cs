using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class ShanghaiTimeTests
{
    [Theory]
    [InlineData("2026-11-22T15:59:59.9999999Z", "2026-11-22")]
    [InlineData("2026-11-22T16:00:00Z", "2026-11-23")]
    [InlineData("2026-12-31T16:00:00Z", "2027-01-01")]
    [InlineData("2024-02-28T16:00:00Z", "2024-02-29")]
    [InlineData("2026-07-01T23:30:00+09:00", "2026-07-01")]
    public void The_date_changes_at_16_hours_utc(string instant, string date) =>
        Assert.Equal(Day(date), ShanghaiTime.DateOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_day_ends_where_the_next_begins_in_utc()
    {
        var end = ShanghaiTime.EndOf(new(2026, 11, 22));
        Assert.Equal((new DateTimeOffset(2026, 11, 22, 16, 0, 0, TimeSpan.Zero), TimeSpan.Zero), (end, end.Offset));
        Assert.Equal(end, ShanghaiTime.StartOf(new(2026, 11, 23)));
        Assert.Equal(new(2026, 11, 22), ShanghaiTime.DateOf(end.AddTicks(-1)));
        Assert.Equal(new(2026, 11, 23), ShanghaiTime.DateOf(end));
    }
}
