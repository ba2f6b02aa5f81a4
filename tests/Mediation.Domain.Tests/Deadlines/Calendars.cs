using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Tests.Deadlines;

/// <summary>The published working calendar of 2018 to 2026 as the service carries it.</summary>
internal static class Calendars
{
    public static readonly string Csv = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "china-holidays.csv"));

    public static readonly WorkingCalendar Published = WorkingCalendar.Parse(Csv);

    public static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static DeadlinePolicy Term(Track track, DateOnly on, Procedure? procedure = null, string category = "04") =>
        DeadlinePolicies.Default.Find(ClockName.Term, track, procedure, category, Risk.Green, on);

    public static DeadlinePolicy Counting(int days, TimeUnit unit = TimeUnit.CalendarDays, int warn = 3) => new(
        "counting", ClockName.Term, null, null, null, null, new(2000, 1, 1), null, unit, days, unit == TimeUnit.CalendarDays,
        new(null, null), PausesOnSuspension: true, warn, new("测试", "Test"));
}
