using System.Text;
using CsvHelper;

namespace Mediation.Service.Courts.Files;

/// <summary>One record of a CSV text; blank lines are no records.</summary>
internal sealed record CsvLine(string[] Cells, bool Malformed);

/// <summary>
/// Records of a CSV text by RFC 4180. A quote that is never closed, or closed by a later line's opening quote, would
/// swallow good rows: such a record is cut at the end of its first line and reading goes on with the next.
/// </summary>
internal static class CsvTable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static CsvTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>By BOM, else UTF-8 where it is valid, else GB18030.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) return Encoding.UTF8.GetString(bytes[3..]);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.GetEncoding("GB18030").GetString(bytes).TrimStart('\uFEFF');
        }
    }

    public static IEnumerable<CsvLine> Read(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            CsvMalformedReason? reason = null;
            var options = new CsvReaderOptions { HasHeader = false, Separator = ',', OnMalformedRecord = record => reason = record.Reason };
            using var reader = CsvReader.Create(rest, options);
            var restart = rest.Length;
            while (reader.Read())
            {
                var lineEnd = reason is null ? -1 : reader.RawRecord.IndexOfAny((byte)'\r', (byte)'\n');
                // A stray quote within one line is text, as people write it.
                if (reason is not null && (lineEnd >= 0 || reason is not CsvMalformedReason.StrayQuote))
                {
                    var length = lineEnd < 0 ? reader.RawRecord.Length : lineEnd;
                    yield return new(Encoding.UTF8.GetString(reader.RawRecord[..length]).Split(','), Malformed: true);
                    restart = (int)reader.ByteOffset + length;
                    break;
                }
                yield return new([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)], Malformed: false);
                reason = null;
            }
            rest = rest[restart..];
        }
    }
}
