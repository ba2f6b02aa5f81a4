using System.Globalization;
using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Reports;

/// <summary>The rows of the month for a spreadsheet, as text or as a workbook, in the order of the JSON; the totals are the last line.</summary>
public static class MonthlyReportCsv
{
    public static IReadOnlyList<(Message Heading, Func<ReportRow, IFormattable?> Value)> Columns { get; } =
    [
        (new("上月结转", "Brought forward"), row => row.BroughtForward), (new("登记", "Registered"), row => row.Registered),
        (new("转入", "Transferred in"), row => row.TransferredIn), (new("重新启动", "Reopened"), row => row.Reopened),
        (new("不予受理", "Not accepted"), row => row.NotAccepted), (new("引导其他途径", "Guided elsewhere"), row => row.Guided),
        (new("转出", "Transferred out"), row => row.TransferredOut), (new("受理", "Accepted"), row => row.Accepted),
        (new("分派", "Referred"), row => row.Referred), (new("调解成功", "Settled"), row => row.Settled),
        (new("部分调成", "Settled in part"), row => row.Partial), (new("调解不成", "Failed"), row => row.Failed),
        (new("撤回", "Withdrawn"), row => row.Withdrawn), (new("其他终结", "Ended otherwise"), row => row.Terminated),
        (new("法院收回", "Recalled"), row => row.Recalled), (new("办结", "Closed"), row => row.Closed), (new("未结", "Pending"), row => row.Pending),
        (new("超期", "Overdue"), row => row.Overdue), (new("督办升级", "Escalations"), row => row.Escalated), (new("重大", "Major"), row => row.Major),
        (new("涉及人数", "Persons"), row => row.Persons), (new("口头协议", "Oral agreements"), row => row.Oral),
        (new("书面协议", "Written agreements"), row => row.Written), (new("司法确认", "Confirmed"), row => row.Confirmed),
        (new("履行完毕", "Performed"), row => row.Performed), (new("转为诉讼", "Became lawsuits"), row => row.FiledLater),
        (new("协议金额(元)", "Amount settled (yuan)"), row => row.AmountSettled), (new("办理天数中位数", "Median days"), row => row.DaysMedian),
        (new("办理天数九成", "90th percentile of days"), row => row.DaysP90),
    ];

    /// <summary>The figures' names in the JSON, in the order of the columns.</summary>
    public static IReadOnlyList<string> FigureNames { get; } = [.. typeof(ReportRow).GetProperties().Where(property => property.Name != nameof(ReportRow.Reconciles)).Skip(2).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    /// <summary>The heading of a figure named as in the JSON.</summary>
    public static string HeadingOf(string figure) => Columns.Zip(FigureNames).First(column => column.Second == figure).First.Heading.In();

    public static bool IsFigure(string name) => FigureNames.Contains(name, StringComparer.Ordinal);

    public static byte[] Of(MonthlyReport.Answer report) => Of(report.Rows, report.Totals);

    public static byte[] Of(IReadOnlyList<ReportRow> rows, ReportRow totals) => CsvText.File(
        [new Message("代码", "Code").In(), new Message("名称", "Name").In(), .. Columns.Select(column => column.Heading.In())],
        rows.Select(Line).Append(Line(totals with { Name = new Message("合计", "Total").In() })));

    /// <summary>Typed cells: the view that was asked for, the month by everything else a sheet each, and one that says what each rate divides by what.</summary>
    public static byte[] Workbook(IReadOnlyList<(string Name, MonthlyReport.Answer Report)> views) => XlsxText.File(
    [
        .. views.Select(view => new XlsxSheet(view.Name, [new Message("代码", "Code").In(), new Message("名称", "Name").In(), .. Columns.Select(column => column.Heading.In())],
            view.Report.Rows.Append(view.Report.Totals with { Name = new Message("合计", "Total").In() }).Select(row => (IEnumerable<object?>)[row.Key, row.Name, .. Columns.Select(column => column.Value(row))]))),
        new XlsxSheet(new Message("口径", "Definitions").In(),
            [new Message("名称与口径", "Rate and definition").In(), new Message("分子", "Numerator").In(), new Message("分母", "Denominator").In(), new Message("数值", "Value").In()],
            views[0].Report.Measures.Select(measure => (IEnumerable<object?>)[measure.Definition, measure.Numerator, measure.Denominator, measure.Value])
                .Concat((views[0].Report.Counts ?? []).SelectMany(count => (count.Parts ?? []).Select(part => (IEnumerable<object?>)[$"{count.Title} · {part.Name}", null, null, part.Value])
                    .Prepend([count.Definition, null, null, count.Value])))),
    ]);

    /// <summary>The rows by mediator or risk, and the time in each light on a sheet of its own.</summary>
    public static byte[] Workbook(JournalReport.Answer told) => XlsxText.File(
    [
        new XlsxSheet(told.Title, [new Message("代码", "Code").In(), new Message("名称", "Name").In(), .. Columns.Select(column => column.Heading.In())],
            told.Rows.Append(told.Totals with { Name = new Message("合计", "Total").In() }).Select(row => (IEnumerable<object?>)[row.Key, row.Name, .. Columns.Select(column => column.Value(row))])),
        new XlsxSheet(CountDefinitions.LightTime.Title.In(), [new Message("灯", "Light").In(), new Message("颜色或时效", "Value").In(), new Message("日数", "Days").In(), new Message("占比", "Share").In()],
            told.Lights.Select(time => (IEnumerable<object?>)[time.Light, time.Value, time.Days, time.Share])),
    ]);

    private static IEnumerable<string?> Line(ReportRow row) =>
        [row.Key, row.Name, .. Columns.Select(column => column.Value(row)?.ToString("0.##", CultureInfo.InvariantCulture))];
}
