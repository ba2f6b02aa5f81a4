using System.Globalization;

namespace Mediation.Domain.Deadlines;

/// <summary>One line of why a due day falls on its day.</summary>
/// <param name="Code">
/// start, firstDayExcluded, count, pause, extension, restDays, roll, recount, calendar.unpublished, due or basis.
/// </param>
public sealed record ExplanationLine(string Code, string Zh, string En);

public static class ClockExplanation
{
    /// <summary>The whole computation, line by line, from the origin to the article of the law.</summary>
    /// <param name="name">The name of a party by its id; the id itself by default.</param>
    public static IReadOnlyList<ExplanationLine> Explain(
        this Clock clock, DeadlinePolicy policy, WorkingCalendar calendar, Func<string, string>? name = null)
    {
        var last = clock.Unrolled(calendar);
        return
        [
            Start(clock, policy),
            .. Count(clock, last),
            .. Pauses(clock, last, calendar),
            .. Extensions(clock, name ?? (id => id)),
            .. RestDays(clock, last, calendar),
            .. Roll(clock, last, calendar),
            .. Recounts(clock),
            .. Unpublished(clock, calendar),
            Due(clock),
            new("basis", $"依据：{policy.Basis.Zh}", $"Basis: {policy.Basis.En}"),
        ];
    }

    // A promise runs from what the parties agreed on, which may be another event than the agreement itself.
    private static ExplanationLine Start(Clock clock, DeadlinePolicy policy) => clock.Unit == TimeUnit.FixedDate
        ? new("start", $"自{Zh(clock.StartedOn)}起算", $"Starts on {En(clock.StartedOn)}")
        : new("start", $"自{Zh(clock.StartedOn)}（{policy.Starts.Words().Zh}）起算",
            $"Starts on {En(clock.StartedOn)} ({policy.Starts.Words().En})");

    private static IEnumerable<ExplanationLine> Count(Clock clock, DateOnly last)
    {
        if (clock.Unit == TimeUnit.FixedDate)
        {
            yield return clock.Name == ClockName.Performance
                ? new("count", $"协议约定于{Zh(last)}履行", $"Agreed for {En(last)}")
                : new("count", $"指定于{Zh(last)}前答复", $"An answer was asked for by {En(last)}");
            yield break;
        }

        yield return new("firstDayExcluded", "起算当日不计入（《民法典》第二百零一条）", "The first day is not counted (Civil Code art. 201)");
        yield return clock.Unit == TimeUnit.WorkingDays
            ? new("count", $"{clock.Days}个工作日", Days(clock.Days, "working day"))
            : new("count", $"{clock.Days}日（含休息日）", Days(clock.Days, "calendar day"));
    }

    /// <summary>Each day is explained once, and only where it moved the last day: late entries may make pauses overlap.</summary>
    private static IEnumerable<ExplanationLine> Pauses(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        for (var index = 0; index < clock.Paused.Count; index++)
        {
            var pause = clock.Paused[index];
            if (pause.To is { } to)
            {
                var before = clock with { Paused = [.. clock.Paused.Take(index)] };
                var taken = Between(clock.StartedOn, last).Count(day => day > pause.From && day <= to && !before.IsPausedOn(day));
                var kept = Kept(before, pause.From, calendar);
                yield return new("pause", $"{Zh(pause.From)}中止，剩余{Amount(clock, kept)}保留，{Zh(to)}恢复，其间{taken}日不计入",
                    $"Suspended on {En(pause.From)} with {Days(kept, Noun(clock))} left, resumed on {En(to)}: "
                        + $"{Days(taken, "day")} not counted");
                continue;
            }

            var left = Between(clock.StartedOn, last).Count(day => day > pause.From && Counts(clock, day, calendar));
            yield return new("pause", $"{Zh(pause.From)}起中止，剩余{Amount(clock, left)}保留",
                $"Suspended since {En(pause.From)}; {Days(left, Noun(clock))} left {(left == 1 ? "is" : "are")} kept");
        }
    }

    /// <summary>What was left of the count on the day of suspension, by the extensions made until then.</summary>
    private static int Kept(Clock clock, DateOnly on, WorkingCalendar calendar) => Math.Max(0,
        clock.Days + clock.Extensions.Where(extension => extension.On <= on).Sum(extension => extension.Days)
        - Between(clock.StartedOn, on).Count(day => Counts(clock, day, calendar)));

    private static IEnumerable<ExplanationLine> Extensions(Clock clock, Func<string, string> name) => clock.Extensions.Select(extension =>
        extension.Consents.Count == 0
            ? new ExplanationLine("extension", $"{Zh(extension.On)}延长{Amount(clock, extension.Days)}（依规定无须当事人同意）",
                $"Extended by {Days(extension.Days, Noun(clock))} on {En(extension.On)}; the rule asks for no consent")
            : new ExplanationLine("extension",
                $"{Zh(extension.On)}经各方当事人（{string.Join('、', extension.Consents.Select(name))}）同意延长{Amount(clock, extension.Days)}",
                $"Extended by {Days(extension.Days, Noun(clock))} on {En(extension.On)} with the consent of "
                    + $"{string.Join(", ", extension.Consents.Select(name))}"));

    private static IEnumerable<ExplanationLine> RestDays(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        if (clock.Unit != TimeUnit.WorkingDays) yield break;
        var rest = Between(clock.StartedOn, last).Where(day => !clock.IsPausedOn(day) && !calendar.IsWorkday(day)).ToList();
        if (rest.Count == 0) yield break;
        var named = rest.Select(calendar.Holiday).OfType<string>().Distinct(StringComparer.Ordinal).Select(Holidays.Name).ToList();
        yield return new("restDays",
            $"其间休息日、节假日{rest.Count}日不计入{(named.Count > 0 ? $"（含{string.Join('、', named.Select(holiday => holiday.Zh))}）" : "")}",
            $"{Days(rest.Count, "rest day")} passed "
                + $"over{(named.Count > 0 ? $", {string.Join(", ", named.Select(holiday => holiday.En))} among them" : "")}");
    }

    private static IEnumerable<ExplanationLine> Roll(Clock clock, DateOnly last, WorkingCalendar calendar)
    {
        // The due day stands as it was decided; a calendar that came later must not explain it wrongly.
        if (clock.Rolls && clock.DueOn > last && !calendar.IsWorkday(last))
        {
            var holiday = calendar.Holiday(last) is { } name ? Holidays.Name(name) : null;
            yield return new("roll", $"最后一日{Zh(last)}为休息日{(holiday is null ? "" : $"（{holiday.Zh}）")}，顺延至{Zh(clock.DueOn)}",
                $"The last day, {En(last)}, is a rest day{(holiday is null ? "" : $" ({holiday.En})")}; it moves to {En(clock.DueOn)}");
        }
    }

    private static IEnumerable<ExplanationLine> Recounts(Clock clock) => clock.Recounts.Select(recount =>
    {
        var (zh, en) = recount.Cause == RecountCause.Calendar
            ? ($"{recount.By}年放假安排公布", $"when the calendar of {recount.By} came out")
            : ($"规则“{recount.By}”适用于在办期限", $"when the policy {recount.By} was said to reach running clocks");
        return recount.From == recount.To
            ? new ExplanationLine("recount", $"{Zh(recount.On)}因{zh}重新计算，届满日不变",
                $"Computed again on {En(recount.On)} {en}; the due day stayed")
            : new ExplanationLine("recount", $"{Zh(recount.On)}因{zh}重新计算，由{Zh(recount.From)}改为{Zh(recount.To)}",
                $"Computed again on {En(recount.On)} {en}: {En(recount.From)} became {En(recount.To)}");
    });

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
        ? new("due", $"中止期间不届满；如当日即恢复，至{Zh(clock.DueOn)}届满",
            $"Does not run out while suspended; resumed on the same day it would be due on {En(clock.DueOn)}")
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
