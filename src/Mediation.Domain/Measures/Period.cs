using System.Globalization;
using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

public enum PeriodKind { Month, Quarter, HalfYear, Year, CourtYear }

/// <summary>
/// Whole months (Asia/Shanghai) that are reported together. Written 2026-09, 2026-Q3, 2026-H1, 2026 and, for the courts'
/// year, which runs from December to November, 2026-C.
/// </summary>
/// <param name="First">The first day of the first month.</param>
public sealed record Period(PeriodKind Kind, DateOnly First)
{
    public int Months => Kind switch { PeriodKind.Month => 1, PeriodKind.Quarter => 3, PeriodKind.HalfYear => 6, _ => 12 };

    /// <summary>The first day of the last month.</summary>
    public DateOnly LastMonth => First.AddMonths(Months - 1);

    public DateOnly LastDay => First.AddMonths(Months).AddDays(-1);

    public Period Before => this with { First = First.AddMonths(-Months) };

    /// <summary>The same part of an earlier or later year.</summary>
    /// <param name="year">As the period writes it: the year in which a court year ends.</param>
    public Period In(int year) => this with { First = First.AddYears(year - Year) };

    public int Year => Kind == PeriodKind.CourtYear ? First.Year + 1 : First.Year;

    public Message Title => Kind switch
    {
        PeriodKind.Month => new($"{First.Year}年{First.Month}月", ToString()),
        PeriodKind.Quarter => new($"{Year}年第{Quarter}季度", $"Quarter {Quarter} of {Year}"),
        PeriodKind.HalfYear =>
            new($"{Year}年{(First.Month == 1 ? "上" : "下")}半年", $"{(First.Month == 1 ? "First" : "Second")} half of {Year}"),
        PeriodKind.Year => new($"{Year}年", $"{Year}"),
        _ => new($"{Year}司法统计年度（{Year - 1}年12月至{Year}年11月）", $"Court year {Year} (December {Year - 1} to November {Year})"),
    };

    private int Quarter => ((First.Month - 1) / 3) + 1;

    /// <returns>Null where the text is no period between 1949 and 9998.</returns>
    public static Period? Parse(string? text)
    {
        if (text is not { Length: >= 4 } || !int.TryParse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || year is < 1949 or > 9998)
            return null;
        return text[4..] switch
        {
            "" => new Period(PeriodKind.Year, new DateOnly(year, 1, 1)),
            "-C" => new Period(PeriodKind.CourtYear, new DateOnly(year - 1, 12, 1)),
            "-H1" => new Period(PeriodKind.HalfYear, new DateOnly(year, 1, 1)),
            "-H2" => new Period(PeriodKind.HalfYear, new DateOnly(year, 7, 1)),
            ['-', 'Q', >= '1' and <= '4' and var quarter] =>
                new Period(PeriodKind.Quarter, new DateOnly(year, ((quarter - '1') * 3) + 1, 1)),
            ['-', '0', >= '1' and <= '9' and var month] => new Period(PeriodKind.Month, new DateOnly(year, month - '0', 1)),
            ['-', '1', >= '0' and <= '2' and var month] => new Period(PeriodKind.Month, new DateOnly(year, 10 + month - '0', 1)),
            _ => null,
        };
    }

    public override string ToString() => Kind switch
    {
        PeriodKind.Month => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        PeriodKind.Quarter => $"{Year}-Q{Quarter}",
        PeriodKind.HalfYear => $"{Year}-H{(First.Month == 1 ? 1 : 2)}",
        PeriodKind.Year => $"{Year}",
        _ => $"{Year}-C",
    };
}
