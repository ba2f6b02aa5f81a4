using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// The rows of a report for a spreadsheet, as text or as a sheet of a workbook, in the order of the JSON; the totals are the last line.
/// </summary>
public static class ReportFile
{
    private static readonly Message Total = new("合计", "Total");

    private static IEnumerable<string> Headings =>
        [new Message("代码", "Code").In(), new Message("名称", "Name").In(), .. ReportColumns.All.Select(column => column.Heading.In())];

    public static byte[] Csv(IReadOnlyList<ReportRow> rows, ReportRow totals) =>
        CsvText.File(Headings, rows.Append(totals with { Name = Total.In() }).Select(Line));

    public static XlsxSheet Sheet(string name, IReadOnlyList<ReportRow> rows, ReportRow totals) =>
        new(name, Headings, rows.Append(totals with { Name = Total.In() }).Select(Cells));

    /// <summary>What each column counts, what each rate divides by what, and the counts that are no column.</summary>
    public static XlsxSheet Definitions(Report report) => new(new Message("口径", "Definitions").In(),
        [
            new Message("名称与口径", "Rate and definition").In(), new Message("分子", "Numerator").In(), new Message("分母", "Denominator").In(),
            new Message("数值", "Value").In(),
        ],
        report.Measures.Select(measure => (IEnumerable<object?>)[measure.Definition, measure.Numerator, measure.Denominator, measure.Value])
            .Concat((report.Counts ?? []).SelectMany(Parts))
            .Concat(ReportColumns.All.Select(column => (IEnumerable<object?>)[HowOf(column), null, null, Cell(report.Totals, column)])));

    /// <summary>A column as its definition is printed.</summary>
    public static string HowOf(ReportColumn column) =>
        new Message($"{column.Heading.Zh}：{column.How.Zh}。", $"{column.Heading.En}: {column.How.En}.").In();

    private static IEnumerable<IEnumerable<object?>> Parts(ReportCount count) =>
        (count.Parts ?? []).Select(part => (IEnumerable<object?>)[$"{count.Title} · {part.Name}", null, null, part.Value])
            .Prepend([count.Definition, null, null, count.Value]);

    private static IEnumerable<object?> Cells(ReportRow row) =>
        [row.Key, row.Name, .. ReportColumns.All.Select(column => Cell(row, column))];

    private static object? Cell(ReportRow row, ReportColumn column) =>
        column.IsCountedIn(row.Month) ? row[column] : ReportRow.NotCounted.In();

    private static IEnumerable<string?> Line(ReportRow row) =>
        Cells(row).Select(cell => cell is decimal figure ? figure.ToString("0.##", CultureInfo.InvariantCulture) : (string?)cell);
}
