using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Measures;

/// <summary>A named rate: what is counted, over what. All by the month in which it happened; never a cohort.</summary>
/// <param name="Basis">The day by which it is counted, and what is left out.</param>
/// <param name="Numerator">Tallies that are added up.</param>
/// <param name="Denominator">Tallies that are added up; <see cref="MeasureDefinitions.Found"/> comes from the surveys.</param>
public sealed record MeasureDefinition(
    string Name, Message Title, Message Text, Message Basis, IReadOnlyList<string> Numerator, IReadOnlyList<string> Denominator)
{
    /// <summary>As it is printed: title, what over what, base date and what is left out.</summary>
    public Message Whole => new($"{Title.Zh}：{Text.Zh}。{Basis.Zh}。", $"{Title.En}: {Text.En}. {Basis.En}.");
}

/// <summary>Every rate of the monthly report. Names and bases differ between sources, so each says its own.</summary>
public static class MeasureDefinitions
{
    public const string Found = "found";
    private static readonly string[] Success = [Tally.Settled, Tally.Partial];

    public static MeasureDefinition SuccessRate { get; } = new("successRate", new("调解成功率", "Success rate"),
        new("本月调解成功(含部分调成)件数 ÷ 本月受理件数", "Cases settled, wholly or in part, in the month, over cases accepted in the month"),
        new("分别以办结日、受理日计；不计不予受理和引导其他途径的案件", "By the day of closing and of acceptance; cases not accepted or guided elsewhere are left out"),
        Success, [Tally.Accepted]);

    public static IReadOnlyList<MeasureDefinition> All { get; } =
    [
        SuccessRate,
        new("preLitigationSuccessRate", new("诉前调解成功率", "Pre-litigation success rate"),
            new("本月调解成功的法院移送件数 ÷ 本月进入诉前调解的法院移送件数",
                "Court cases settled, wholly or in part, in the month, over court cases that entered in the month"),
            new("分别以办结日、登记日计；不计非法院移送的案件", "By the day of closing and of registration; cases that no court sent are left out"),
            [Tally.CourtSettled], [Tally.CourtRegistered]),
        new("resolutionRate", new("化解率", "Resolution rate"),
            new("本月调解成功(含部分调成)件数 ÷ 本月排查发现件数",
                "Cases settled, wholly or in part, in the month, over disputes found by surveys in the month"),
            new("分别以办结日、排查日计；当事人自行申请的案件计入分子，不计入分母",
                "By the day of closing and of the survey; cases that parties brought themselves count above, not below"), Success, [Found]),
        new("closureRate", new("办结率", "Closure rate"),
            new("本月办结件数 ÷ 本月收到件数(登记、转入、重新启动)", "Cases closed in the month over cases that came in (registered, transferred in, reopened)"),
            new("分别以办结日、收到日计；上月结转不计入分母，不予受理和引导其他途径不计入分子", "By the day of closing and of coming in; what was brought forward is left out "
                + "below, what was not accepted or guided elsewhere above"),
            Tally.Closures, [Tally.Registered, Tally.TransferredIn, Tally.Reopened]),
        new("delegationRate", new("平台委派率", "Delegation rate"),
            new("本月由调解组织接收的法院移送件数 ÷ 本月登记的法院移送件数",
                "Court cases taken in by a mediation body in the month, over court cases registered in the month"),
            new("分别以首次接收日、登记日计；再次接收不重复计", "By the day of first being taken in and of registration; being taken in again is left out"),
            [Tally.CourtAccepted], [Tally.CourtRegistered]),
        new("confirmationRate", new("司法确认率", "Confirmation rate"),
            new("本月裁定确认有效件数 ÷ 本月申请司法确认件数", "Agreements confirmed by a court in the month, over requests for confirmation in the month"),
            new("分别以裁定日、申请日计；不计未申请确认的协议", "By the day of the ruling and of the request; agreements for which none was made are left out"),
            [Tally.Confirmed], [Tally.ConfirmationRequested]),
        new("performanceRate", new("协议履行率", "Performance rate"),
            new("本月全部履行的件数 ÷ 本月全部履行与首次违约件数之和",
                "Cases wholly performed in the month, over those and cases with a first default in the month"),
            new("以履行完毕日、违约日计；不计尚未到期的协议", "By the day of full performance and of default; agreements not yet due are left out"),
            [Tally.Performed], [Tally.Performed, Tally.Defaulted]),
        new("onTimeRate", new("按期办结率", "On-time rate"),
            new("本月期限内结束调解的件数 ÷ 本月调解期限终止的件数", "Cases whose mediation ended within its term, over cases whose term ended in the month"),
            Ended, [Tally.TermMet], [Tally.TermMet, Tally.TermMissed]),
        new("litigationRate", new("转诉讼率", "Litigation rate"),
            new("本月转为诉讼的件数 ÷ 本月办结件数", "Cases that became a lawsuit in the month, over cases closed in the month"),
            new("分别以立案日、办结日计；不计不予受理和引导其他途径的案件", "By the day of filing and of closing; cases not accepted or guided elsewhere are left out"),
            [Tally.FiledLater], Tally.Closures),
        new("resolvedInVillageRate", new("村级化解率", "Resolved in the village"),
            new("本月由村级组织调解成功的件数 ÷ 本月调解成功件数", "Cases settled by a body of village level, over cases settled, in the month"), Level,
            [Tally.SettledInVillage], Success),
        new("resolvedInTownshipRate", new("乡级化解率", "Resolved in the township"),
            new("本月由乡级组织调解成功的件数 ÷ 本月调解成功件数", "Cases settled by a body of township level, over cases settled, in the month"), Level,
            [Tally.SettledInTownship], Success),
        new("repeatVisitRate", new("重复来访率", "Repeat visits"),
            new("本月登记的重复案件(180 日内同一当事人同一类别) ÷ 本月登记件数",
                "Cases registered in the month with a party and category seen within 180 days, over cases registered"),
            new("以登记日计；不计无法识别当事人的重复", "By the day of registration; repeats whose party cannot be recognised are left out"),
            [Tally.Repeat], [Tally.Registered]),
        new("satisfaction", new("满意率", "Satisfaction"),
            new("本月回访评分 4 至 5 分的次数 ÷ 本月有评分的回访次数", "Follow-ups of the month with 4 or 5 marks, over follow-ups with marks"),
            new("以回访日计；不计没有评分的回访", "By the day of the follow-up; follow-ups without marks are left out"),
            [Tally.Satisfied], [Tally.Answered]),
        new("responseRate", new("回访评分回收率", "Response rate"),
            new("本月有评分的回访次数 ÷ 本月回访次数", "Follow-ups of the month with marks, over all follow-ups of the month"),
            new("以回访日计；不计尚未回访的案件", "By the day of the follow-up; cases not yet followed up are left out"),
            [Tally.Answered], [Tally.FollowedUp]),
        new("resolvedInCountyRate", new("县级化解率", "Resolved in the county"),
            new("本月由县级组织调解成功的件数 ÷ 本月调解成功件数", "Cases settled by a body of county level, over cases settled, in the month"), Level,
            [Tally.SettledInCounty], Success),
        OnTime(ClockName.Intake, new("受理审查", "Intake")),
        OnTime(ClockName.ReferralAnswer, new("答复分派", "Answer to a referral")),
        OnTime(ClockName.FirstSession, new("首次调解", "First session")),
        OnTime(ClockName.TransferAnswer, new("答复移送", "Answer to a transfer")),
        OnTime(ClockName.WhistleAnswer, new("部门回应", "Answer to a whistle")),
        OnTime(ClockName.LetterReply, new("督办回复", "Reply to a letter")),
        OnTime(ClockName.ReturnToCourt, new("退回法院材料", "Return to the court")),
        OnTime(ClockName.Performance, new("协议条款履行", "Performance of a term")),
        OnTime(ClockName.FollowUp, new("回访", "Follow-up")),
    ];

    private static Message Ended => new("以期限终止日计；不计仍在进行、暂停或取消的期限",
        "By the day on which the time ended; times that still run, are paused or were cancelled are left out");

    private static Message Level => new("以办结日计，级别为办结时的组织级别；不计未调成的案件",
        "By the day of closing, by the level of the body that had it then; cases that were not settled are left out");

    private static MeasureDefinition OnTime(ClockName clock, Message what) =>
        new($"{Clock.KeyOf(clock)}OnTimeRate", new($"{what.Zh}按时率", $"{what.En}, on time"),
            new($"本月按时完成的“{what.Zh}”期限数 ÷ 本月终止的该项期限数",
                $"Times kept, over times that ended in the month: {char.ToLowerInvariant(what.En[0])}{what.En[1..]}"),
            Ended, [Tally.Kept(clock)], [Tally.Kept(clock), Tally.Missed(clock)]);
}

/// <summary>A count of the monthly report that is no column of its rows, and what it counts.</summary>
/// <param name="Text">What, by which day, and what is left out.</param>
public sealed record CountDefinition(string Name, Message Title, Message Text)
{
    public Message Whole => new($"{Title.Zh}：{Text.Zh}。", $"{Title.En}: {Text.En}.");
}

/// <summary>Counts that divide by nothing.</summary>
public static class CountDefinitions
{
    public static CountDefinition Attempts { get; } = new("attempts", new("调解次数", "Attempts"),
        new("已进行的调解会次数，以举行日计；不计只安排、取消或有人缺席的",
            "Sessions that were held, by the day of the session; those only scheduled, cancelled or missed are left out"));

    public static CountDefinition NoShows { get; } = new("noShows", new("当事人缺席", "No-shows"),
        new("登记的当事人缺席人次，以登记日计；不计取消的调解会",
            "Parties recorded as absent from a session, by the day of the record; cancelled sessions are left out"));

    public static CountDefinition Escalations { get; } = new("escalations", new("逐级督办", "Escalations"),
        new("督办阶梯各步执行次数，以执行日计，重复提醒各计一次；不计已答复而停止的",
            "Steps of the ladders that were taken, by the day, each repetition once; what an answer stopped is left out"));

    public static CountDefinition Prevented { get; } = new("preventedCases", new("防止激化件数", "Escalations prevented"),
        new("登记的防止激化件数，以发生日计，按种类；不计调解案件本身",
            "Matters entered as kept from growing worse, by their day, by kind; mediated cases themselves are left out"));

    public static CountDefinition PreventedPersons { get; } = new("preventedPersons", new("防止激化人数", "Persons in prevented escalations"),
        new("上述事项涉及人数，以发生日计，按种类；同一人涉及两件计两次", "Persons in them, by the day, by kind; one person in two of them counts twice"));

    public static CountDefinition AmountSettled { get; } = new("amountSettled", new("协议金额", "Amount settled"),
        new("协议约定给付金额之和（元），以签订日计；不计无金额的条款，履行与否不论", "Yuan that agreements promise, by the day of signing; terms without an amount are left "
            + "out, whether performed does not matter"));

    public static CountDefinition MeanMarks { get; } = new("meanMarks", new("平均满意度", "Mean satisfaction"),
        new("回访评分（1 至 5 分）的平均值，以回访日计；不计没有评分的回访",
            "Mean of the marks (1 to 5) of follow-ups, by their day; follow-ups without marks are left out"));

    public static CountDefinition LightTime { get; } = new("lightTime", new("各灯时间", "Time in each light"),
        new("未结案件在期间内处于各色灯的日数之和，风险灯与时效灯分开；不计办结后的时间",
            "Days that open cases stood in each colour within the period, risk and time apart; time after closing is left out"));
}

/// <summary>A rate as it is printed: counts first, never rounded, with how far it can be trusted.</summary>
/// <param name="Value">Null when there is nothing to divide by.</param>
/// <param name="Interval">95 %; null where the counts are no part of a whole (more closed than came in).</param>
public sealed record Rate(long Numerator, long Denominator, double? Value, (double Low, double High)? Interval)
{
    /// <param name="count">A tally of the month, or what the surveys found.</param>
    public static Rate Of(MeasureDefinition measure, Func<string, long> count) =>
        Of(measure.Numerator.Sum(count), measure.Denominator.Sum(count));

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
