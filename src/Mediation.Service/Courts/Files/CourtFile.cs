using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;

namespace Mediation.Service.Courts.Files;

/// <summary>
/// Reads a court's batch file: no database, no clock. A workbook that is none is refused; nothing else in the file
/// makes it throw. A bad row never stops a good one.
/// </summary>
public static class CourtFile
{
    public static CourtFileResult Read(ReadOnlyMemory<byte> file, CourtFileContext context) =>
        XlsxText.IsWorkbook(file.Span)
            ? Read(XlsxText.Read(file, context.MaxRows + 2), context) : Read(CsvTable.Read(CsvTable.Decode(file.Span)), context);

    /// <summary>The same for a table that another format held: headings first, then the data rows.</summary>
    public static CourtFileResult Read(IEnumerable<IReadOnlyList<string>> table, CourtFileContext context) =>
        Read(table.Select(cells => new CsvLine([.. cells], Malformed: false)), context);

    private static CourtFileResult Read(IEnumerable<CsvLine> table, CourtFileContext context)
    {
        // One row more than allowed is enough to know; a blank tail is what spreadsheets leave behind.
        var lines = table.Take(context.MaxRows + 2).ToList();
        while (lines.Count > 1 && lines[^1].Cells.All(string.IsNullOrWhiteSpace)) lines.RemoveAt(lines.Count - 1);
        var headings = lines.Count == 0 ? [] : lines[0].Cells;
        if (CourtFileColumns.Find(headings, out var columns) is { } refusal) return new(headings, [], refusal);
        if (lines.Count - 1 > context.MaxRows)
            return new(headings, [], new("file.tooManyRows", new(
                $"文件超过 {context.MaxRows} 行。请拆分后分别上传。",
                $"The file has more than {context.MaxRows} rows. Split it and upload the parts.")));

        var rows = new List<CourtFileRow>(lines.Count);
        var firsts = new Dictionary<string, CourtFileRow>(StringComparer.Ordinal);
        for (var index = 1; index < lines.Count; index++)
        {
            var row = Place(CourtRowReader.Read(index, lines[index], columns, context), firsts);
            rows.Add(row);
        }
        return new(headings, rows, null);
    }

    private static CourtFileRow Place(CourtFileRow row, Dictionary<string, CourtFileRow> firsts)
    {
        if (row.Draft is null) return row;
        row = row with { ContentHash = row.Draft.ContentHash() };
        if (firsts.TryAdd(row.Draft.CourtCaseNo, row)) return row;
        var first = firsts[row.Draft.CourtCaseNo];
        return row with
        {
            FirstRow = first.Row,
            Occurrence = row.ContentHash.AsSpan().SequenceEqual(first.ContentHash) ? FileOccurrence.Repeat : FileOccurrence.Conflict,
        };
    }
}
