using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class WorkingCalendarTests
{
    [Theory]
    [InlineData(2022, 7, 249)]
    [InlineData(2024, 8, 251)]
    [InlineData(2025, 5, 248)]
    [InlineData(2026, 6, 248)]
    public void The_workdays_of_a_year_include_its_make_up_days(int year, int makeUps, int workdays)
    {
        var days = DaysOf(year);
        Assert.Equal(makeUps, days.Count(day => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && Published.IsWorkday(day)));
        Assert.Equal(workdays, days.Count(Published.IsWorkday));
        Assert.Equal(workdays, Published.WorkingDaysBetween(new(year - 1, 12, 31), new(year, 12, 31)));
    }

    [Theory]
    [InlineData("2026-01-04")]
    [InlineData("2026-02-14")]
    [InlineData("2026-02-28")]
    [InlineData("2026-05-09")]
    [InlineData("2026-09-20")]
    [InlineData("2026-10-10")]
    public void A_make_up_day_at_a_weekend_is_a_workday_and_does_not_roll(string date)
    {
        Assert.True(Day(date).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
        Assert.Equal((true, Day(date)), (Published.IsWorkday(Day(date)), Published.RollForward(Day(date))));
    }

    [Theory]
    [InlineData("2026-02-15", "2026-02-24")]
    [InlineData("2025-10-01", "2025-10-09")]
    [InlineData("2023-01-01", "2023-01-03")]
    [InlineData("2022-12-31", "2023-01-03")]
    [InlineData("2026-11-22", "2026-11-23")]
    public void A_rest_day_rolls_to_the_next_workday(string from, string to) => Assert.Equal(Day(to), Published.RollForward(Day(from)));

    [Theory]
    [InlineData("2026-02-12", 5, "2026-02-26")]
    [InlineData("2026-09-30", 3, "2026-10-10")]
    [InlineData("2024-02-28", 1, "2024-02-29")]
    [InlineData("2025-12-31", 1, "2026-01-04")] // a Sunday that makes up for 2 January
    [InlineData("2026-11-21", 1, "2026-11-23")]
    [InlineData("2026-10-10", -3, "2026-09-30")]
    [InlineData("2026-02-24", -1, "2026-02-14")]
    [InlineData("2026-02-15", 0, "2026-02-15")]
    public void Working_days_are_counted_without_the_first_day(string from, int count, string expected) =>
        Assert.Equal(Day(expected), Published.AddWorkingDays(Day(from), count));

    [Fact]
    public void Counting_between_two_days_undoes_adding()
    {
        foreach (var from in DaysOf(2026))
        {
            for (var count = 0; count <= 10; count++)
            {
                var to = Published.AddWorkingDays(from, count);
                Assert.Equal(count, Published.WorkingDaysBetween(from, to));
                Assert.Equal(-count, Published.WorkingDaysBetween(to, from));
            }
        }
    }

    [Fact]
    public void A_year_without_any_published_day_assumes_weekends_only()
    {
        Assert.Equal((true, true, false, false),
            (Published.IsPublished(2018), Published.IsPublished(2026), Published.IsPublished(2017), Published.IsPublished(2027)));
        Assert.True(Published.IsWorkday(new(2027, 1, 1)));
        Assert.False(Published.IsWorkday(new(2027, 1, 2)));
        Assert.Equal(Enumerable.Range(2018, 9), Published.PublishedYears.Order());
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("date,name,kind\n2026-01-01,元旦,holiday", 1)]
    [InlineData("date,kind,name\n2026-01-01,holiday,元旦\n2026-1-2,holiday,元旦", 3)]
    [InlineData("date,kind,name\n2026-02-30,holiday,春节", 2)]
    [InlineData("date,kind,name\n2026-01-01,Holiday,元旦", 2)]
    [InlineData("date,kind,name\n2026-01-01,off,元旦", 2)]
    [InlineData("date,kind,name\n2026-01-01,holiday", 2)]
    [InlineData("date,kind,name\n2026-01-01,holiday,元旦,更多", 2)]
    [InlineData("date,kind,name\n2026-01-01,holiday,", 2)]
    [InlineData("date,kind,name\n\n2026-01-01,holiday,元旦", 2)]
    [InlineData("date,kind,name\n2026-01-01,holiday,元旦\n2026-01-01,workday,元旦", 3)]
    public void A_bad_line_of_the_file_is_named(string csv, int line) =>
        Assert.StartsWith($"Line {line}:",
            Assert.Throws<FormatException>(() => WorkingCalendar.Parse(csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_file_may_come_with_a_byte_order_mark_and_the_line_ends_of_any_system() =>
        Assert.Equal(
            [new(new(2026, 1, 1), true, "元旦"), new(new(2026, 1, 4), false, "元旦")],
            WorkingCalendar.ParseDays("\uFEFFdate,kind,name\r\n2026-01-01,holiday,元旦\r\n2026-01-04,workday,元旦\r\n"));

    private static List<DateOnly> DaysOf(int year) =>
        [.. Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(new DateOnly(year, 1, 1).AddDays)];
}
