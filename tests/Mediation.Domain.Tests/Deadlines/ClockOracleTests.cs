using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

/// <summary>The same dates found another way: by a table of days, read straight from the file.</summary>
public sealed class ClockOracleTests
{
    private static readonly DateOnly First = new(2016, 1, 1);

    private static readonly Dictionary<DateOnly, bool> Exceptions = Csv.Split('\n').Skip(1).Where(line => line.Length > 0)
        .Select(line => line.Trim().Split(',')).ToDictionary(parts => Day(parts[0]), parts => parts[1] == "workday");

    private static readonly bool[] Workdays = [.. Enumerable.Range(0, 366 * 16).Select(First.AddDays)
        .Select(day => Exceptions.TryGetValue(day, out var works) ? works : (int)day.DayOfWeek is not (0 or 6))];

    [Fact]
    public void A_hundred_thousand_random_clocks_fall_due_where_a_table_of_days_says()
    {
        var dice = new Random(20250101);
        var rolled = 0;
        var assumed = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var unit = dice.Next(2) == 0 ? TimeUnit.CalendarDays : TimeUnit.WorkingDays;
            var policy = Counting(dice.Next(1, 61), unit, dice.Next(0, 6));
            var start = new DateOnly(2017, 6, 1).AddDays(dice.Next(3700));
            var clock = Clock.Start(policy, start, Published);
            var days = policy.Days;
            var paused = new HashSet<DateOnly>();
            var at = start;
            for (var act = dice.Next(0, 5); act > 0; act--)
            {
                at = at.AddDays(dice.Next(0, 15));
                if (dice.Next(2) == 0)
                {
                    var more = dice.Next(1, 40);
                    days += more;
                    clock = clock.Extend(more, at, ["p1", "p2"], Published);
                    continue;
                }

                clock = clock.Pause(at);
                if (round % 10 == 0) Assert.NotEmpty(clock.Explain(policy, Published));
                for (var lasting = dice.Next(0, 30); lasting > 0; lasting--) paused.Add(at = at.AddDays(1));
                clock = clock.Resume(at, Published);
            }

            var (last, due) = Expected(start, days, unit, paused);
            var told = $"{start} + {days} {unit}, paused {string.Join(' ', paused)}";
            Assert.True(due == clock.DueOn, $"{told}: {clock.DueOn} instead of {due}");
            Assert.True(Warning(start, due, policy.WarnWorkingDays) == clock.WarnOn, $"{told}: warned on {clock.WarnOn}");
            Assert.Equal(start.Year < 2018 || due.Year > 2026, clock.Assumed);
            rolled += due != last ? 1 : 0;
            assumed += clock.Assumed ? 1 : 0;
            if (round % 10 != 0) continue;
            var lines = clock.Explain(policy, Published);
            Assert.Equal(due != last, lines.Any(line => line.Code == "roll"));
            Assert.Equal(clock.Assumed, lines.Any(line => line.Code == "calendar.unpublished"));
            Assert.Equal(last.DayNumber - start.DayNumber, Told(lines));
        }

        // The cases reach what they are meant to reach.
        Assert.InRange(rolled, 5_000, 50_000);
        Assert.InRange(assumed, 5_000, 50_000);
    }

    private static (DateOnly Last, DateOnly Due) Expected(DateOnly start, int days, TimeUnit unit, HashSet<DateOnly> paused)
    {
        var last = Enumerable.Range(1, 4000).Select(start.AddDays)
            .Where(day => !paused.Contains(day) && (unit == TimeUnit.CalendarDays || Works(day)))
            .ElementAt(days - 1);
        return (last, Enumerable.Range(0, 30).Select(last.AddDays).First(Works));
    }

    private static DateOnly Warning(DateOnly start, DateOnly due, int workdays)
    {
        var warn = workdays == 0 ? due : Enumerable.Range(1, 60).Select(back => due.AddDays(-back)).Where(Works).ElementAt(workdays - 1);
        return warn > start ? warn : start.AddDays(1) < due ? start.AddDays(1) : due;
    }

    private static bool Works(DateOnly day) => Workdays[day.DayNumber - First.DayNumber];

    /// <summary>Days counted, extended, paused and passed over, as the lines tell them: together the way from start to last day.</summary>
    private static int Told(IReadOnlyList<ExplanationLine> lines) => lines.Sum(line => line.Code switch
    {
        "count" or "restDays" => int.Parse(line.En.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture),
        "extension" => int.Parse(line.En.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture),
        "pause" => int.Parse(line.En.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture),
        _ => 0,
    });
}
