using System.IO.Compression;
using System.Text;
using CsvHelper;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Courts;

/// <summary>The court's file and the result file as workbooks.</summary>
public sealed class WorkbookTests(CourtRoom room) : IClassFixture<CourtRoom>
{
    [Fact]
    public async Task The_courts_sample_as_a_workbook_becomes_the_same_cases_and_comes_back_row_by_row()
    {
        await using var own = new CourtRoom();
        await own.InitializeAsync();
        var rows = Table(Encoding.UTF8.GetString(CourtRoom.Sample("court-referrals-2026-10.csv")).TrimStart('\uFEFF'));
        var workbook = XlsxText.File(new XlsxSheet("移送", rows[0], rows.Skip(1)));

        var first = await CourtRoom.ImportAsync(own.HighCourt, workbook);
        var again = await CourtRoom.ImportAsync(own.HighCourt, workbook);
        var asText = await CourtRoom.ImportAsync(own.HighCourt, CourtRoom.Sample("court-referrals-2026-10.csv"));

        Assert.Equal((408, 379, 4, 25), first.Counts());
        Assert.Equal((408, 0, 383, 25), again.Counts());
        Assert.Equal((408, 0, 383, 25), asText.Counts());
        var csv = Table(Encoding.UTF8.GetString(await own.HighCourt.GetByteArrayAsync(
            $"/api/v1/referrals/result.csv?batch={first.Text("batch")}")).TrimStart('\uFEFF'));
        var answer = await own.HighCourt.GetAsync($"/api/v1/referrals/result.xlsx?batch={first.Text("batch")}");
        var xlsx = XlsxText.Read(await answer.Content.ReadAsByteArrayAsync(), 1000);
        Assert.Equal(XlsxText.MediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(csv.Count, xlsx.Count);
        for (var line = 0; line < csv.Count; line++)
            Assert.Equal(csv[line].Select(Unescaped),
                Enumerable.Range(0, csv[line].Length).Select(column => column < xlsx[line].Count ? xlsx[line][column] : ""));
    }

    [Fact]
    public async Task Dates_numbers_shared_strings_and_gaps_are_read_as_a_person_sees_them()
    {
        var number = room.NextNumber();
        var answer = await CourtRoom.ImportAsync(room.Court, FromASpreadsheet(number));

        Assert.True(answer.GetProperty("created").GetInt32() == 1, answer.GetRawText());
        var state = await room.CountAsync("""
            select count(*) from cases where court_case_no = @number and amount = 1234.5 and state::text like '%"receivedOn":"2026-11-20"%'
            """, new { number });
        Assert.Equal(1, state);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("noise")]
    [InlineData("otherArchive")]
    [InlineData("noSheet")]
    public async Task A_broken_workbook_is_refused_and_leaves_no_trace(string how)
    {
        var good = FromASpreadsheet(room.NextNumber());
        byte[] file = how switch
        {
            "cut" => good[..(good.Length / 2)],
            "noise" => [.. "PK\u0003\u0004"u8, .. Enumerable.Range(0, 5000).Select(index => (byte)(index * 31))],
            "otherArchive" => Archive("readme.txt", "nothing"),
            _ => Archive("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        };

        await (await CourtRoom.SendFileAsync(room.Court, file, XlsxText.MediaType)).RefusedAsync(422, "file.unreadable");
    }

    [Fact]
    public async Task Text_that_looks_like_a_formula_stays_text_in_the_workbook()
    {
        var number = room.NextNumber();
        var sent = await CourtRoom.ImportAsync(room.Court, CourtRoom.File(CourtRoom.Row(number, "事实与理由", "=cmd|' /C calc'!A0")));

        await using var stream = new MemoryStream(
            await room.Court.GetByteArrayAsync($"/api/v1/referrals/result.xlsx?batch={sent.Text("batch")}"));
        using var document = SpreadsheetDocument.Open(stream, isEditable: false);
        var cells = document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>().ToList();

        Assert.Contains(cells, cell => cell.InlineString?.InnerText == "=cmd|' /C calc'!A0");
        Assert.DoesNotContain(cells, cell => cell.CellFormula is not null);
    }

    private static string Unescaped(string cell) => cell.StartsWith('\'') && CsvText.Escape(cell[1..]) == cell ? cell[1..] : cell;

    private static List<string[]> Table(string text)
    {
        using var reader = CsvReader.Create(Encoding.UTF8.GetBytes(text), new CsvReaderOptions { HasHeader = false, Separator = ',' });
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }

    /// <summary>As a spreadsheet program writes it: shared strings, a date as a number with a style, a gap where nothing stands.</summary>
    private static byte[] FromASpreadsheet(string number)
    {
        var headings = CourtFileTests.Headings.Split(',');
        var line = Table(Encoding.UTF8.GetString(CourtRoom.File(CourtRoom.Row(number))))[1];
        var words = headings.Concat(line).Distinct(StringComparer.Ordinal).ToList();
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable(
                words.Select(word => new SharedStringItem(new Text(word))));
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()),
                new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true }));
            var part = workbook.AddNewPart<WorksheetPart>();
            part.Worksheet = new Worksheet(new SheetData(new Row(headings.Select((heading, column) => Cell(heading, column, 1))), new Row(),
                new Row(line.Select((word, column) => Cell(word, column, 3)).Where(cell => cell is not null))));
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "移送", SheetId = 1, Id = workbook.GetIdOfPart(part) }));

            Cell Cell(string word, int column, int row)
            {
                var reference = (char)('A' + column) + row.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (row > 1 && word.Length == 0) return null!;
                if (row > 1 && headings[column] == "收到日期")
                    return new Cell { CellReference = reference, StyleIndex = 1, CellValue = new CellValue("46346") };
                if (row > 1 && headings[column] == "标的额(元)")
                    return new Cell { CellReference = reference, CellValue = new CellValue("1234.5") };
                return new Cell
                { CellReference = reference, DataType = CellValues.SharedString, CellValue = new CellValue(words.IndexOf(word)) };
            }
        }

        return stream.ToArray();
    }

    private static byte[] Archive(string name, string content)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(content);
        }

        return stream.ToArray();
    }
}
