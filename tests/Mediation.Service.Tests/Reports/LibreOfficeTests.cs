using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mediation.Service.Platform.Files;
using Microsoft.VisualBasic.FileIO;

namespace Mediation.Service.Tests.Reports;

/// <summary>The month's files opened by the office program that most committees have: the same figures as the API's JSON.</summary>
public sealed class LibreOfficeTests(ReportService host) : IClassFixture<ReportService>, IAsyncLifetime
{
    private const string Month = "/api/v1/reports/monthly/2026-09";
    private readonly string folder = Directory.CreateTempSubdirectory("mediation-office-").FullName;
    private HttpClient client = null!;

    public ValueTask InitializeAsync()
    {
        if (Program is null) Machine.Without("No LibreOffice found: install libreoffice-calc-nogui or set MEDIATION_SOFFICE to its path. "
            + "Without it nothing says that the files open there.");
        client = host.Service.As("supervisor.43");
        return default;
    }

    public ValueTask DisposeAsync()
    {
        client?.Dispose();
        Directory.Delete(folder, recursive: true);
        return default;
    }

    [Fact]
    public async Task Every_sheet_of_the_workbook_shows_the_figures_of_the_api()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "month.xlsx"), await client.GetByteArrayAsync(Month + ".xlsx"));

        // The last option writes every sheet to a file of its own.
        await ConvertAsync("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "month.xlsx");

        var views = new[] { ("", "合计"), ("?by=division", "区划"), ("?by=category", "纠纷类型"), ("?by=channel", "来源"), ("?by=initiation", "启动方式"),
            ("?by=body", "调解组织"), ("?by=court", "法院"), ("?by=track", "调解类型"), ("?by=level", "层级") };
        foreach (var (by, sheet) in views)
            await SameAsync(by, Rows($"month-{sheet}.csv"));
        Assert.Equal(views.Length + 1, Directory.GetFiles(folder, "month-*.csv").Length);
        var definitions = Rows("month-口径.csv");
        var report = await (await client.GetAsync(Month)).JsonAsync();
        var measures = report.GetProperty("measures").EnumerateArray().ToList();
        var counts = report.GetProperty("counts").EnumerateArray()
            .SelectMany(count => (count.TryGetProperty("parts", out var parts) ? parts.EnumerateArray() : []).Prepend(count))
            .Select(count => count.GetProperty("value"))
            .Concat(report.GetProperty("totals").EnumerateObject().Skip(2).Select(column => column.Value)).ToList();
        Assert.Equal(counts.Select(value => value.ValueKind == JsonValueKind.Null ? (decimal?)null : value.GetDecimal()),
            definitions.Skip(1 + measures.Count).Select(row => Number(row[3])));
        Assert.Equal(
            measures.Select(measure => (measure.GetProperty("numerator").GetDecimal(), measure.GetProperty("denominator").GetDecimal())),
            definitions.Skip(1).Take(measures.Count).Select(row => (Number(row[1])!.Value, Number(row[2])!.Value)));
    }

    [Fact]
    public async Task The_csv_file_opens_with_its_chinese_and_its_figures()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "month.csv"), await client.GetByteArrayAsync(Month + ".csv?by=category"));

        // What its dialogue proposes for a file with a BOM: comma, quotes, UTF-8.
        await ConvertAsync("xlsx:Calc MS Excel 2007 XML", "month.csv", "--infilter=Text - txt - csv (StarCalc):44,34,76,1");

        var rows = XlsxText.Read(await File.ReadAllBytesAsync(Path.Combine(folder, "month.xlsx")), 1000);
        Assert.Equal(["代码", "名称", "上月结转"], rows[0].Take(3));
        await SameAsync("?by=category", rows);
    }

    private async Task SameAsync(string by, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var report = await (await client.GetAsync(Month + by)).JsonAsync();
        var expected = report.GetProperty("rows").EnumerateArray().Append(report.GetProperty("totals")).ToList();
        Assert.Equal(expected.Count + 1, rows.Count);
        Assert.Equal(expected.SkipLast(1).Select(row => row.GetProperty("name").GetString()),
            rows.Skip(1).SkipLast(1).Select(cells => cells[1]));
        foreach (var (row, cells) in expected.Zip(rows.Skip(1)))
        {
            var figures = row.EnumerateObject().Skip(2).Select(member =>
                member.Value is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : (decimal?)null).ToList();
            Assert.Equal(figures, Enumerable.Range(2, figures.Count).Select(at => at < cells.Count ? Number(cells[at]) : null));
        }
    }

    private List<string[]> Rows(string file)
    {
        var rows = new List<string[]>();
        using var csv = new TextFieldParser(Path.Combine(folder, file)) { Delimiters = [","] };
        while (csv.ReadFields() is { } cells) rows.Add(cells);
        return rows;
    }

    private static decimal? Number(string cell) =>
        cell.Length == 0 ? null : decimal.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);

    private async Task ConvertAsync(string to, string file, params string[] options)
    {
        var start = new ProcessStartInfo(Program!)
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        // A profile of its own: two of these programs over one profile wait for each other.
        foreach (var argument in (string[])["-env:UserInstallation=" + new Uri(Path.Combine(folder, "profile")).AbsoluteUri, "--headless",
            .. options, "--convert-to", to, file])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', said));
    }

    private static string? Program => Machine.FindSet("MEDIATION_SOFFICE", "soffice");
}
