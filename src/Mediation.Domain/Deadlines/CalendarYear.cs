using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>What a year's file must hold before deadlines are computed by it: a gap would move them in silence.</summary>
public static class CalendarYear
{
    /// <summary>Everything that is missing or wrong, each naming its week or day; empty: the year is whole.</summary>
    /// <param name="days">The notice for the year: days of it, and of the December before it.</param>
    /// <param name="extraRestDays">Rest days given beyond the statutory ones by a notice of its own, as two were in 2020.</param>
    public static IReadOnlyList<Message> Gaps(int year, IReadOnlyList<CalendarDay> days, int extraRestDays = 0)
    {
        var wrong = new List<Message>();
        foreach (var day in days.Where(day => day.Date.Year != year && (day.Date.Year != year - 1 || day.Date.Month != 12)))
            wrong.Add(new($"{Zh(day.Date)}不属于{year}年的放假安排。", $"{En(day.Date)} is not part of the notice for {year}."));
        foreach (var day in days.Where(day => !day.IsHoliday && !IsWeekend(day.Date)))
            wrong.Add(new($"{Zh(day.Date)}本为工作日，不能列为调休上班。", $"{En(day.Date)} is a working day anyway and cannot make up for one."));
        if (wrong.Count > 0) return wrong;
        wrong.AddRange(MissingWeeks(year, days));
        wrong.AddRange(Holes(days));
        if (wrong.Count == 0 && Unbalanced(year, days, extraRestDays) is { } balance) wrong.Add(balance);
        return wrong;
    }

    private static IEnumerable<Message> MissingWeeks(int year, IReadOnlyList<CalendarDay> days)
    {
        var free = days.Where(day => day.IsHoliday).Select(day => day.Date).ToHashSet();
        foreach (var week in Holidays.Statutory(year).Where(day => !free.Contains(day.Date)).GroupBy(day => Monday(day.Date)))
        {
            var names = week.Select(day => day.Name).Distinct(StringComparer.Ordinal).Select(Holidays.Name).ToList();
            yield return new(
                $"缺少{Zh(week.Key)}至{Zh(week.Key.AddDays(6))}这一周的放假安排："
                    + $"{string.Join('、', week.Select(day => $"{day.Date:M月d日}").Distinct(StringComparer.Ordinal))}（"
                    + $"{string.Join('、', names.Select(name => name.Zh))}）。",
                $"The week of {En(week.Key)} to {En(week.Key.AddDays(6))} is "
                    + $"missing: {string.Join(", ", week.Select(day => En(day.Date)).Distinct(StringComparer.Ordinal))} "
                    + $"({string.Join(", ", names.Select(name => name.En))}).");
        }
    }

    /// <summary>A weekday inside a holiday that the file leaves out.</summary>
    private static IEnumerable<Message> Holes(IReadOnlyList<CalendarDay> days)
    {
        var listed = days.ToDictionary(day => day.Date);
        foreach (var (one, next) in days.Where(day => day.IsHoliday).OrderBy(day => day.Date)
            .Zip(days.Where(day => day.IsHoliday).OrderBy(day => day.Date).Skip(1)))
        {
            if (one.Name != next.Name || next.Date.DayNumber - one.Date.DayNumber > 7) continue;
            for (var day = one.Date.AddDays(1); day < next.Date; day = day.AddDays(1))
                if (!listed.ContainsKey(day))
                    yield return new($"{Zh(one.Date)}至{Zh(next.Date)}（{one.Name}）之间缺少{Zh(day)}。",
                        $"{En(day)} is missing between {En(one.Date)} and {En(next.Date)} ({Holidays.Name(one.Name).En}).");
        }
    }

    /// <summary>Rest days on weekdays less make-up workdays come to the statutory days, in every year that was published.</summary>
    private static Message? Unbalanced(int year, IReadOnlyList<CalendarDay> days, int extraRestDays)
    {
        var rest = days.Count(day => day.IsHoliday && !IsWeekend(day.Date)) - days.Count(day => !day.IsHoliday);
        var expected = (year >= 2025 ? 13 : 11) + extraRestDays;
        return rest == expected ? null
            : rest < expected ? new($"全年放假比法定天数少{expected - rest}日，文件不完整，请核对放假日。",
                $"The year has {expected - rest} rest days fewer than the law gives: the file is not whole, look for holidays left out.")
            : new($"全年放假比法定天数多{rest - expected}日，请核对调休上班日；国务院另行增加放假的，请注明增加天数。", $"The year has {rest - expected} rest days more than the "
                + $"law gives: look for make-up workdays left out, or say how many days were added.");
    }

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static DateOnly Monday(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    private static string Zh(DateOnly date) => date.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string En(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
