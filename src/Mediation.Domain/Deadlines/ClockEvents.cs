namespace Mediation.Domain.Deadlines;

/// <summary>What sets a clock going, and what it waits for.</summary>
public enum ClockEvent
{
    Registered, IntakeDecided, Referred, ReferralAnswered, TransferOffered, TransferAnswered, TakenUp, PapersSigned,
    ApplicationReceived, LossFixed, SessionScheduled, SessionHeld, MediationEnded, Activity, AgreementEffective,
    ConfirmationRequested, TermPerformed, Settled, FollowedUp, EndedWithoutAgreement, PapersReturned, Whistled,
    WhistleAnswered, LetterSent, LetterAnswered, Appealed, AppealAnswered,
}

/// <summary>Which events each clock can start from and end with; a policy chooses among them. The first is the usual one.</summary>
public static class ClockEvents
{
    public static IReadOnlyList<ClockEvent> StartsOf(ClockName clock) => clock switch
    {
        ClockName.Intake => [ClockEvent.Registered],
        ClockName.ReferralAnswer => [ClockEvent.Referred],
        ClockName.TransferAnswer => [ClockEvent.TransferOffered],
        ClockName.FirstSession => [ClockEvent.TakenUp],
        ClockName.Term => [ClockEvent.TakenUp, ClockEvent.PapersSigned, ClockEvent.ApplicationReceived, ClockEvent.LossFixed],
        ClockName.Inactivity => [ClockEvent.Activity],
        ClockName.WhistleAnswer => [ClockEvent.Whistled],
        ClockName.LetterReply => [ClockEvent.LetterSent],
        ClockName.ReturnToCourt => [ClockEvent.EndedWithoutAgreement],
        ClockName.Confirmation or ClockName.Performance => [ClockEvent.AgreementEffective],
        ClockName.FollowUp => [ClockEvent.Settled],
        ClockName.Appeal => [ClockEvent.Appealed],
        _ => throw new ArgumentOutOfRangeException(nameof(clock), clock, null),
    };

    public static IReadOnlyList<ClockEvent> StopsOf(ClockName clock) => clock switch
    {
        ClockName.Intake => [ClockEvent.IntakeDecided],
        ClockName.ReferralAnswer => [ClockEvent.ReferralAnswered],
        ClockName.TransferAnswer => [ClockEvent.TransferAnswered],
        ClockName.FirstSession => [ClockEvent.SessionHeld, ClockEvent.SessionScheduled],
        ClockName.Term => [ClockEvent.MediationEnded],
        ClockName.Inactivity => [ClockEvent.Activity],
        ClockName.WhistleAnswer => [ClockEvent.WhistleAnswered],
        ClockName.LetterReply => [ClockEvent.LetterAnswered],
        ClockName.ReturnToCourt => [ClockEvent.PapersReturned],
        ClockName.Confirmation => [ClockEvent.ConfirmationRequested],
        ClockName.Performance => [ClockEvent.TermPerformed],
        ClockName.FollowUp => [ClockEvent.FollowedUp],
        ClockName.Appeal => [ClockEvent.AppealAnswered],
        _ => throw new ArgumentOutOfRangeException(nameof(clock), clock, null),
    };

    public static Message Words(this ClockEvent happened) => happened switch
    {
        ClockEvent.Registered => new("登记", "registration"),
        ClockEvent.IntakeDecided => new("作出受理与否的决定", "the decision whether to accept"),
        ClockEvent.Referred => new("分派", "the referral"),
        ClockEvent.ReferralAnswered => new("答复分派", "the answer to the referral"),
        ClockEvent.TransferOffered => new("提出移送", "the offer of the transfer"),
        ClockEvent.TransferAnswered => new("答复移送", "the answer to the transfer"),
        ClockEvent.TakenUp => new("调解组织受理", "acceptance by the mediation body"),
        ClockEvent.PapersSigned => new("签收移送材料", "signing for the court's papers"),
        ClockEvent.ApplicationReceived => new("收到申请", "receipt of the application"),
        ClockEvent.LossFixed => new("丧葬、治疗终结、定残或者损失确定", "the end of funeral or treatment, the grading, or the loss being fixed"),
        ClockEvent.SessionScheduled => new("安排首次调解", "a session being scheduled"),
        ClockEvent.SessionHeld => new("进行首次调解", "a session being held"),
        ClockEvent.MediationEnded => new("调解终结", "the end of mediation"),
        ClockEvent.Activity => new("最近一次办理", "the last thing done in the case"),
        ClockEvent.AgreementEffective => new("协议生效", "the agreement taking effect"),
        ClockEvent.ConfirmationRequested => new("申请司法确认", "the application for confirmation"),
        ClockEvent.TermPerformed => new("履行", "performance"),
        ClockEvent.Settled => new("达成协议", "the settlement"),
        ClockEvent.FollowedUp => new("回访", "the visit after closure"),
        ClockEvent.EndedWithoutAgreement => new("未达成协议而终结", "the end without an agreement"),
        ClockEvent.PapersReturned => new("退回法院材料", "the return of the court's papers"),
        ClockEvent.Whistled => new("吹哨", "the whistle"),
        ClockEvent.WhistleAnswered => new("部门回应", "the department's answer"),
        ClockEvent.LetterSent => new("发出督办函", "the letter"),
        ClockEvent.LetterAnswered => new("回复督办函", "the reply to the letter"),
        ClockEvent.Appealed => new("收到申诉", "receipt of the complaint"),
        ClockEvent.AppealAnswered => new("答复申诉", "the answer to the complaint"),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, null),
    };
}
