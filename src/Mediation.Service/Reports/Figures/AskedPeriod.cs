using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// The month (YYYY-MM, Asia/Shanghai) or period in an address. The API answers 400 for one that is none or has not begun; a page
/// says it at its field, answers 400 and shows another meanwhile.
/// </summary>
internal static class AskedPeriod
{
    public static Message NoMonth { get; } = new("月份应写作 2026-10。", "Write the month as 2026-10.");

    public static Message NoPeriod { get; } = new("期间应写作 2026-09、2026-Q3、2026-H1、2026 或 2026-C（上年12月至当年11月）。",
        "Write the period as 2026-09, 2026-Q3, 2026-H1, 2026 or 2026-C (December to November).");

    public static Message NotBegun { get; } = new("该期间尚未开始，请选择已经开始的期间。", "That period has not begun: choose one that has.");

    public static bool IsMonth(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            && month.Year is >= 1949 and < 9999;

    public static DateOnly FirstDay(string month) => DateOnly.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture);

    public static Period MonthOf(DateOnly firstDay) => new(PeriodKind.Month, firstDay);

    /// <summary>The month of today, as an address has it.</summary>
    public static string ThisMonth(TimeProvider clock) =>
        ShanghaiTime.DateOf(clock.GetUtcNow()).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <exception cref="ProblemException">400 for a month that has not begun.</exception>
    public static DateOnly BegunMonth(string month, TimeProvider clock) =>
        FirstDay(month) is var first && first <= ShanghaiTime.DateOf(clock.GetUtcNow())
            ? first : throw ProblemException.Invalid("month", NotBegun);

    /// <exception cref="ProblemException">
    /// 400 for a period that has not begun: nothing is known of it, not even what will be brought forward.
    /// </exception>
    public static Period Begun(string period, TimeProvider clock) =>
        Domain.Measures.Period.Parse(period) is { } asked && asked.First <= ShanghaiTime.DateOf(clock.GetUtcNow()) ? asked
            : throw ProblemException.Invalid("period", NotBegun);

    /// <summary>Checks the right to read reports, the month and, with what was asked for before, the whole query.</summary>
    public static (string? Division, string? Body) OfMonth(string month, HttpContext http, QueryParameters query)
    {
        Check(http);
        var place = (query.Text("division", 12), query.Text("body"));
        if (!IsMonth(month)) query.Wrong("month", NoMonth);
        query.Check();
        return place;
    }

    /// <summary>The same for a period.</summary>
    public static (string? Division, string? Body) OfPeriod(string period, HttpContext http, QueryParameters query)
    {
        Check(http);
        var place = (query.Text("division", 12), query.Text("body"));
        if (Domain.Measures.Period.Parse(period) is null) query.Wrong("period", NoPeriod);
        query.Check();
        return place;
    }

    /// <summary>The same for what speaks of a place: no body is asked for.</summary>
    public static string? DivisionOfMonth(string month, HttpContext http)
    {
        Check(http);
        var query = new QueryParameters(http.Request);
        var division = query.Text("division", 12);
        if (!IsMonth(month)) query.Wrong("month", NoMonth);
        query.Check();
        return division;
    }

    /// <summary>A year to compare with, from the query; null unless given.</summary>
    public static int? BaseYear(QueryParameters query)
    {
        if (query.Text("baseYear", 4) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1949 and < 9999) return year;
        query.Wrong("baseYear", new("年份应写作 2019。", "Write the year as 2019."));
        return null;
    }

    /// <summary>Whose figures, for the API's document where they are no members of the request.</summary>
    public static object[] Parameters =>
    [
        new QueryOf("division", typeof(string), "Whose return; the caller's own by default."),
        new QueryOf("body", typeof(string), "Whose return, for a body."),
    ];

    public static QueryOf RowsParameter => new("by", typeof(ReportBy), "What the rows stand for; without it one row.");

    public static string Month(PageModel page, TimeProvider clock, string? typed, string otherwise)
    {
        if (string.IsNullOrEmpty(typed)) return otherwise;
        if (!IsMonth(typed)) return Wrong(page, "month", NoMonth, otherwise);
        return FirstDay(typed) <= ShanghaiTime.DateOf(clock.GetUtcNow()) ? typed : Wrong(page, "month", NotBegun, otherwise);
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

    private static void Check(HttpContext http)
    {
        if (!Permissions.Has(http.RequestServices.GetRequiredService<CurrentCaller>().Value.Role, Permission.ReadReports))
            throw ProblemException.Forbidden();
    }

    private static string Typed(PageModel page, string field, string shown) =>
        page.ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0 ? page.Request.Query[field].ToString() : shown;

    private static T Wrong<T>(PageModel page, string field, Message why, T otherwise)
    {
        page.ModelState.AddModelError(field, why.In());
        page.Response.StatusCode = 400;
        return otherwise;
    }
}
