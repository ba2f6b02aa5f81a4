using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Letters;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Shared;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>An event in words, in the reader's language. Records of sessions stay with the mediators of the case.</summary>
/// <param name="names">Code to name of the bodies and accounts that <see cref="Mentions"/> tells of.</param>
public sealed class EventText(StoredCase stored, Caller reader, IReadOnlyDictionary<string, string> names, IStringLocalizer<Texts> texts)
{
    /// <summary>The bodies and accounts that an event names by code.</summary>
    public static (IEnumerable<string?> Bodies, IEnumerable<string?> Users) Mentions(CaseEvent happened) => happened switch
    {
        CaseEvent.Accepted e => ([e.Body?.Code], [e.Mediator]),
        CaseEvent.Referred e => ([e.Body.Code], []),
        CaseEvent.ReferralAccepted e => ([e.Body.Code], []),
        CaseEvent.ReferralDeclined e => ([e.Body], []),
        CaseEvent.TransferOffered e => ([e.To.Code], []),
        CaseEvent.TransferAccepted e => ([e.To.Code], []),
        CaseEvent.TransferDeclined e => ([e.By], []),
        CaseEvent.Assigned e => ([], [e.Mediator]),
        CaseEvent.Recused e => ([], [e.Mediator]),
        CaseEvent.ConfirmationRequested e => ([e.Court], []),
        CaseEvent.LetterSent e => ([e.Issuer, e.To.Code], []),
        CaseEvent.WhistleBlown e => ([e.From, .. e.Departments.Select(body => body.Code)], []),
        CaseEvent.WhistleAnswered e => ([e.Department], []),
        CaseEvent.LeadNamed e => ([], [e.Person]),
        CaseEvent.Escalated e => ([e.To], [e.Person]),
        _ when happened.Wording() is { } wording =>
            (wording.Parts.OfType<Sentence.Body>().Select(body => body.Code),
                wording.Parts.OfType<Sentence.User>().Select(user => user.Name)),
        _ => ([], []),
    };

    /// <returns>Null for a court: it may know that, not what.</returns>
    public string? Of(CaseEvent happened) => reader.Role == Role.Court ? null : Words(happened).In();

    private Message Words(CaseEvent happened) => happened switch
    {
        CaseEvent.Registered e => new($"登记：{Said(e.Summary)}", $"Registered: {Said(e.Summary)}"),
        CaseEvent.Accepted { Body: null } => new("中心受理", "Accepted by the centre"),
        CaseEvent.Accepted e =>
            new($"{Named(e.Body.Code)} 自行受理{Comma(Named(e.Mediator))}", $"Taken in by {Named(e.Body.Code)}{Comma(Named(e.Mediator))}"),
        CaseEvent.NotAccepted e => new($"不予受理：{texts.Word(e.Reason)}", $"Not accepted: {texts.Word(e.Reason)}"),
        CaseEvent.Guided e => new($"引导至其他途径：{texts.Word(e.Route)}", $"Guided to {texts.Word(e.Route)}"),
        CaseEvent.Referred e => new($"分派至 {Named(e.Body.Code)}{Colon(e.Reason)}", $"Referred to {Named(e.Body.Code)}{Colon(e.Reason)}"),
        CaseEvent.ReferralAccepted e => new($"{Named(e.Body.Code)} 接受分派，{Zh(e.SignedOn)}签收材料",
            $"Referral accepted by {Named(e.Body.Code)}, papers signed for on {En(e.SignedOn)}"),
        CaseEvent.ReferralDeclined e =>
            new($"{Named(e.Body)} 退回分派{Colon(e.Reason)}", $"Referral declined by {Named(e.Body)}{Colon(e.Reason)}"),
        CaseEvent.TransferOffered e =>
            new($"请求移送至 {Named(e.To.Code)}{Colon(e.Reason)}", $"Transfer offered to {Named(e.To.Code)}{Colon(e.Reason)}"),
        CaseEvent.TransferAccepted e => new($"{Named(e.To.Code)} 接收移送", $"Transfer accepted by {Named(e.To.Code)}"),
        CaseEvent.TransferDeclined e => new($"{Named(e.By)} 拒绝移送{Colon(e.Reason)}", $"Transfer declined by {Named(e.By)}{Colon(e.Reason)}"),
        CaseEvent.Assigned e => new($"指派调解员 {Named(e.Mediator)}", $"Mediator {Named(e.Mediator)} assigned"),
        CaseEvent.Recused e =>
            new($"更换调解员 {Named(e.Mediator)}{Colon(e.Reason)}", $"Mediator {Named(e.Mediator)} replaced{Colon(e.Reason)}"),
        CaseEvent.ConsentRecorded e =>
            new($"{Name(e.Party)}{(e.Given ? "同意" : "不同意")}调解", $"{Name(e.Party)} {(e.Given ? "consents to" : "refuses")} mediation"),
        CaseEvent.SessionScheduled e =>
            new($"安排第{e.N}次调解：{Zh(e.StartsAt)}，{Said(e.Place)}", $"Session {e.N} scheduled: {En(e.StartsAt)}, {Said(e.Place)}"),
        CaseEvent.SessionHeld e =>
            new($"第{e.N}次调解已进行，到场：{Names(e.Attendance, "、")}", $"Session {e.N} held, present: {Names(e.Attendance, ", ")}"),
        CaseEvent.SessionCancelled e => new($"取消第{e.N}次调解{Colon(e.Reason)}", $"Session {e.N} cancelled{Colon(e.Reason)}"),
        CaseEvent.NoShowRecorded e => new($"{Name(e.Party)}未参加第{e.N}次调解", $"{Name(e.Party)} did not come to session {e.N}"),
        CaseEvent.Suspended e => new($"中止调解{Colon(e.Reason)}", $"Suspended{Colon(e.Reason)}"),
        CaseEvent.Resumed => new("恢复调解", "Resumed"),
        CaseEvent.Extended e =>
            new($"期限延长{e.Days}日，{Names(e.Consents, "、")}同意", $"Term extended by {e.Days} days, consents of {Names(e.Consents, ", ")}"),
        CaseEvent.Settled e => new($"达成协议（{texts.Word(e.Agreement.Form)}），{e.Terms.Count}项",
            $"Settled ({texts.Word(e.Agreement.Form)}), {e.Terms.Count} terms"),
        CaseEvent.PartiallySettled e => new($"达成部分协议，其余：{texts.Word(e.Rest)}", $"Settled in part, rest: {texts.Word(e.Rest)}"),
        CaseEvent.Failed e =>
            new($"调解不成：{texts.Word(e.Reason)}；已告知其他途径", $"Mediation failed: {texts.Word(e.Reason)}; other routes explained"),
        CaseEvent.Withdrawn e => new($"{Name(e.Party)}撤回申请{Colon(e.Reason)}", $"Withdrawn by {Name(e.Party)}{Colon(e.Reason)}"),
        CaseEvent.Terminated e => new($"其他终结{Colon(e.Reason)}", $"Ended otherwise{Colon(e.Reason)}"),
        CaseEvent.ConfirmationRequested e => new($"向 {Named(e.Court)} 申请司法确认", $"Judicial confirmation asked of {Named(e.Court)}"),
        CaseEvent.ConfirmationNotAccepted e => new($"司法确认不予受理{Colon(e.Reason)}", $"Confirmation not accepted{Colon(e.Reason)}"),
        CaseEvent.ConfirmationGranted e => new($"裁定协议有效：{e.ConfirmationNo}", $"Agreement confirmed: {e.ConfirmationNo}"),
        CaseEvent.ConfirmationRejected e => new($"裁定驳回确认申请{Colon(e.Reason)}", $"Confirmation rejected{Colon(e.Reason)}"),
        CaseEvent.ConfirmationWithdrawn => new("撤回司法确认申请", "Confirmation request withdrawn"),
        CaseEvent.TermPerformed e => new($"第{e.N}项{(e.Complete ? "履行完毕" : "部分履行")}{Money(e.Amount)}",
            $"Term {e.N} {(e.Complete ? "performed" : "performed in part")}{Money(e.Amount)}"),
        CaseEvent.TermDefaulted e => new($"第{e.N}项逾期未履行", $"Term {e.N} in default"),
        CaseEvent.RemediationStarted => new("经各方同意再次调解", "Mediated again with everyone's consent"),
        CaseEvent.Corrected e => new($"更正 {e.Field}{(e.Party is null ? $"：{e.From} → {e.To}" : "")}{Colon(e.Reason)}",
            $"Corrected {e.Field}{(e.Party is null ? $": {e.From} → {e.To}" : "")}{Colon(e.Reason)}"),
        CaseEvent.FollowedUp e => new($"回访：{(e.Performed ? "已履行" : "未履行")}{Satisfied(e.Satisfaction)}",
            $"Followed up: {(e.Performed ? "performed" : "not performed")}{Satisfied(e.Satisfaction)}"),
        CaseEvent.Archived => new("归档", "Archived"),
        CaseEvent.Reopened e => new($"重新启动{Colon(e.Reason)}", $"Reopened{Colon(e.Reason)}"),
        CaseEvent.RiskSet e => new($"风险评定为{Colour(e.Risk).Zh}{Scored(e).Zh}{Colon(e.Reason)}",
            $"Risk set to {Colour(e.Risk).En}{Scored(e).En}{Colon(e.Reason)}"),
        CaseEvent.RiskFellBack e =>
            new($"风险期限已过，恢复为{Colour(e.Risk).Zh}", $"The day until which the risk was set has passed: back to {Colour(e.Risk).En}"),
        CaseEvent.RedConfirmed => new("包案领导已签收红色预警", "The lead has confirmed the red alert"),
        CaseEvent.LetterSent e => new($"{Named(e.Issuer)} 发{texts.Word(e.Kind)} {LetterView.NoOf(e.Kind, e.Year, e.Number)} 至 "
            + $"{Named(e.To.Code)}，{Zh(e.ReplyBy)}前回复", $"{Named(e.Issuer)} sent {texts.Word(e.Kind)} "
                + $"{LetterView.NoOf(e.Kind, e.Year, e.Number)} to {Named(e.To.Code)}, reply by {En(e.ReplyBy)}"),
        CaseEvent.LetterReplied e => new($"第{e.N}份函件已回复", $"Letter {e.N} replied to"),
        CaseEvent.LetterClosed e => new($"第{e.N}份函件办结{Colon(e.Remarks)}", $"Letter {e.N} closed{Colon(e.Remarks)}"),
        CaseEvent.WhistleBlown e =>
            new($"{Named(e.From)} 吹哨：{string.Join('、', e.Departments.Select(body => Named(body.Code)))}，{Zh(e.AnswerBy)}前回应",
                $"{Named(e.From)} called {string.Join(", ", e.Departments.Select(body => Named(body.Code)))}, answer by {En(e.AnswerBy)}"),
        CaseEvent.WhistleAnswered e => new($"{Named(e.Department)} 回应第{e.N}次吹哨", $"{Named(e.Department)} answered call {e.N}"),
        CaseEvent.LeadNamed e => new($"包案领导：{Named(e.Person)}", $"Lead: {Named(e.Person)}"),
        CaseEvent.Recalled e => new($"法院收回{Colon(e.Reason)}", $"Recalled by the court{Colon(e.Reason)}"),
        CaseEvent.PapersReturned => new("法院已签收退回的材料", "The court has its papers back"),
        CaseEvent.LawsuitFiled e => new($"已转为诉讼：{e.NewCaseNo}", $"Became a lawsuit: {e.NewCaseNo}"),
        CaseEvent.LawsuitConcluded e => new($"诉讼审结：{texts.Word(e.Kind)}", $"Lawsuit concluded: {texts.Word(e.Kind)}"),
        CaseEvent.DueSoon e => new($"期限临近：{Term(e).Zh}", $"Due soon: {Term(e).En}"),
        CaseEvent.Overdue e => new($"期限已过：{Term(e).Zh}", $"Overdue: {Term(e).En}"),
        CaseEvent.Escalated e => new(
            $"逾期上报：{ClockOf(e.Clock)}，第{e.Step}级{(e.Time is { } again ? $"第{again}次" : "")}，"
                + $"告知 {Named(e.Person ?? e.To)}{(e.Ask is { } ask ? "，要求" + texts.Word(ask) : "")}",
            $"Escalated: {ClockOf(e.Clock)}, step {e.Step}{(e.Time is { } time ? $" again ({time})" : "")}, told "
                + $"{Named(e.Person ?? e.To)}{(e.Ask is { } asked ? ", asked: " + texts.Word(asked) : "")}"),
        CaseEvent.NoticeAnswered { Clock: { } clock } e =>
            new($"答复上报：{ClockOf(clock)}，第{e.Step}级{Colon(e.Text)}", $"Answered: {ClockOf(clock)}, step {e.Step}{Colon(e.Text)}"),
        CaseEvent.NoticeAnswered e => new($"答复通知{Colon(e.Text)}", $"Notice answered{Colon(e.Text)}"),
        CaseEvent.ClockRecomputed e => Recomputed(e),
        _ when happened.Wording() is { } wording => new(Filled(wording.Zh), Filled(wording.En)),
        _ => new(CaseJson.Kind(happened), CaseJson.Kind(happened)),
    };

    private string Filled(FormattableString sentence) =>
        string.Format(CultureInfo.InvariantCulture, sentence.Format, [.. sentence.GetArguments().Select(part => part switch
        {
            Sentence.Body body => Named(body.Code),
            Sentence.User user => Named(user.Name),
            Sentence.Party party => Name(party.Id),
            TextRef text => Said(text),
            _ => part,
        })]);

    private Message Term(CaseEvent happened)
    {
        var clock = happened.Clocks[^1];
        return new($"{ClockOf(clock.Key)}，{Zh(clock.DueOn)}", $"{ClockOf(clock.Key)}, {En(clock.DueOn)}");
    }

    private Message Recomputed(CaseEvent.ClockRecomputed e)
    {
        var why = e.Cause == RecountCause.Calendar ? new Message($"{e.By}年放假安排公布", $"calendar of {e.By} published")
            : new Message($"适用规则“{e.By}”", $"policy {e.By}");
        return e.From == e.To
            ? new($"重新计算期限：{ClockOf(e.Clock)}，仍为{Zh(e.To)}（{why.Zh}）",
                $"Deadline computed again: {ClockOf(e.Clock)}, still {En(e.To)} ({why.En})")
            : new($"重新计算期限：{ClockOf(e.Clock)}，由{Zh(e.From)}改为{Zh(e.To)}（{why.Zh}）",
                $"Deadline computed again: {ClockOf(e.Clock)}, {En(e.From)} became {En(e.To)} ({why.En})");
    }

    private string ClockOf(string key) =>
        texts["ClockName." + key.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', ':', '-', '/')];

    private string? Named(string? code) => code is null ? null : names.GetValueOrDefault(code, code);

    private static Message Colour(Risk risk) => risk switch
    {
        Risk.Red => new("红色", "red"),
        Risk.Yellow => new("黄色", "yellow"),
        _ => new("绿色", "green"),
    };

    private static Message Scored(CaseEvent.RiskSet e) => (e.Base, e.Points, e.Until) switch
    {
        ({ } computed, _, { } until) =>
            new($"（人工评定，至{Zh(until)}；清单为{Colour(computed).Zh}）", $" (by hand until {En(until)}; the checklist says {Colour(computed).En})"),
        ({ } computed, _, null) => new($"（人工评定；清单为{Colour(computed).Zh}）", $" (by hand; the checklist says {Colour(computed).En})"),
        (null, { } points, _) => new($"（清单{points}分）", $" (checklist: {points} points)"),
        _ => new("", ""),
    };

    private string Said(TextRef text) => stored.Text(text) ?? "—";

    private string Colon(TextRef? text) => stored.Text(text) is { } said ? (Language.IsEnglish ? ": " : "：") + said : "";

    private string Name(string party) => stored.Party(party)?.Name ?? party;

    private string Names(IEnumerable<string> parties, string between) => string.Join(between, parties.Select(Name));

    private static string Comma(string? text) => text is null ? "" : (Language.IsEnglish ? ", " : "，") + text;

    private static string Money(decimal? amount) => amount is { } yuan ? string.Create(CultureInfo.InvariantCulture, $" ¥{yuan:N2}") : "";

    private static string Satisfied(int? satisfaction) => satisfaction is { } score ? $" ({score}/5)" : "";

    private static string Zh(DateOnly date) => date.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string En(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Zh(DateTimeOffset at) => Zh(ShanghaiTime.DateOf(at)) + Hour(at);

    private static string En(DateTimeOffset at) => En(ShanghaiTime.DateOf(at)) + Hour(at);

    private static string Hour(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(8)).ToString(" HH:mm", CultureInfo.InvariantCulture);
}
