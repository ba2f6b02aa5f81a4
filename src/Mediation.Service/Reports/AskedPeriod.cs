using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports;

/// <summary>
/// The month or period in a page's address. One that is none, or has not begun, is said at its field; the page answers 400
/// and shows another meanwhile.
/// </summary>
internal static class AskedPeriod
{
    public static Message NoMonth { get; } = new("月份应写作 2026-10。", "Write the month as 2026-10.");

    public static Message NoPeriod { get; } = new("期间应写作 2026-09、2026-Q3、2026-H1、2026 或 2026-C（上年12月至当年11月）。",
        "Write the period as 2026-09, 2026-Q3, 2026-H1, 2026 or 2026-C (December to November).");

    public static Message NotBegun { get; } = new("该期间尚未开始，请选择已经开始的期间。", "That period has not begun: choose one that has.");

    public static string Month(PageModel page, TimeProvider clock, string? typed, string otherwise)
    {
        if (string.IsNullOrEmpty(typed)) return otherwise;
        if (!MonthlyReport.IsMonth(typed)) return Wrong(page, "month", NoMonth, otherwise);
        return MonthAct.FirstDay(typed) <= ShanghaiTime.DateOf(clock.GetUtcNow()) ? typed : Wrong(page, "month", NotBegun, otherwise);
    }

    public static Period Period(PageModel page, TimeProvider clock, string? typed, Period otherwise)
    {
        if (string.IsNullOrEmpty(typed)) return otherwise;
        if (Domain.Measures.Period.Parse(typed) is not { } period) return Wrong(page, "period", NoPeriod, otherwise);
        return period.First <= ShanghaiTime.DateOf(clock.GetUtcNow()) ? period : Wrong(page, "period", NotBegun, otherwise);
    }

    public static FieldView MonthField(PageModel page, string month, string label) =>
        new("month", Control.Month, label) { Values = [Typed(page, "month", month)] };

    public static FieldView PeriodField(PageModel page, Period period, string label, string hint) =>
        new("period", Control.Line, label) { Hint = hint, MaxLength = 7, Values = [Typed(page, "period", period.ToString())] };

    private static string Typed(PageModel page, string field, string shown) =>
        page.ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0 ? page.Request.Query[field].ToString() : shown;

    private static T Wrong<T>(PageModel page, string field, Message why, T otherwise)
    {
        page.ModelState.AddModelError(field, why.In());
        page.Response.StatusCode = 400;
        return otherwise;
    }
}
