using static Mediation.Domain.Deadlines.TimeUnit;

namespace Mediation.Domain.Deadlines;

/// <summary>
/// The policies as delivered, each with the law behind it. A running service reads its own from its table, which
/// migration 0020 fills with these.
/// </summary>
public static class DeadlinePolicies
{
    private static readonly DateOnly Always = new(2000, 1, 1);
    private static readonly DateOnly Opinion2025 = new(2025, 1, 1);
    private static readonly ExtensionRule ByAll = new(null, null);
    private static readonly Message House = new("内部管理规定（非法定期限）", "Rule of the house, not of a law");

    private static readonly Message PeoplesMediation = new("《人民调解工作若干规定》第三十三条", "Provisions on People's Mediation Work, art. 33");
    private static readonly Message Invited = new("最高人民法院《关于人民法院特邀调解的规定》第二十七条", "SPC Provisions on Invited Mediation, art. 27");
    private static readonly Message Filing2025 = new("最高人民法院2024年12月27日《关于严格依法规范民事案件立案与调解工作的意见》（2025年1月1日起施行）",
        "SPC opinion of 27 December 2024 on filing and mediation of civil cases, in force from 1 January 2025");
    private static readonly Message Medical = new("《医疗纠纷预防和处理条例》第三十八条（三十个工作日，鉴定时间不计入）",
        "Regulation on Medical Disputes, art. 38 (30 working days, appraisal not counted)");
    private static readonly Message Labour = new("《劳动争议调解仲裁法》第十四条", "Labour Dispute Mediation and Arbitration Law, art. 14");
    private static readonly Message Traffic = new("《道路交通安全法实施条例》第九十四条、第九十五条",
        "Regulation implementing the Road Traffic Safety Law, art. 94 and 95");
    private static readonly Message NoStatute = new("法律未规定期限，按三十日办理，可经各方同意延长（内部管理规定）",
        "No term in law: 30 days by rule of the house, longer by consent");

    public static IReadOnlyList<DeadlinePolicy> Default { get; } =
    [
        Term("term.people", Track.People, null, Always, null, CalendarDays, 30, ByAll, PeoplesMediation),
        Term("term.delegated", Track.Delegated, null, Always, null, CalendarDays, 30, ByAll, Invited) with
        { Starts = ClockEvent.PapersSigned },
        Term("term.entrusted.ordinary.2016", Track.Entrusted, Procedure.Ordinary, Always, Opinion2025.AddDays(-1),
            CalendarDays, 15, ByAll, Invited) with
        {
            Starts = ClockEvent.PapersSigned
        },
        Term("term.entrusted.summary.2016", Track.Entrusted, Procedure.Summary, Always, Opinion2025.AddDays(-1),
            CalendarDays, 7, ByAll, Invited) with
        {
            Starts = ClockEvent.PapersSigned
        },
        Term("term.entrusted.ordinary.2025", Track.Entrusted, Procedure.Ordinary, Opinion2025, null, CalendarDays,
            15, new(30, 1), Filing2025) with
        {
            Starts = ClockEvent.PapersSigned
        },
        Term("term.entrusted.summary.2025", Track.Entrusted, Procedure.Summary, Opinion2025, null, CalendarDays,
            7, new(30, 1), Filing2025) with
        {
            Starts = ClockEvent.PapersSigned
        },
        Term("term.medical", Track.Medical, null, Always, null, WorkingDays, 30, ByAll, Medical),
        Term("term.labour", Track.Labour, null, Always, null, CalendarDays, 15, null, Labour) with
        { Starts = ClockEvent.ApplicationReceived },
        Term("term.administrative", Track.Administrative, null, Always, null, CalendarDays, 30, ByAll, NoStatute) with { OfHouse = true },
        Term("term.administrative.traffic", Track.Administrative, null, Always, null, CalendarDays, 10, null, Traffic) with
        { Category = "13", Starts = ClockEvent.LossFixed },
        Term("term.commercial", Track.Commercial, null, Always, null, CalendarDays, 30, ByAll, NoStatute) with { OfHouse = true },
        Confirmation("confirmation.2013", Always, new(2021, 12, 31), new("《民事诉讼法》（2012年、2017年修正）第一百九十四条、《人民调解法》第三十三条",
            "Civil Procedure Law (2012 and 2017) art. 194, People's Mediation Law art. 33")),
        Confirmation("confirmation.2022", new(2022, 1, 1), new(2023, 12, 31), new("《民事诉讼法》（2021年修正）第二百零一条",
            "Civil Procedure Law (2021) art. 201")),
        Confirmation("confirmation.2024", new(2024, 1, 1), null, new("《民事诉讼法》（2023年修正）第二百零五条", "Civil Procedure Law (2023) art. 205")),
        OfHouse("intake", ClockName.Intake, WorkingDays, 3, 1),
        OfHouse("referralAnswer", ClockName.ReferralAnswer, WorkingDays, 3, 1),
        OfHouse("transferAnswer", ClockName.TransferAnswer, WorkingDays, 3, 1),
        OfHouse("firstSession", ClockName.FirstSession, WorkingDays, 7, 2) with { PausesOnSuspension = true },
        OfHouse("returnToCourt", ClockName.ReturnToCourt, WorkingDays, 3, 1),
        OfHouse("whistleAnswer", ClockName.WhistleAnswer, WorkingDays, 2, 1),
        OfHouse("letterReply", ClockName.LetterReply, WorkingDays, 5, 1),
        OfHouse("appeal", ClockName.Appeal, WorkingDays, 15, 3),
        OfHouse("inactivity.green", ClockName.Inactivity, WorkingDays, 15, 3) with { Risk = Risk.Green },
        OfHouse("inactivity.yellow", ClockName.Inactivity, WorkingDays, 7, 2) with { Risk = Risk.Yellow },
        OfHouse("inactivity.red", ClockName.Inactivity, WorkingDays, 3, 1) with { Risk = Risk.Red },
        OfHouse("followUp.green", ClockName.FollowUp, CalendarDays, 30, 3) with { Risk = Risk.Green, Rolls = true },
        OfHouse("followUp.yellow", ClockName.FollowUp, CalendarDays, 15, 3) with { Risk = Risk.Yellow, Rolls = true },
        OfHouse("followUp.red", ClockName.FollowUp, CalendarDays, 7, 2) with { Risk = Risk.Red, Rolls = true },
        OfHouse("performance", ClockName.Performance, FixedDate, 0, 3) with
        { OfHouse = false, Rolls = true, Basis = new("协议约定的履行日期；《民法典》第二百零三条", "The date agreed; Civil Code art. 203") },
    ];

    private static readonly Dictionary<string, DeadlinePolicy> Ids = Default.ToDictionary(policy => policy.Id, StringComparer.Ordinal);

    public static DeadlinePolicy ById(string id) => Ids[id];

    /// <exception cref="ArgumentException">No policy fits, or two fit equally well: the table has a hole.</exception>
    public static DeadlinePolicy Find(
        this IReadOnlyList<DeadlinePolicy> policies, ClockName clock, Track track, Procedure? procedure,
        string category, Risk risk, DateOnly on)
    {
        var best = policies.Where(policy => policy.Applies(clock, track, procedure, category, risk, on))
            .GroupBy(policy => policy.Specificity).OrderByDescending(group => group.Key).FirstOrDefault()?.ToList();
        return best is [var policy]
            ? policy
            : throw new ArgumentException(
                $"{best?.Count ?? 0} policies for {clock}, {track}, {procedure}, {category}, {risk} on {on:yyyy-MM-dd}.");
    }

    private static DeadlinePolicy Term(string id, Track track, Procedure? procedure, DateOnly from, DateOnly? to, TimeUnit unit, int days,
        ExtensionRule? extension, Message basis) =>
        new(id, ClockName.Term, track, procedure, null, null, from, to, unit, days, unit == CalendarDays, extension, true, 3, basis);

    private static DeadlinePolicy Confirmation(string id, DateOnly from, DateOnly? to, Message basis) =>
        new(id, ClockName.Confirmation, null, null, null, null, from, to, CalendarDays, 30, true, null, false, 5, basis);

    private static DeadlinePolicy OfHouse(string id, ClockName clock, TimeUnit unit, int days, int warn) =>
        new(id, clock, null, null, null, null, Always, null, unit, days, false, null, false, warn, House) { OfHouse = true };
}
