using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>The statutory holidays of China (全国年节及纪念日放假办法), by the names that the published calendar uses.</summary>
public static class Holidays
{
    private static readonly ChineseLunisolarCalendar Lunar = new();

    private static readonly (string Zh, string En)[] Names =
    [
        ("元旦", "New Year"), ("春节", "Spring Festival"), ("清明", "Qingming"), ("劳动节", "Labour Day"),
        ("端午", "Dragon Boat"), ("中秋", "Mid-Autumn"), ("国庆节", "National Day"),
    ];

    public static Message Name(string zh) =>
        new(zh, Names.FirstOrDefault(name => zh.StartsWith(name.Zh, StringComparison.Ordinal)).En ?? zh);

    /// <summary>The days that the State Council must leave free in a year; the revision in force since 2025 added two.</summary>
    public static IReadOnlyList<(DateOnly Date, string Name)> Statutory(int year)
    {
        var spring = OfMoon(year, 1, 1);
        List<(DateOnly, string)> days = [(new(year, 1, 1), "元旦")];
        for (var day = year >= 2025 ? -1 : 0; day < 3; day++) days.Add((spring.AddDays(day), "春节"));
        days.Add((Qingming(year), "清明"));
        days.Add((new(year, 5, 1), "劳动节"));
        if (year >= 2025) days.Add((new(year, 5, 2), "劳动节"));
        days.Add((OfMoon(year, 5, 5), "端午"));
        days.Add((OfMoon(year, 8, 15), "中秋"));
        for (var day = 1; day <= 3; day++) days.Add((new(year, 10, day), "国庆节"));
        return days;
    }

    private static DateOnly OfMoon(int year, int month, int day)
    {
        // The framework numbers a leap month in between: month 6 of a year with a leap fourth is what is called the fifth.
        var leap = Lunar.GetLeapMonth(year);
        return DateOnly.FromDateTime(Lunar.ToDateTime(year, leap > 0 && leap <= month ? month + 1 : month, day, 0, 0, 0, 0));
    }

    /// <summary>The sun at 15° of longitude: the usual formula for the years 2000 to 2099.</summary>
    private static DateOnly Qingming(int year)
    {
        var y = year % 100;
        return new(year, 4, (int)((y * 0.2422) + 4.81) - (y / 4));
    }
}
