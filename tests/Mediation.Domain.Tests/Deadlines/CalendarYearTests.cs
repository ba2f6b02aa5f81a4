using System.Globalization;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class CalendarYearTests
{
    private static readonly IReadOnlyList<CalendarDay> All = WorkingCalendar.ParseDays(Csv);

    public static TheoryData<int> Years => [.. Enumerable.Range(2018, 9)];

    [Fact]
    public void Every_day_of_nine_years_agrees_with_the_file()
    {
        var file = Csv.Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => line.Trim().Split(','))
            .ToDictionary(parts => Day(parts[0]), parts => parts[1]);
        for (var day = new DateOnly(2018, 1, 1); day.Year <= 2026; day = day.AddDays(1))
        {
            var works = file.TryGetValue(day, out var kind) ? kind == "workday" : (int)day.DayOfWeek is not (0 or 6);
            Assert.True(works == Published.IsWorkday(day), $"{day}");
        }
    }

    [Theory, MemberData(nameof(Years))]
    public void A_year_as_it_was_published_is_whole(int year) => Assert.Empty(CalendarYear.Gaps(year, Of(year), Extra(year)));

    [Theory, MemberData(nameof(Years))]
    public void A_year_without_any_one_of_its_weeks_is_refused(int year)
    {
        foreach (var week in Of(year).GroupBy(day => ISOWeek.GetWeekOfYear(day.Date.ToDateTime(default))))
        {
            // Only a week without a statutory day, whose rest days and make-up days cancel each other out, leaves no trace.
            var left = Of(year).Where(day => !week.Contains(day)).ToList();
            var balance = week.Count(day => day.IsHoliday && (int)day.Date.DayOfWeek is not (0 or 6)) - week.Count(day => !day.IsHoliday);
            if (balance != 0 || week.Any(day => Holidays.Statutory(year).Any(free => free.Date == day.Date)))
                Assert.True(CalendarYear.Gaps(year, left, Extra(year)).Count > 0, $"week {week.Key} of {year}");
        }
    }

    [Fact]
    public void A_missing_week_and_a_missing_day_are_named()
    {
        var october = Assert.Single(CalendarYear.Gaps(2026, [.. Of(2026).Where(day => day.Date.Month != 10)]));
        Assert.Equal(
            "The week of 28 September 2026 to 4 October 2026 is missing: 1 October 2026, 2 October 2026, 3 October 2026 (National Day).",
            october.En);
        Assert.Equal("缺少2026年9月28日至2026年10月4日这一周的放假安排：10月1日、10月2日、10月3日（国庆节）。", october.Zh);
        var hole = Assert.Single(CalendarYear.Gaps(2026, [.. Of(2026).Where(day => day.Date != Day("2026-02-20"))]));
        Assert.Equal("20 February 2026 is missing between 19 February 2026 and 21 February 2026 (Spring Festival).", hole.En);
    }

    [Fact]
    public void Days_that_cannot_be_are_named()
    {
        Assert.Contains("6 October 2025 is not part of the notice for 2026",
            Assert.Single(CalendarYear.Gaps(2026, [.. Of(2026), new(Day("2025-10-06"), true, "中秋")])).En, StringComparison.Ordinal);
        Assert.Contains("9 March 2026 is a working day anyway",
            Assert.Single(CalendarYear.Gaps(2026, [.. Of(2026), new(Day("2026-03-09"), false, "春节")])).En, StringComparison.Ordinal);
        Assert.Contains("1 rest days more", Assert.Single(CalendarYear.Gaps(2026, [.. Of(2026), new(Day("2026-09-03"), true, "纪念日")])).En,
            StringComparison.Ordinal);
        Assert.Empty(CalendarYear.Gaps(2026, [.. Of(2026), new(Day("2026-09-03"), true, "纪念日")], 1));
    }

    private static List<CalendarDay> Of(int year) => [.. All.Where(day => day.Date.Year == year)];

    // The Spring Festival of 2020 was made longer by a notice of its own.
    private static int Extra(int year) => year == 2020 ? 2 : 0;
}
