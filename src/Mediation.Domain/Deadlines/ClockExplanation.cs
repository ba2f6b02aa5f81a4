using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>One line of why a due day falls on its day.</summary>
/// <param name="Code">start, firstDayExcluded, count, pause, extension, restDays, roll, calendar.unpublished, due or basis.</param>
public sealed record ExplanationLine(string Code, string Zh, string En);

public static class ClockExplanation
{
    /// <summary>The whole computation, line by line, from the origin to the article of the law.</summary>
    public static IReadOnlyList<ExplanationLine> Explain(this Clock clock, DeadlinePolicy policy, WorkingCalendar calendar)
    {
        var last = clock.Unrolled(calendar);
        return
        [
            new("start", $"自{Zh(clock.StartedOn)}起算", $"Starts on {En(clock.StartedOn)}"),
            .. Count(clock, last),
            .. Pauses(clock, last, calendar),
            .. Extensions(clock),
            .. RestDays(clock, last, calendar),
            .. Roll(clock, last, calendar),
            .. Unpublished(clock, calendar),
            Due(clock),
            new("basis", $"依据：{policy.Basis.Zh}", $"Basis: {policy.Basis.En}"),
        ];
    }

    private static IEnumerable<ExplanationLine> Count(Clock clock, DateOnly last)
    {
        if (clock.Unit == TimeUnit.FixedDate)
        {
            yield return new("count", $"协议约定于{Zh(last)}履行", $"Agreed for {En(last)}");
            yield break;
        }

        yield return new("firstDayExcluded", "起算当日不计入（《民法典》第二百零一条）", "The first day is not counted (Civil Code art. 201)");
        yield return clock.Unit == TimeUnit.WorkingDays
            ? new("count", $"{clock.Days}个工作日", Days(clock.Days, "working day"))
            : new("count", $"{clock.Days}日（含休息日）", Days(clock.Days, "calendar day"));
    }

    /// <summary>Each day is told once, and only where it moved the last day: late entries may make pauses overlap.</summary>
    private static IEnumerable<ExplanationLine> Pauses(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        for (var index = 0; index < clock.Paused.Count; index++)
        {
            var pause = clock.Paused[index];
            if (pause.To is { } to)
            {
                var before = clock with { Paused = [.. clock.Paused.Take(index)] };
                var taken = Between(clock.StartedOn, last).Count(day => day > pause.From && day <= to && !before.IsPausedOn(day));
                yield return new("pause", $"{Zh(pause.From)}中止，{Zh(to)}恢复，其间{taken}日不计入",
                    $"Suspended on {En(pause.From)}, resumed on {En(to)}: {Days(taken, "day")} not counted");
                continue;
            }

            var left = Between(clock.StartedOn, last).Count(day => day > pause.From && Counts(clock, day, calendar));
            yield return new("pause", $"{Zh(pause.From)}起中止，剩余{Amount(clock, left)}保留",
                $"Suspended since {En(pause.From)}; {Days(left, Noun(clock))} left {(left == 1 ? "is" : "are")} kept");
        }
    }

    private static IEnumerable<ExplanationLine> Extensions(Clock clock) => clock.Extensions.Select(extension => new ExplanationLine(
        "extension",
        $"{Zh(extension.On)}经各方当事人（{string.Join('、', extension.Consents)}）同意延长{Amount(clock, extension.Days)}",
        $"Extended by {Days(extension.Days, Noun(clock))} on {En(extension.On)} with the consent of {string.Join(", ", extension.Consents)}"));

    private static IEnumerable<ExplanationLine> RestDays(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        if (clock.Unit != TimeUnit.WorkingDays) yield break;
        var rest = Between(clock.StartedOn, last).Count(day => !clock.IsPausedOn(day) && !calendar.IsWorkday(day));
        if (rest > 0) yield return new("restDays", $"其间休息日、节假日{rest}日不计入", $"{Days(rest, "rest day")} passed over");
    }

    private static IEnumerable<ExplanationLine> Roll(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        // The due day stands as it was decided; a calendar that came later must not explain it wrongly.
        if (clock.Rolls && clock.DueOn > last && !calendar.IsWorkday(last))
            yield return new("roll", $"最后一日{Zh(last)}为休息日，顺延至{Zh(clock.DueOn)}",
                $"The last day, {En(last)}, is a rest day; it moves to {En(clock.DueOn)}");
    }

    private static IEnumerable<ExplanationLine> Unpublished(Clock clock, WorkingCalendar calendar)
    {
        if (!clock.Assumed) yield break;
        var years = clock.UnpublishedYears(clock.DueOn, calendar);
        yield return years.Count > 0
            ? new("calendar.unpublished", $"{string.Join('、', years)}年放假安排尚未公布，暂按周末休息推算",
                $"The calendar of {string.Join(", ", years)} is not published: weekends only are assumed")
            : new("calendar.unpublished", "推算时放假安排尚未公布，当时按周末休息推算",
                "Computed before the calendar was published: weekends only were assumed");
    }

    private static ExplanationLine Due(Clock clock) => clock.State == ClockState.Paused
        ? new("due", $"中止期间不届满；如当日即恢复，至{Zh(clock.DueOn)}届满", $"Does not run out while suspended; resumed on the same day it would be due on {En(clock.DueOn)}")
        : new("due", $"至{Zh(clock.DueOn)}届满（当日二十四时）", $"Due on {En(clock.DueOn)}, at the end of the day");

    private static bool Counts(Clock clock, DateOnly day, WorkingCalendar calendar) =>
        !clock.IsPausedOn(day) && (clock.Unit != TimeUnit.WorkingDays || calendar.IsWorkday(day));

    private static IEnumerable<DateOnly> Between(DateOnly from, DateOnly to) =>
        Enumerable.Range(1, Math.Max(0, to.DayNumber - from.DayNumber)).Select(from.AddDays);

    private static string Amount(Clock clock, int days) => clock.Unit == TimeUnit.WorkingDays ? $"{days}个工作日" : $"{days}日";

    private static string Noun(Clock clock) => clock.Unit == TimeUnit.WorkingDays ? "working day" : "day";

    private static string Days(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Zh(DateOnly date) => date.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string En(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
