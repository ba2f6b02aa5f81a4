using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>A day that differs from its weekday: a public holiday, or a make-up workday (调休) at a weekend.</summary>
public sealed record CalendarDay(DateOnly Date, bool IsHoliday, string Name);

/// <summary>
/// The working days of China as the State Council publishes them, year by year. A year that is not published yet
/// assumes weekends only; whoever shows its dates says so.
/// </summary>
public sealed class WorkingCalendar
{
    private readonly Dictionary<DateOnly, CalendarDay> days;
    private readonly HashSet<int> years;

    /// <param name="published">
    /// The years that came out; those of the days by default, since a notice may name days of the year before.
    /// </param>
    public WorkingCalendar(IEnumerable<CalendarDay> days, IEnumerable<int>? published = null)
    {
        this.days = days.ToDictionary(day => day.Date);
        years = [.. published ?? this.days.Keys.Select(date => date.Year)];
    }

    public IReadOnlySet<int> PublishedYears => years;

    public bool IsPublished(int year) => years.Contains(year);

    public bool IsWorkday(DateOnly date) =>
        days.TryGetValue(date, out var day) ? !day.IsHoliday : date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>The name of the holiday on that day; null on any other day.</summary>
    public string? Holiday(DateOnly date) => days.TryGetValue(date, out var day) && day.IsHoliday ? day.Name : null;

    /// <summary>The day itself, or the next workday when it is a rest day (civil code art. 203).</summary>
    public DateOnly RollForward(DateOnly date)
    {
        while (!IsWorkday(date)) date = date.AddDays(1);
        return date;
    }

    /// <summary>The n-th workday after <paramref name="from"/>, which itself is not counted; for n below 0 before it.</summary>
    public DateOnly AddWorkingDays(DateOnly from, int n)
    {
        var step = Math.Sign(n);
        for (var left = Math.Abs(n); left > 0;)
        {
            from = from.AddDays(step);
            if (IsWorkday(from)) left--;
        }

        return from;
    }

    /// <summary>Workdays after <paramref name="from"/> up to and including <paramref name="to"/>; negative when it lies before.</summary>
    public int WorkingDaysBetween(DateOnly from, DateOnly to)
    {
        if (to < from) return -WorkingDaysBetween(to, from);
        var count = 0;
        for (var day = from.AddDays(1); day <= to; day = day.AddDays(1))
            if (IsWorkday(day)) count++;
        return count;
    }

    /// <summary>Reads a file of <c>date,kind,name</c> lines under that heading; kind is holiday or workday.</summary>
    /// <exception cref="FormatException">Names the line that is wrong.</exception>
    public static WorkingCalendar Parse(string csv) => new(ParseDays(csv));

    public static IReadOnlyList<CalendarDay> ParseDays(string csv)
    {
        var lines = csv.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines[0] != "date,kind,name") throw new FormatException("Line 1: the heading must be date,kind,name.");
        var result = new List<CalendarDay>();
        for (var index = 1; index < lines.Length; index++)
        {
            var parts = lines[index].Split(',');
            if (parts.Length != 3 || parts[1] is not ("holiday" or "workday") || string.IsNullOrWhiteSpace(parts[2])
                || !DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                throw new FormatException($"Line {index + 1}: give date (yyyy-MM-dd), holiday or workday, and a name.");
            if (result.Any(day => day.Date == date)) throw new FormatException($"Line {index + 1}: {parts[0]} stands twice.");
            result.Add(new CalendarDay(date, parts[1] == "holiday", parts[2]));
        }

        return result;
    }
}
