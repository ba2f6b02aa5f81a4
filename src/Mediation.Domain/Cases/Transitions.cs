using System.Text;
using static Mediation.Domain.Cases.CaseAction;
using static Mediation.Domain.Cases.Status;

namespace Mediation.Domain.Cases;

/// <summary>Everything that people can ask of a case that exists. The wire name is in <see cref="Transition.Name"/>.</summary>
public enum CaseAction
{
    Accept, NotAccept, Guide, Refer, AcceptReferral, DeclineReferral, Transfer, AcceptTransfer, DeclineTransfer, Join,
    Assign, Recuse, Disclose, Consent, ScheduleSession, HoldSession, CancelSession, RecordNoShow, Suspend, Resume, Extend,
    Settle, SettlePartially, Fail, Withdraw, Terminate,
    RequestConfirmation, RefuseConfirmation, GrantConfirmation, RejectConfirmation, WithdrawConfirmation,
    PerformTerm, DefaultTerm, Remediate, Correct, FollowUp, Archive, Reopen, Risk, ConfirmRed, Lead,
    SendLetter, ReplyLetter, CloseLetter, BlowWhistle, AnswerWhistle,
    Recall, ReturnPapers, FileLawsuit, ConcludeLawsuit,
}

/// <summary>One row of the table: from where an action is possible and where it leads.</summary>
/// <param name="Name">As in the path of the API, e.g. <c>referral/accept</c>.</param>
/// <param name="Command">The record of <see cref="CaseCommand"/> that asks for it.</param>
/// <param name="Arrows">Each pair of statuses that the action joins; from a status to itself where it leaves the case there.</param>
public sealed record Transition(CaseAction Action, Type Command, string Name, Message Label, IReadOnlyList<(Status From, Status To)> Arrows)
{
    /// <summary>A rule may still refuse the action here; in any other status it is always refused.</summary>
    public IReadOnlyList<Status> From { get; } = [.. Arrows.Select(arrow => arrow.From).Distinct()];

    /// <summary>
    /// What else can be said before the input is known, where that stands beside the command; of the others it stands
    /// in <see cref="Decide"/>.
    /// </summary>
    public Func<Case, Refusal?>? Check { get; init; }

    public bool Reaches(Status from, Status to) => Arrows.Contains((from, to));
}

/// <summary>The one table of what is possible when; the decider, the pages, the diagram and the tests read it.</summary>
public static class Transitions
{
    private static readonly Status[] Everywhere = Enum.GetValues<Status>();
    private static readonly Status[] Open = [Registered, Accepted, Referred, Assigned, InSession, Suspended];
    private static readonly Status[] WithBody = [Accepted, Assigned, InSession, Suspended];
    private static readonly Status[] Sitting = [Assigned, InSession];
    private static readonly Status[] Agreed = [Settled, PartiallySettled];
    private static readonly Status[] Ended = [Settled, PartiallySettled, Failed, Withdrawn, Terminated, Recalled];
    private static readonly Status[] Promised =
        [Accepted, Referred, Assigned, InSession, Suspended, Settled, PartiallySettled, Withdrawn, Terminated, Recalled];

    public static IReadOnlyList<Transition> All { get; } =
    [
        Moves<CaseCommand.Accept>(Accept, "accept", "受理", "Accept", [Registered], Accepted, Assigned),
        Moves<CaseCommand.NotAccept>(NotAccept, "not-accept", "不予受理", "Do not accept", [Registered], NotAccepted),
        Moves<CaseCommand.Guide>(Guide, "guide", "引导其他途径", "Guide to another route", [Registered], Guided),
        Moves<CaseCommand.Refer>(Refer, "refer", "分派", "Refer", [Accepted], Referred),
        Moves<CaseCommand.AcceptReferral>(AcceptReferral, "referral/accept", "接受分派", "Accept the referral", [Referred], Accepted),
        Moves<CaseCommand.DeclineReferral>(DeclineReferral, "referral/decline", "退回分派", "Decline the referral", [Referred], Accepted),
        Keeps<CaseCommand.OfferTransfer>(CaseAction.Transfer, "transfer", "移送", "Offer to another body",
            [Registered, Accepted, Assigned, InSession]),
        Moves<CaseCommand.AcceptTransfer>(AcceptTransfer, "transfer/accept", "接收移送", "Accept the transfer", Open, Accepted),
        Keeps<CaseCommand.DeclineTransfer>(DeclineTransfer, "transfer/decline", "拒绝移送", "Decline the transfer", Open),
        Keeps<CaseCommand.Join>(Join, "join", "联合调解", "Join another body", WithBody) with { Check = CaseCommand.Join.Check },
        Keeps<CaseCommand.Assign>(Assign, "assign", "指派调解员", "Assign a mediator", [Assigned, InSession, Suspended])
            .And([Accepted], Assigned),
        Moves<CaseCommand.Recuse>(Recuse, "recuse", "更换调解员", "Replace the mediator", Sitting, Accepted).And([Suspended], Suspended),
        Keeps<CaseCommand.Disclose>(Disclose, "disclose", "披露利害关系", "Disclose a relation", [Assigned, InSession, Suspended]) with
        { Check = CaseCommand.Disclose.Check },
        Keeps<CaseCommand.RecordConsent>(Consent, "consents", "登记调解意愿", "Record consent", [Accepted, Referred,
            Assigned, InSession, Suspended]),
        Keeps<CaseCommand.ScheduleSession>(ScheduleSession, "sessions", "安排调解", "Schedule a session", Sitting),
        Moves<CaseCommand.HoldSession>(HoldSession, "sessions/held", "登记调解情况", "Record a session", Sitting, InSession),
        Keeps<CaseCommand.CancelSession>(CancelSession, "sessions/cancel", "取消调解安排", "Cancel a session", WithBody),
        Keeps<CaseCommand.RecordNoShow>(RecordNoShow, "sessions/no-show", "登记缺席", "Record a no-show", WithBody),
        Moves<CaseCommand.Suspend>(Suspend, "suspend", "中止", "Suspend", Sitting, Suspended),
        Moves<CaseCommand.Resume>(Resume, "resume", "恢复", "Resume", [Suspended], Accepted, Assigned, InSession),
        Keeps<CaseCommand.Extend>(Extend, "extend", "延长期限", "Extend the term", [Accepted, Assigned, InSession]),
        Moves<CaseCommand.Settle>(Settle, "settle", "达成协议", "Settle", Sitting, Settled),
        Keeps<CaseCommand.SettlePartially>(SettlePartially, "partial-settle", "达成部分协议", "Settle in part", Sitting)
            .And(Sitting, PartiallySettled),
        Moves<CaseCommand.Fail>(Fail, "fail", "调解不成", "Mediation failed",
            [Accepted, Referred, Assigned, InSession, Suspended], Failed, PartiallySettled),
        Moves<CaseCommand.Withdraw>(Withdraw, "withdraw", "撤回申请", "Withdraw", Open, Withdrawn),
        Moves<CaseCommand.Terminate>(Terminate, "terminate", "其他终结", "End otherwise",
            [Accepted, Referred, Assigned, InSession, Suspended], Terminated),
        Keeps<CaseCommand.RequestConfirmation>(RequestConfirmation, "confirmation/request", "申请司法确认", "Request confirmation", Agreed),
        Keeps<CaseCommand.RefuseConfirmation>(RefuseConfirmation, "confirmation/not-accepted", "确认申请不予受理",
            "Confirmation not accepted", Agreed),
        Keeps<CaseCommand.GrantConfirmation>(GrantConfirmation, "confirmation/granted", "裁定确认有效", "Confirmation granted", Agreed),
        Keeps<CaseCommand.RejectConfirmation>(RejectConfirmation, "confirmation/rejected", "裁定驳回确认", "Confirmation rejected", Agreed),
        Keeps<CaseCommand.WithdrawConfirmation>(WithdrawConfirmation, "confirmation/withdrawn", "撤回确认申请", "Confirmation withdrawn", Agreed),
        Keeps<CaseCommand.PerformTerm>(PerformTerm, "terms/performed", "登记履行", "Record performance", Promised),
        Keeps<CaseCommand.DefaultTerm>(DefaultTerm, "terms/defaulted", "登记未履行", "Record default", Promised),
        Moves<CaseCommand.Remediate>(Remediate, "remediate", "再次调解", "Mediate again", Agreed, Assigned).And([PartiallySettled], Accepted),
        Keeps<CaseCommand.Correct>(Correct, "correct", "更正", "Correct", Everywhere),
        Keeps<CaseCommand.FollowUp>(FollowUp, "follow-ups", "回访", "Follow up", [Settled, PartiallySettled, Failed, Archived]),
        Moves<CaseCommand.Archive>(Archive, "archive", "归档", "Archive", Ended, Archived),
        Moves<CaseCommand.Reopen>(Reopen, "reopen", "重新启动", "Reopen", [NotAccepted, Guided], Registered).And([Settled], Assigned)
            .And([PartiallySettled, Failed, Withdrawn, Terminated, Archived], Registered, Accepted, Assigned),
        Keeps<CaseCommand.SetRisk>(CaseAction.Risk, "risk", "评定风险", "Set the risk", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.ConfirmRed>(ConfirmRed, "risk/confirm", "签收红色预警", "Confirm the red alert", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.NameLead>(Lead, "lead", "确定包案领导", "Name a lead", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.SendLetter>(SendLetter, "letters", "发督办函、交办函", "Send a supervision letter", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.ReplyLetter>(ReplyLetter, "letters/reply", "回复函件", "Reply to a letter", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.CloseLetter>(CloseLetter, "letters/close", "办结函件", "Close a letter", [.. Everywhere.Except([Archived])]),
        Keeps<CaseCommand.BlowWhistle>(BlowWhistle, "whistle", "吹哨", "Call departments", Open),
        Keeps<CaseCommand.AnswerWhistle>(AnswerWhistle, "whistle/answer", "回应吹哨", "Answer a call", Open),
        Moves<CaseCommand.Recall>(Recall, "recall", "法院收回", "Recall by the court", Open, Recalled),
        Keeps<CaseCommand.ReturnPapers>(ReturnPapers, "returned", "法院签收退回材料", "Papers back at the court",
            [Failed, Withdrawn, Terminated, PartiallySettled, Archived]),
        Keeps<CaseCommand.FileLawsuit>(FileLawsuit, "filing", "转为诉讼", "Became a lawsuit", [.. Everywhere.Except([NotAccepted, Guided])]),
        Keeps<CaseCommand.ConcludeLawsuit>(ConcludeLawsuit, "conclusion", "诉讼审结", "Lawsuit concluded", [.. Ended, Archived]),
    ];

    private static readonly Dictionary<CaseAction, Transition> ByAction = All.ToDictionary(row => row.Action);
    private static readonly Dictionary<Type, Transition> ByCommand = All.ToDictionary(row => row.Command);

    public static Transition For(CaseAction action) => ByAction[action];

    /// <summary>Null for what is no action on a case that exists: registering it, the sweep, and answers to what was told.</summary>
    public static CaseAction? Of(CaseCommand command) => ByCommand.GetValueOrDefault(command.GetType())?.Action;

    public static Message Label(Status status) => status switch
    {
        Registered => new("已登记", "registered"),
        NotAccepted => new("不予受理", "not accepted"),
        Guided => new("已引导", "guided"),
        Accepted => new("已受理", "accepted"),
        Referred => new("已分派", "referred"),
        Assigned => new("已指派", "assigned"),
        InSession => new("调解中", "in session"),
        Suspended => new("已中止", "suspended"),
        Settled => new("调解成功", "settled"),
        PartiallySettled => new("部分调成", "settled in part"),
        Failed => new("调解不成", "failed"),
        Withdrawn => new("已撤回", "withdrawn"),
        Terminated => new("已终结", "terminated"),
        Recalled => new("法院收回", "recalled"),
        Archived => new("已归档", "archived"),
        _ => throw new InvalidOperationException($"No label for {status}."),
    };

    /// <summary>The moves as a Mermaid diagram (docs/state-diagram.md), and below it what leaves the status as it is.</summary>
    public static string ToMermaid()
    {
        var text = new StringBuilder("# States of a case\n\nWritten by the tests from the transition table; to write it anew: "
            + "`UPDATE_DIAGRAM=1 dotnet test tests/Mediation.Domain.Tests`.\n\n```mermaid\nstateDiagram-v2\n    [*] --> registered\n");
        var arrows =
            from row in All
            from pair in row.Arrows
            where pair.From != pair.To
            group row.Name by pair into arrow
            orderby arrow.Key
            select $"    {Wire(arrow.Key.From)} --> {Wire(arrow.Key.To)} : {string.Join(", ", arrow)}\n";
        foreach (var arrow in arrows)
            text.Append(arrow);
        text.Append("    archived --> [*]\n```\n\n| action | 操作 | from | to |\n|---|---|---|---|\n");
        foreach (var row in All)
        {
            var targets = row.Arrows.Select(arrow => arrow.From == arrow.To ? "(same)" : Wire(arrow.To)).Distinct(StringComparer.Ordinal);
            text.Append(string.Concat("| `", row.Name, "` | ", row.Label.Zh, " | ", string.Join(", ", row.From.Select(Wire)), " | ",
                string.Join(", ", targets), " |\n"));
        }
        return text.ToString();
    }

    private static string Wire(Status status) => CaseJson.Camel(status.ToString());

    private static Transition Moves<TCommand>(CaseAction action, string name, string zh, string en, Status[] from, params Status[] to)
        where TCommand : CaseCommand => new Transition(action, typeof(TCommand), name, new(zh, en), []).And(from, to);

    private static Transition Keeps<TCommand>(CaseAction action, string name, string zh, string en, Status[] from)
        where TCommand : CaseCommand => new(action, typeof(TCommand), name, new(zh, en), [.. from.Select(status => (status, status))]);

    private static Transition And(this Transition row, Status[] from, params Status[] to) =>
        new(row.Action, row.Command, row.Name, row.Label,
            [.. row.Arrows, .. from.SelectMany(source => to.Select(target => (source, target)))])
        {
            Check = row.Check
        };
}
