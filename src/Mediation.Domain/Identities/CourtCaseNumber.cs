using System.Globalization;
using System.Text.RegularExpressions;

namespace Mediation.Domain.Identities;

/// <summary>
/// A court's case number (案号): year, court code (法院代字), type code (类型代字), serial number, by the Supreme
/// People's Court's rules on case numbers. The normal form has full-width brackets: （2026）湘0104诉前调46000号.
/// </summary>
public sealed partial record CourtCaseNumber
{
    private CourtCaseNumber(int year, string courtCode, string typeCode, string serial) =>
        (Year, CourtCode, TypeCode, Serial) = (year, courtCode, typeCode, serial);

    public int Year { get; }

    /// <summary>E.g. 湘0104 (basic court), 湘01 (intermediate court), 湘 (high court).</summary>
    public string CourtCode { get; }

    /// <summary>E.g. 诉前调, 民初, 诉前调确.</summary>
    public string TypeCode { get; }

    /// <summary>Digits as the court wrote them.</summary>
    public string Serial { get; }

    /// <summary>
    /// GB/T 2260 code of the area of a court in Hunan (湘0104 is 430104, 湘01 is 4301, 湘 is 43); null for other
    /// provinces and for the railway courts (湘86…), which have no area of their own.
    /// </summary>
    public string? DivisionCode =>
        CourtCode[0] == '湘' && CourtCode.Length is 1 or 3 or 5 && !CourtCode.StartsWith("湘86", StringComparison.Ordinal)
            ? "43" + CourtCode[1..]
            : null;

    /// <summary>Accepts brackets of both widths, full-width digits and white space within.</summary>
    public static bool TryParse(string? text, out CourtCaseNumber number)
    {
        number = null!;
        if (text is null || text.Length > 100) return false;
        var match = Pattern().Match(Written.Compact(text));
        if (!match.Success) return false;
        number = new(int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture),
            match.Groups["court"].Value, match.Groups["type"].Value, match.Groups["serial"].Value);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"（{Year:0000}）{CourtCode}{TypeCode}{Serial}号");

    // Type codes of four characters exist since 2022 (诉前调确), so the class is wider than the rules' three.
    [GeneratedRegex(@"^\((?<year>[0-9]{4})\)(?<court>最高法|[\u4e00-\u9fa5][0-9]{0,4})(?<type>[\u4e00-\u9fa5]{1,6})(?<serial>[0-9]{1,12})号\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
