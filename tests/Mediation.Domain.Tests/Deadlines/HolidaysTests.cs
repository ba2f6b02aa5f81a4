using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class HolidaysTests
{
    public static TheoryData<int> Years => [.. Enumerable.Range(2018, 9)];

    [Theory, MemberData(nameof(Years))]
    public void Every_statutory_holiday_of_a_published_year_is_free(int year) =>
        Assert.All(Holidays.Statutory(year), day => Assert.True(!Published.IsWorkday(day.Date), $"{day.Date} {day.Name}"));

    [Theory]
    [InlineData(2020, "春节", "2020-01-25")]
    [InlineData(2020, "端午", "2020-06-25")] // after a leap fourth month
    [InlineData(2023, "中秋", "2023-09-29")] // after a leap second month
    [InlineData(2025, "端午", "2025-05-31")]
    [InlineData(2025, "中秋", "2025-10-06")] // after a leap sixth month
    [InlineData(2027, "清明", "2027-04-05")]
    [InlineData(2028, "清明", "2028-04-04")]
    public void Feasts_of_the_moon_and_the_sun_fall_where_the_almanac_says(int year, string name, string date) =>
        Assert.Contains((Day(date), name), Holidays.Statutory(year));
}
