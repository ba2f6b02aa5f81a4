using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Platform.Files;

/// <summary>One sheet of a workbook to be written.</summary>
/// <param name="Rows">Cells: text, numbers, dates (<see cref="DateOnly"/>), or null.</param>
public sealed record XlsxSheet(string Name, IEnumerable<string> Headings, IEnumerable<IEnumerable<object?>> Rows);

/// <summary>Workbooks (ECMA-376) in and out: read as the texts that a person sees, written with typed cells and a frozen heading.</summary>
public static partial class XlsxText
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const int MostColumns = 200;
    private const long MostCharacters = 200_000_000;

    private static readonly DateTime Epoch1904 = new(1904, 1, 1);

    /// <summary>A ZIP archive; no text file begins like this.</summary>
    public static bool IsWorkbook(ReadOnlySpan<byte> file) => file.StartsWith("PK\u0003\u0004"u8);

    /// <summary>The first sheet's rows; dates as YYYY-MM-DD, blank rows left out.</summary>
    /// <param name="mostRows">Reading stops behind this row.</param>
    /// <exception cref="ProblemException">422 <c>file.unreadable</c>.</exception>
    public static List<IReadOnlyList<string>> Read(ReadOnlyMemory<byte> file, int mostRows)
    {
        try
        {
            using var stream = new MemoryStream(file.ToArray(), writable: false);
            using var workbook = SpreadsheetDocument.Open(stream, isEditable: false,
                new OpenSettings { MaxCharactersInPart = MostCharacters });
            return Rows(workbook.WorkbookPart ?? throw new InvalidDataException("No workbook."), mostRows);
        }
        catch (Exception broken) when (broken is OpenXmlPackageException or FileFormatException or InvalidDataException or XmlException
            or InvalidOperationException or ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            throw new ProblemException(422, "file.unreadable",
                new("无法读取该 Excel 文件，请另存为 .xlsx 或 CSV 后重新上传。", "The workbook can't be read. Save it again as .xlsx or CSV and send that."));
        }
    }

    private static List<IReadOnlyList<string>> Rows(WorkbookPart workbook, int mostRows)
    {
        var first = workbook.Workbook.Sheets?.Elements<Sheet>().FirstOrDefault()?.Id?.Value ?? throw new InvalidDataException("No sheet.");
        var shared = workbook.SharedStringTablePart?.SharedStringTable.Elements<SharedStringItem>().Select(Plain).ToArray() ?? [];
        var dates = DateStyles(workbook.WorkbookStylesPart?.Stylesheet);
        var since1904 = workbook.Workbook.WorkbookProperties?.Date1904?.Value == true;
        var rows = new List<IReadOnlyList<string>>();
        using var reader = OpenXmlReader.Create(workbook.GetPartById(first));
        while (rows.Count < mostRows && reader.Read())
        {
            if (reader.ElementType != typeof(Row) || !reader.IsStartElement) continue;
            var cells = new List<string>();
            foreach (var cell in ((Row)reader.LoadCurrentElement()!).Elements<Cell>())
            {
                var column = cell.CellReference?.Value is { } reference ? ColumnOf(reference) : cells.Count;
                if (column >= MostColumns) break;
                while (cells.Count < column) cells.Add("");
                cells.Add(Shown(cell, shared, dates, since1904));
            }

            if (cells.Exists(cell => !string.IsNullOrWhiteSpace(cell))) rows.Add(cells);
        }

        return rows;
    }

    private static string Shown(Cell cell, string[] shared, HashSet<uint> dates, bool since1904)
    {
        var text = cell.CellValue?.Text ?? "";
        var kind = cell.DataType?.Value;
        if (kind == CellValues.SharedString) return shared[int.Parse(text, CultureInfo.InvariantCulture)];
        if (kind == CellValues.InlineString) return cell.InlineString is { } inline ? Plain(inline) : "";
        if (kind == CellValues.Boolean || kind == CellValues.String || kind == CellValues.Error || kind == CellValues.Date) return text;
        return text.Length > 0 && dates.Contains(cell.StyleIndex?.Value ?? 0)
            && double.TryParse(text, CultureInfo.InvariantCulture, out var day)
            ? (since1904 ? Epoch1904.AddDays(day) : DateTime.FromOADate(day)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : text;
    }

    /// <summary>Without the phonetic guides that East Asian editions add.</summary>
    private static string Plain(OpenXmlElement item) =>
        string.Concat(item.Elements().Select(part => part switch { Text text => text.Text, Run run => run.Text?.Text ?? "", _ => "" }));

    private static int ColumnOf(string reference) =>
        reference.TakeWhile(char.IsAsciiLetterUpper).Aggregate(0, (column, letter) => checked((column * 26) + letter - 'A' + 1)) - 1;

    private static HashSet<uint> DateStyles(Stylesheet? styles)
    {
        var custom = styles?.NumberingFormats?.Elements<NumberingFormat>()
            .Where(format => DateCode().IsMatch(Quoted().Replace(format.FormatCode?.Value ?? "", "")))
            .Select(format => format.NumberFormatId?.Value ?? 0).ToHashSet() ?? [];
        return [.. (styles?.CellFormats?.Elements<CellFormat>() ?? [])
            .Select((format, index) => (Id: format.NumberFormatId?.Value ?? 0, Index: (uint)index))
            .Where(format => format.Id is (>= 14 and <= 17) or 22 or (>= 27 and <= 31) or 36 or (>= 50 and <= 54) or 57 or 58
                || custom.Contains(format.Id)).Select(format => format.Index)];
    }

    public static byte[] File(params IReadOnlyList<XlsxSheet> sheets)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
            var list = new Sheets();
            foreach (var (sheet, index) in sheets.Select((sheet, index) => (sheet, index)))
            {
                var part = workbook.AddNewPart<WorksheetPart>();
                var data = new SheetData(sheet.Rows.Select(row => new Row(row.Select(Typed)))
                    .Prepend(new Row(sheet.Headings.Select(heading => (OpenXmlElement)Worded(heading, Bold)))));
                var frozen = new SheetView(
                    new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen })
                {
                    WorkbookViewId = 0
                };
                part.Worksheet = new Worksheet(new SheetViews(frozen), data);
                list.Append(new Sheet { Name = sheet.Name, SheetId = (uint)index + 1, Id = workbook.GetIdOfPart(part) });
            }

            workbook.Workbook = new Workbook(new BookViews(new WorkbookView()), list);
        }

        return stream.ToArray();
    }

    private const uint Bold = 1;
    private const uint Date = 2;
    private const uint Quote = 3;

    private static Stylesheet Styles() => new(
        new NumberingFormats(new NumberingFormat { NumberFormatId = 164, FormatCode = "yyyy-mm-dd" }),
        new Fonts(new Font(), new Font(new Bold())),
        new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 })),
        new Borders(new Border()),
        new CellStyleFormats(new CellFormat()),
        new CellFormats(new CellFormat(), new CellFormat { FontId = 1, ApplyFont = true },
            new CellFormat { NumberFormatId = 164, ApplyNumberFormat = true }, new CellFormat { QuotePrefix = true }));

    private static Cell Typed(object? value) => value switch
    {
        null => new Cell(),
        string text => Worded(text, CsvText.Escape(text) == text ? null : Quote),
        DateOnly date => new Cell
        {
            DataType = CellValues.Number,
            StyleIndex = Date,
            CellValue = new CellValue(date.ToDateTime(default).ToOADate().ToString(CultureInfo.InvariantCulture))
        },
        IFormattable number =>
            new Cell { DataType = CellValues.Number, CellValue = new CellValue(number.ToString(null, CultureInfo.InvariantCulture)) },
        _ => throw new ArgumentException($"No cell for {value.GetType().Name}.", nameof(value)),
    };

    /// <summary>Text is never run as a formula here; the quote prefix keeps it so when somebody edits the cell.</summary>
    private static Cell Worded(string text, uint? style)
    {
        var cell = new Cell
        {
            DataType = CellValues.InlineString,
            InlineString = new InlineString(new Text(Written(text)) { Space = SpaceProcessingModeValues.Preserve })
        };
        if (style is { } index) cell.StyleIndex = index;
        return cell;
    }

    /// <summary>XML can't hold control characters.</summary>
    private static string Written(string text) => string.Concat(text.Where(
        letter => letter is '\t' or '\n' or '\r' || (letter >= ' ' && XmlConvert.IsXmlChar(letter)) || char.IsSurrogate(letter)));

    [GeneratedRegex("[yYdD]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateCode();

    [GeneratedRegex("""
        "[^"]*"|\[[^\]]*\]|\\.
        """, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
