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
        var lines = new List<ExplanationLine> { new("start", $"自{Zh(clock.StartedOn)}起算", $"Starts on {En(clock.StartedOn)}") };
        var last = clock.Unrolled(calendar);
        if (clock.Unit == TimeUnit.FixedDate)
        {
            lines.Add(new("count", $"协议约定于{Zh(last)}履行", $"Agreed for {En(last)}"));
        }
        else
        {
            lines.Add(new("firstDayExcluded", "起算当日不计入(民法典第二百零一条)", "The first day is not counted (Civil Code art. 201)"));
            lines.Add(clock.Unit == TimeUnit.WorkingDays
                ? new("count", $"{clock.Days}个工作日", $"{clock.Days} working days")
                : new("count", $"{clock.Days}日(含休息日)", $"{clock.Days} calendar days"));
        }

        foreach (var pause in clock.Paused)
            lines.Add(pause.To is { } to
                ? new("pause", $"{Zh(pause.From)}中止,{Zh(to)}恢复,其间{to.DayNumber - pause.From.DayNumber}日不计入", $"Suspended on {En(pause.From)}, resumed on {En(to)}: {to.DayNumber - pause.From.DayNumber} days not counted")
                : new("pause", $"{Zh(pause.From)}起中止,剩余时间保留", $"Suspended since {En(pause.From)}; the time left is kept"));
        foreach (var extension in clock.Extensions)
            lines.Add(new("extension", $"{Zh(extension.On)}经各方当事人({string.Join('、', extension.Consents)})同意延长{extension.Days}日", $"Extended by {extension.Days} days on {En(extension.On)} with the consent of {string.Join(", ", extension.Consents)}"));
        if (clock.Unit == TimeUnit.WorkingDays)
        {
            var rest = Enumerable.Range(1, Math.Max(0, last.DayNumber - clock.StartedOn.DayNumber)).Count(offset => !calendar.IsWorkday(clock.StartedOn.AddDays(offset)));
            if (rest > 0) lines.Add(new("restDays", $"其间休息日、节假日{rest}日不计入", $"{rest} rest days passed over"));
        }

        if (clock.DueOn != last)
            lines.Add(new("roll", $"最后一日{Zh(last)}为休息日,顺延至{Zh(clock.DueOn)}", $"The last day, {En(last)}, is a rest day; it moves to {En(clock.DueOn)}"));
        if (clock.Assumed)
        {
            var years = Enumerable.Range(clock.StartedOn.Year, clock.DueOn.Year - clock.StartedOn.Year + 1).Where(year => !calendar.IsPublished(year)).ToList();
            if (years.Count > 0)
                lines.Add(new("calendar.unpublished", $"{string.Join('、', years)}年放假安排尚未公布,暂按周末休息推算", $"The calendar of {string.Join(", ", years)} is not published: weekends only are assumed"));
        }

        lines.Add(new("due", $"至{Zh(clock.DueOn)}届满(当日二十四时)", $"Due on {En(clock.DueOn)}, at the end of the day"));
        lines.Add(new("basis", $"依据:{policy.Basis.Zh}", $"Basis: {policy.Basis.En}"));
        return lines;
    }

    private static string Zh(DateOnly date) => date.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string En(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
