using System.Globalization;
using System.Text;

namespace Mediation.Service.Shared;

/// <summary>Dates and times in any form that people write them in; the day comes after the month unless the month is a word.</summary>
public static class TypedDates
{
    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日", "d MMMM yyyy", "d MMM yyyy",
        "MMMM d, yyyy", "MMM d, yyyy"];
    private static readonly string[] Times = ["H:mm", "H:mm:ss", "H时", "H点", "H时m分", "H点m分"];
    private static readonly string[] Moments = [
        .. from date in Dates
           from time in Times
           from between in new[] { " ", "'T'", "" }
           where between != "" || date.EndsWith('日')
           select date + between + time];

    public static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(Plain(text), Dates, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var date)
            ? date : null;

    /// <summary>As the clock on the wall shows it.</summary>
    public static DateTime? Moment(string text) =>
        DateTime.TryParseExact(Plain(text), Moments, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var at) ? at : null;

    /// <summary>Full-width digits and signs as Chinese input writes them.</summary>
    private static string Plain(string text) => text.Trim().Normalize(NormalizationForm.FormKC);
}
