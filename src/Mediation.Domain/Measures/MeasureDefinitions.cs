using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

/// <summary>A named rate: what is counted, over what. All by the month in which it happened; never a cohort.</summary>
/// <param name="Numerator">Tallies that are added up.</param>
/// <param name="Denominator">Tallies that are added up; <see cref="MeasureDefinitions.Found"/> comes from the surveys.</param>
public sealed record MeasureDefinition(string Name, Message Title, Message Text, IReadOnlyList<string> Numerator, IReadOnlyList<string> Denominator);

/// <summary>Every rate of the monthly report. Names and bases differ between sources, so each says its own.</summary>
public static class MeasureDefinitions
{
    public const string Found = "found";
    private static readonly string[] Success = [Tally.Settled, Tally.Partial];

    public static IReadOnlyList<MeasureDefinition> All { get; } =
    [
        new("successRate", new("调解成功率", "Success rate"),
            new("本月调解成功(含部分调成)件数 ÷ 本月受理件数", "Cases settled, wholly or in part, in the month, over cases accepted in the month"), Success, [Tally.Accepted]),
        new("preLitigationSuccessRate", new("诉前调解成功率", "Pre-litigation success rate"),
            new("本月调解成功的法院移送件数 ÷ 本月进入诉前调解的法院移送件数", "Court cases settled, wholly or in part, in the month, over court cases that entered in the month"),
            [Tally.CourtSettled], [Tally.CourtRegistered]),
        new("resolutionRate", new("化解率", "Resolution rate"),
            new("本月调解成功(含部分调成)件数 ÷ 本月排查发现件数", "Cases settled, wholly or in part, in the month, over disputes found by surveys in the month"), Success, [Found]),
        new("closureRate", new("办结率", "Closure rate"),
            new("本月办结件数 ÷ 本月收到件数(登记、转入、重新启动)", "Cases closed in the month over cases that came in (registered, transferred in, reopened)"),
            Tally.Closures, [Tally.Registered, Tally.TransferredIn, Tally.Reopened]),
        new("delegationRate", new("平台委派率", "Delegation rate"),
            new("本月由调解组织接收的法院移送件数 ÷ 本月登记的法院移送件数", "Court cases taken in by a mediation body in the month, over court cases registered in the month"),
            [Tally.CourtAccepted], [Tally.CourtRegistered]),
        new("confirmationRate", new("司法确认率", "Confirmation rate"),
            new("本月裁定确认有效件数 ÷ 本月申请司法确认件数", "Agreements confirmed by a court in the month, over requests for confirmation in the month"),
            [Tally.Confirmed], [Tally.ConfirmationRequested]),
        new("performanceRate", new("协议履行率", "Performance rate"),
            new("本月全部履行的件数 ÷ 本月全部履行与首次违约件数之和", "Cases wholly performed in the month, over those and cases with a first default in the month"),
            [Tally.Performed], [Tally.Performed, Tally.Defaulted]),
        new("onTimeRate", new("按期办结率", "On-time rate"),
            new("本月期限内结束调解的件数 ÷ 本月调解期限终止的件数", "Cases whose mediation ended within its term, over cases whose term ended in the month"),
            [Tally.TermMet], [Tally.TermMet, Tally.TermMissed]),
        new("litigationRate", new("转诉讼率", "Litigation rate"),
            new("本月转为诉讼的件数 ÷ 本月办结件数", "Cases that became a lawsuit in the month, over cases closed in the month"), [Tally.FiledLater], Tally.Closures),
        new("resolvedInVillageRate", new("村级化解率", "Resolved in the village"),
            new("本月由村级组织调解成功的件数 ÷ 本月调解成功件数", "Cases settled by a body of village level, over cases settled, in the month"), [Tally.SettledInVillage], Success),
        new("resolvedInTownshipRate", new("乡级化解率", "Resolved in the township"),
            new("本月由乡级组织调解成功的件数 ÷ 本月调解成功件数", "Cases settled by a body of township level, over cases settled, in the month"), [Tally.SettledInTownship], Success),
        new("repeatVisitRate", new("重复来访率", "Repeat visits"),
            new("本月登记的重复案件(180 日内同一当事人同一类别) ÷ 本月登记件数", "Cases registered in the month with a party and category seen within 180 days, over cases registered"),
            [Tally.Repeat], [Tally.Registered]),
        new("satisfaction", new("满意率", "Satisfaction"),
            new("本月回访评分 4 至 5 分的次数 ÷ 本月有评分的回访次数", "Follow-ups of the month with 4 or 5 marks, over follow-ups with marks"), [Tally.Satisfied], [Tally.Answered]),
    ];
}

/// <summary>A rate as it is printed: counts first, never rounded, with how far it can be trusted.</summary>
/// <param name="Value">Null when there is nothing to divide by.</param>
/// <param name="Interval">95 %; null where the counts are no part of a whole (more closed than came in).</param>
public sealed record Rate(long Numerator, long Denominator, double? Value, (double Low, double High)? Interval)
{
    /// <param name="count">A tally of the month, or what the surveys found.</param>
    public static Rate Of(MeasureDefinition measure, Func<string, long> count) => Of(measure.Numerator.Sum(count), measure.Denominator.Sum(count));

    public static Rate Of(long numerator, long denominator) => denominator == 0
        ? new Rate(numerator, 0, null, null)
        : new Rate(numerator, denominator, (double)numerator / denominator,
            numerator >= 0 && numerator <= denominator ? Wilson.Interval(numerator, denominator) : null);
}

/// <summary>The score interval of E. B. Wilson (1927): it stays within 0 and 1 and holds for small bodies too.</summary>
public static class Wilson
{
    private const double Z95 = 1.959963984540054;

    public static (double Low, double High) Interval(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        double n = denominator, p = numerator / n;
        var middle = p + (Z95 * Z95 / (2 * n));
        var spread = Z95 * Math.Sqrt(((p * (1 - p)) + (Z95 * Z95 / (4 * n))) / n);
        var whole = 1 + (Z95 * Z95 / n);
        return (numerator == 0 ? 0 : (middle - spread) / whole, numerator == denominator ? 1 : (middle + spread) / whole);
    }
}
