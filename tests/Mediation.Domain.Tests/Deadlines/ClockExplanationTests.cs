using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class ClockExplanationTests
{
    [Fact]
    public void A_people_s_mediation_over_the_new_year_of_2023() => Told(
        Term(Track.People, Day("2022-12-02")),
        "2022-12-02",
        clock => clock,
        """
        start | 自2022年12月2日（调解组织受理）起算 | Starts on 2 December 2022 (acceptance by the mediation body)
        firstDayExcluded | 起算当日不计入（《民法典》第二百零一条） | The first day is not counted (Civil Code art. 201)
        count | 30日（含休息日） | 30 calendar days
        roll | 最后一日2023年1月1日为休息日（元旦），顺延至2023年1月3日 | The last day, 1 January 2023, is a rest day (New Year); it moves to 3 January 2023
        due | 至2023年1月3日届满（当日二十四时） | Due on 3 January 2023, at the end of the day
        basis | 依据：《人民调解工作若干规定》第三十三条 | Basis: Provisions on People's Mediation Work, art. 33
        """);

    [Fact]
    public void An_entrusted_case_filed_on_the_last_day_of_2024_may_be_extended_without_a_cap() => Told(
        Term(Track.Entrusted, Day("2024-12-31"), Procedure.Ordinary),
        "2024-12-31",
        clock => clock.Extend(60, Day("2025-01-10"), ["p1", "p2"], Published),
        """
        start | 自2024年12月31日（签收移送材料）起算 | Starts on 31 December 2024 (signing for the court's papers)
        firstDayExcluded | 起算当日不计入（《民法典》第二百零一条） | The first day is not counted (Civil Code art. 201)
        count | 15日（含休息日） | 15 calendar days
        extension | 2025年1月10日经各方当事人（p1、p2）同意延长60日 | Extended by 60 days on 10 January 2025 with the consent of p1, p2
        roll | 最后一日2025年3月16日为休息日，顺延至2025年3月17日 | The last day, 16 March 2025, is a rest day; it moves to 17 March 2025
        due | 至2025年3月17日届满（当日二十四时） | Due on 17 March 2025, at the end of the day
        basis | 依据：最高人民法院《关于人民法院特邀调解的规定》第二十七条 | Basis: SPC Provisions on Invited Mediation, art. 27
        """);

    [Fact]
    public void An_entrusted_case_of_2025_suspended_and_extended_under_the_new_opinion() => Told(
        Term(Track.Entrusted, Day("2025-01-02"), Procedure.Summary),
        "2025-01-02",
        clock => clock.Pause(Day("2025-01-06")).Resume(Day("2025-01-09"), Published).Extend(30, Day("2025-01-10"), ["p1", "p2"], Published),
        """
        start | 自2025年1月2日（签收移送材料）起算 | Starts on 2 January 2025 (signing for the court's papers)
        firstDayExcluded | 起算当日不计入（《民法典》第二百零一条） | The first day is not counted (Civil Code art. 201)
        count | 7日（含休息日） | 7 calendar days
        pause | 2025年1月6日中止，剩余3日保留，2025年1月9日恢复，其间3日不计入
            | Suspended on 6 January 2025 with 3 days left, resumed on 9 January 2025: 3 days not counted
        extension | 2025年1月10日经各方当事人（p1、p2）同意延长30日 | Extended by 30 days on 10 January 2025 with the consent of p1, p2
        due | 至2025年2月11日届满（当日二十四时） | Due on 11 February 2025, at the end of the day
        basis | 依据：最高人民法院2024年12月27日《关于严格依法规范民事案件立案与调解工作的意见》（2025年1月1日起施行）
            | Basis: SPC opinion of 27 December 2024 on filing and mediation of civil cases, in force from 1 January 2025
        """);

    [Fact]
    public void A_medical_dispute_into_a_year_that_is_not_published() => Told(
        Term(Track.Medical, Day("2026-11-23")),
        "2026-11-23",
        clock => clock.Pause(Day("2026-11-27")).Resume(Day("2026-12-01"), Published).Extend(1, Day("2026-12-10"), ["p1", "p2"], Published),
        """
        start | 自2026年11月23日（调解组织受理）起算 | Starts on 23 November 2026 (acceptance by the mediation body)
        firstDayExcluded | 起算当日不计入（《民法典》第二百零一条） | The first day is not counted (Civil Code art. 201)
        count | 30个工作日 | 30 working days
        pause | 2026年11月27日中止，剩余26个工作日保留，2026年12月1日恢复，其间4日不计入
            | Suspended on 27 November 2026 with 26 working days left, resumed on 1 December 2026: 4 days not counted
        extension | 2026年12月10日经各方当事人（p1、p2）同意延长1个工作日 | Extended by 1 working day on 10 December 2026 with the consent of p1, p2
        restDays | 其间休息日、节假日10日不计入 | 10 rest days passed over
        calendar.unpublished | 2027年放假安排尚未公布，暂按周末休息推算 | The calendar of 2027 is not published: weekends only are assumed
        due | 至2027年1月7日届满（当日二十四时） | Due on 7 January 2027, at the end of the day
        basis | 依据：《医疗纠纷预防和处理条例》第三十八条（三十个工作日，鉴定时间不计入）
            | Basis: Regulation on Medical Disputes, art. 38 (30 working days, appraisal not counted)
        """);

    [Fact]
    public void A_promise_due_in_the_national_holidays()
    {
        var policy = DeadlinePolicies.ById("performance");
        Same("""
            start | 自2026年9月1日起算 | Starts on 1 September 2026
            count | 协议约定于2026年10月1日履行 | Agreed for 1 October 2026
            roll | 最后一日2026年10月1日为休息日（国庆节），顺延至2026年10月8日
                | The last day, 1 October 2026, is a rest day (National Day); it moves to 8 October 2026
            due | 至2026年10月8日届满（当日二十四时） | Due on 8 October 2026, at the end of the day
            basis | 依据：协议约定的履行日期；《民法典》第二百零三条 | Basis: The date agreed; Civil Code art. 203
            """, Clock.Start(policy, Day("2026-09-01"), Published, 1, Day("2026-10-01")).Explain(policy, Published));
    }

    [Fact]
    public void A_suspension_that_moved_nothing_says_so()
    {
        var policy = Term(Track.People, Day("2026-03-02"));
        var clock = Clock.Start(policy, Day("2026-03-02"), Published).Pause(Day("2026-04-05")).Resume(Day("2026-04-30"), Published);
        Assert.EndsWith(": 0 days not counted",
            clock.Explain(policy, Published).Single(line => line.Code == "pause").En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_that_came_later_does_not_explain_the_old_day_wrongly()
    {
        var policy = Term(Track.People, Day("2026-12-02"));
        var clock = Clock.Start(policy, Day("2026-12-02"), Published);
        var later = WorkingCalendar.Parse(Csv.TrimEnd() + "\n2027-01-01,holiday,元旦");
        var lines = clock.Explain(policy, later);
        Assert.DoesNotContain(lines, line => line.Code == "roll");
        Assert.Equal("Computed before the calendar was published: weekends only were assumed",
            lines.Single(line => line.Code == "calendar.unpublished").En);
        Assert.Equal("Due on 1 January 2027, at the end of the day", lines.Single(line => line.Code == "due").En);
    }

    private static void Told(DeadlinePolicy policy, string startedOn, Func<Clock, Clock> then, string expected) =>
        Same(expected, then(Clock.Start(policy, Day(startedOn), Published)).Explain(policy, Published));

    private static void Same(string expected, IReadOnlyList<ExplanationLine> lines) =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Replace("\n    | ", " | ", StringComparison.Ordinal),
            string.Join('\n', lines.Select(line => $"{line.Code} | {line.Zh} | {line.En}")));
}
