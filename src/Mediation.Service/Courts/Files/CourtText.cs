using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mediation.Domain.Identities;

namespace Mediation.Service.Courts.Files;

/// <summary>Cells of a court's file in their normal forms.</summary>
internal static partial class CourtText
{
    /// <summary>Free text: trimmed, composed (NFC), line ends as LF.</summary>
    public static string Text(string text)
    {
        var lines = text.Trim().Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return IsWellFormed(lines) ? lines.Normalize(NormalizationForm.FormC) : lines;
    }

    /// <summary>
    /// Characters that no name or statement holds: control characters, bytes that could not be read, text direction switches.
    /// </summary>
    public static bool HasUnreadable(string text, bool severalLines)
    {
        foreach (var character in text.AsSpan().Trim())
        {
            if (char.IsControl(character) && !(severalLines && (character is '\n' or '\r' or '\t'))) return true;
            // U+202A..U+202E and U+2066..U+2069 can make a name look like another one.
            if (character is '\uFFFD' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069') return true;
        }
        return !IsWellFormed(text);
    }

    /// <summary>2026-10-09, 2026/10/9, 2026年10月9日, 20261009.</summary>
    public static bool TryDate(string text, out DateOnly date)
    {
        var match = DatePattern().Match(Written.Compact(text));
        return DateOnly.TryParseExact(
            match.Success
                ? $"{match.Groups["y"].Value}-{match.Groups["m"].Value.PadLeft(2, '0')}-{match.Groups["d"].Value.PadLeft(2, '0')}" : "",
            "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    /// <summary>Yuan with at most two decimals and 14 digits before them; thousands separators only where they belong.</summary>
    public static bool TryAmount(string text, out decimal amount)
    {
        amount = 0;
        var compact = Written.Compact(text);
        return AmountPattern().IsMatch(compact)
            && decimal.TryParse(compact.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out amount)
            && amount < 100_000_000_000_000m;
    }

    /// <summary>True for names that only organisations have; a person's name is shorter than four characters as a rule.</summary>
    public static bool IsOrganisationName(string name) => name.Length >= 4 && OrganisationPattern().IsMatch(name);

    private static bool IsWellFormed(string text)
    {
        for (var position = 0; position < text.Length; position++)
        {
            if (!char.IsSurrogate(text[position])) continue;
            if (position + 1 >= text.Length || !char.IsSurrogatePair(text[position], text[position + 1])) return false;
            position++;
        }
        return true;
    }

    [GeneratedRegex(@"^(?<y>[0-9]{4})(-(?<m>[0-9]{1,2})-(?<d>[0-9]{1,2})|/(?<m>[0-9]{1,2})/(?<d>[0-9]{1,2})"
        + @"|年(?<m>[0-9]{1,2})月(?<d>[0-9]{1,2})日|(?<m>[0-9]{2})(?<d>[0-9]{2}))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"^([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3}){1,6})(\.[0-9]{1,2})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AmountPattern();

    [GeneratedRegex(@"(公司|分行|支行|银行|厂|店|社|所|局|院|中心|委员会|居委会|村委会|业委会|学校|大学|中学|小学|幼儿园|医院|诊所|部|站|馆|集团|协会|学会|基金会|政府|街道办|办事处|联盟|企业"
        + @"|合伙|场|行|队|组)(\(.*\)|（.*）)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OrganisationPattern();
}
