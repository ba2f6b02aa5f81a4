namespace Mediation.Domain.Measures;

/// <summary>One column of the report's rows.</summary>
/// <param name="Name">In JSON, in addresses and in figures of a former system.</param>
/// <param name="How">What is counted, by which day, and what is left out.</param>
/// <param name="Measures">The tallies that it is made of; added up, unless <paramref name="Made"/> says how.</param>
/// <param name="OneByOne">
/// Things that happen one by one, so that it can be said whether a change is more than chance; days, yuan, persons and
/// what is carried over do not.
/// </param>
/// <param name="Since">The version of this list that brought it; 1 is the first.</param>
public sealed record ReportColumn(
    string Name, Message Heading, Message How, IReadOnlyList<string> Measures, bool OneByOne = true, int Since = 1,
    Func<IReadOnlyDictionary<(string Measure, int Part), decimal>, decimal?>? Made = null)
{
    /// <summary>The first month in which all that it is made of is counted; null: since the first event.</summary>
    public DateOnly? FirstMonth { get; init; } = First(Measures);

    /// <summary>Before its first month it is "not counted then", never 0.</summary>
    public bool IsCountedIn(DateOnly month) => FirstMonth is not { } first || month >= first;

    /// <returns>Null where there is no value, e.g. no median without cases.</returns>
    public decimal? Of(IReadOnlyDictionary<(string Measure, int Part), decimal> tallies) =>
        Made is not null ? Made(tallies) : Measures.Sum(measure => Tally.CountOf(tallies, measure));

    private static DateOnly? First(IEnumerable<string> measures)
    {
        var months = measures.Where(Tally.FirstMonths.ContainsKey).Select(measure => Tally.FirstMonths[measure]).ToList();
        return months.Count == 0 ? null : months.Max();
    }
}

/// <summary>
/// The columns of the monthly return, in their order: JSON, CSV, workbook, pages, comparisons and links all read this list.
/// </summary>
public static class ReportColumns
{
    public static ReportColumn BroughtForward { get; } = new("broughtForward", new("上月结转", "Brought forward"),
        new("期初未结的案件；以期初之日计", "Cases open when the period began"), [Tally.BroughtForward], OneByOne: false);

    public static ReportColumn Registered { get; } = new(Tally.Registered, new("登记", "Registered"),
        new("登记的案件；以登记日计", "Cases registered, by the day of registration"), [Tally.Registered]);

    public static ReportColumn Accepted { get; } = new(Tally.Accepted, new("受理", "Accepted"),
        new("调解组织首次受理的案件；以受理日计，再次受理不重复计", "Cases first taken in by a mediation body, by that day; being taken in again is left out"),
        [Tally.Accepted]);

    public static ReportColumn Settled { get; } = Closure(Tally.Settled, new("调解成功", "Settled"));
    public static ReportColumn Partial { get; } = Closure(Tally.Partial, new("部分调成", "Settled in part"));

    public static ReportColumn Closed { get; } = new("closed", new("办结", "Closed"),
        new("前六种结果之和；以办结日计，不计不予受理和引导其他途径的",
            "The six outcomes before it together, by the day of closing; not accepted and guided elsewhere are left out"), Tally.Closures);

    public static ReportColumn Pending { get; } = new("pending", new("未结", "Pending"),
        new("期末未结的案件", "Cases open when the period ended"), [Tally.BroughtForward, Tally.Stock], OneByOne: false);

    public static IReadOnlyList<ReportColumn> All { get; } =
    [
        BroughtForward,
        Registered,
        new(Tally.TransferredIn, new("转入", "Transferred in"), new("由范围外移入的未结案件；以移入日计", "Open cases that came from outside, by the day"),
            [Tally.TransferredIn], OneByOne: false),
        new(Tally.Reopened, new("重新启动", "Reopened"), new("办结后重新启动的案件；以启动日计", "Closed cases taken up again, by the day"), [Tally.Reopened]),
        new(Tally.NotAccepted, new("不予受理", "Not accepted"),
            new("决定不予受理的案件；以决定日计", "Cases not accepted, by the day of the decision"), [Tally.NotAccepted]),
        new(Tally.Guided, new("引导其他途径", "Guided elsewhere"),
            new("引导至其他途径的案件；以引导日计", "Cases guided to another way, by the day"), [Tally.Guided]),
        new(Tally.TransferredOut, new("转出", "Transferred out"), new("移出范围的未结案件；以移出日计", "Open cases that went outside, by the day"),
            [Tally.TransferredOut], OneByOne: false),
        Accepted,
        new(Tally.Referred, new("分派", "Referred"), new("分派给调解组织的次数；以分派日计", "Referrals to a body, by the day"), [Tally.Referred]),
        Settled,
        Partial,
        Closure(Tally.Failed, new("调解不成", "Failed")),
        Closure(Tally.Withdrawn, new("撤回", "Withdrawn")),
        Closure(Tally.Terminated, new("其他终结", "Ended otherwise")),
        Closure(Tally.Recalled, new("法院收回", "Recalled")),
        Closed,
        Pending,
        new(Tally.Overdue, new("超期", "Overdue"), new("期间内开始超期的案件；以超期日计，同一案件多项期限超期只计一次",
            "Cases that became overdue, by the day; a second clock of a case that is overdue already is left out"), [Tally.Overdue]),
        new(Tally.Escalated, new("督办升级", "Escalations"),
            new("督办阶梯各步执行次数；以执行日计", "Steps of the ladders that were taken, by the day"), [Tally.Escalated]),
        new(Tally.Major, new("重大", "Major"),
            new("登记时为重大的案件；以登记日计", "Cases that were major when registered, by the day of registration"), [Tally.Major]),
        new(Tally.Persons, new("涉及人数", "Persons"), new("登记案件涉及人数，未填的计当事人数；以登记日计",
            "Persons involved in the cases registered, else their parties, by the day of registration"), [Tally.Persons], OneByOne: false),
        new(Tally.Oral, new("口头协议", "Oral agreements"), new("口头协议；以达成日计", "Oral agreements, by the day"), [Tally.Oral]),
        new(Tally.Written, new("书面协议", "Written agreements"),
            new("书面协议；以签订日计", "Written agreements, by the day of signing"), [Tally.Written]),
        new(Tally.Confirmed, new("司法确认", "Confirmed"), new("裁定确认有效的协议；以裁定日计", "Agreements confirmed by a court, by the day of the ruling"),
            [Tally.Confirmed]),
        new(Tally.Performed, new("履行完毕", "Performed"),
            new("全部条款履行完毕的案件；以最后一项履行日计", "Cases whose agreement was performed to its last term, by that day"), [Tally.Performed]),
        new(Tally.FiledLater, new("转为诉讼", "Became lawsuits"),
            new("转为诉讼的案件；以首次立案日计", "Cases that became a lawsuit, by the day of the first filing"), [Tally.FiledLater]),
        new(Tally.AmountSettled, new("协议金额(元)", "Amount settled (yuan)"),
            new("协议约定给付金额之和；以签订日计，不计无金额的条款", "Yuan that agreements promise, by the day of signing; terms without an amount are left out"),
            [Tally.AmountSettled], OneByOne: false, Made: tallies => tallies.GetValueOrDefault((Tally.AmountSettled, 0))),
        new("daysMedian", new("办理天数中位数", "Median days"),
            new("期间内办结的案件由受理到办结的天数，居中者", "Days from acceptance to closure of the cases closed in the period: the middle one"),
            [Tally.Days], OneByOne: false, Made: tallies => Days(tallies).Median),
        new("daysP90", new("办理天数九成", "90th percentile of days"),
            new("期间内办结的案件中，九成在此天数内办结", "Days within which nine of ten of the cases closed in the period were closed"),
            [Tally.Days], OneByOne: false, Made: tallies => Days(tallies).P90),
    ];

    private static readonly Dictionary<string, ReportColumn> ByName = All.ToDictionary(column => column.Name, StringComparer.Ordinal);

    /// <returns>Null where no column has that name.</returns>
    public static ReportColumn? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The heading of a figure; its name where an earlier version counted it and this one does not.</summary>
    public static Message HeadingOf(string name) => Find(name)?.Heading ?? new Message(name, name);

    private static ReportColumn Closure(string outcome, Message heading) => new(outcome, heading,
        new($"以“{heading.Zh}”办结的案件；以办结日计",
            $"Cases closed as {char.ToLowerInvariant(heading.En[0])}{heading.En[1..]}, by the day of closing"), [outcome]);

    private static DayCounts Days(IReadOnlyDictionary<(string Measure, int Part), decimal> tallies) =>
        new(Tally.PartsOf(tallies, Tally.Days).Select(part => KeyValuePair.Create(part.Key, (long)part.Value)));
}
