using System.Text.RegularExpressions;
using CsvHelper;

namespace Mediation.Service.Platform.Files;

/// <summary>
/// CSV for every export: UTF-8 with BOM (without it LibreOffice reads the text as Latin-1), CRLF, and no cell that a
/// spreadsheet would run as a formula.
/// </summary>
public static partial class CsvText
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\r\n", WriteByteOrderMark = true };

    /// <summary>The text with a leading apostrophe where a spreadsheet would take it for a formula; plain numbers stay numbers.</summary>
    public static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        // Excel also runs the full-width twins in East Asian settings.
        var risky = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
        return risky && !PlainNumber().IsMatch(text) ? "'" + text : text;
    }

    public static byte[] File(IEnumerable<string> headings, IEnumerable<IEnumerable<string?>> rows)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, Options, leaveOpen: true))
        {
            foreach (var row in rows.Prepend(headings)) csv.WriteRecord([.. row.Select(Escape)]);
        }
        return stream.ToArray();
    }

    [GeneratedRegex(@"^-[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainNumber();
}
