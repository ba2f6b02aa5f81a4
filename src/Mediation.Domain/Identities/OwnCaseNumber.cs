using System.Globalization;
using System.Text.RegularExpressions;

namespace Mediation.Domain.Identities;

/// <summary>The number that a case gets here: <c>county code-year-8 digits</c>, ASCII, gaps allowed.</summary>
/// <param name="County">GB/T 2260 code of the county, six digits.</param>
/// <param name="Year">Year of registration, Asia/Shanghai.</param>
public sealed partial record OwnCaseNumber(string County, int Year, int Serial)
{
    public static string Format(string county, int year, int serial) =>
        string.Create(CultureInfo.InvariantCulture, $"{county}-{year:0000}-{serial:00000000}");

    public static bool TryParse(string? text, out OwnCaseNumber number)
    {
        number = null!;
        if (text is null || text.Length > 100) return false;
        var match = Pattern().Match(Written.Compact(text));
        if (!match.Success) return false;
        number = new(match.Groups["county"].Value,
            int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["serial"].ValueSpan, CultureInfo.InvariantCulture));
        return true;
    }

    public override string ToString() => Format(County, Year, Serial);

    [GeneratedRegex(@"^(?<county>[0-9]{6})-(?<year>[0-9]{4})-(?<serial>[0-9]{8})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
