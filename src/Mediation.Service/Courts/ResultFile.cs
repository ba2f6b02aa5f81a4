using System.Globalization;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;

namespace Mediation.Service.Courts;

/// <summary>A row of a court's batch as it came, and what became of it; texts in the language of the court's file.</summary>
/// <param name="Cells">The original cells in their order.</param>
/// <param name="ClosedOn">Date in Asia/Shanghai.</param>
public sealed record ResultRow(
    IReadOnlyList<string> Cells, string? CaseNo, string? Import, string? Reason, string? Stage, string? Status,
    string? Outcome, DateOnly? ClosedOn, string? Body, string? AgreementForm, string? Confirmation);

/// <summary>The file that a court with a closed network takes back: its own rows, with the outcome behind them.</summary>
public static class ResultFile
{
    public static readonly IReadOnlyList<string> OutcomeHeadings =
        ["调解案号", "导入结果", "原因", "阶段", "状态", "结果", "结案日期", "调解组织", "协议形式", "司法确认"];

    public static byte[] Csv(IReadOnlyList<string> headings, IEnumerable<ResultRow> rows) =>
        CsvText.File([.. headings, .. OutcomeHeadings], rows.Select(row => Cells(headings.Count, row)));

    public static byte[] Xlsx(IReadOnlyList<string> headings, IEnumerable<ResultRow> rows) =>
        XlsxText.File(new XlsxSheet("回传", [.. headings, .. OutcomeHeadings], rows.Select(row => Cells(headings.Count, row))));

    /// <summary>One line; a ragged original row is filled up or cut, so that the outcome stands under its heading.</summary>
    public static IEnumerable<string?> Cells(int originalColumns, ResultRow row) =>
    [
        .. row.Cells.Take(originalColumns), .. Enumerable.Repeat("", Math.Max(0, originalColumns - row.Cells.Count)),
        row.CaseNo, row.Import, row.Reason, row.Stage, row.Status, row.Outcome,
        row.ClosedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row.Body, row.AgreementForm, row.Confirmation,
    ];
}
