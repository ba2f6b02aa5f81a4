namespace Mediation.Domain.Cases;

/// <summary>Every refusal of the decider: code, what to do about it in both languages, and the article behind it.</summary>
public static class Refusals
{
    private static readonly Message Willing = new("《人民调解法》第十七条：一方当事人明确拒绝调解的，不得调解。",
        "People's Mediation Law art. 17: no mediation where a party refuses.");
    private static readonly Message Impartial = new("《人民调解法》第十五条；《人民调解工作若干规定》关于回避的规定。",
        "People's Mediation Law art. 15; Provisions on People's Mediation, recusal.");
    private static readonly Message Content = new("《人民调解法》第二十八条、第二十九条。", "People's Mediation Law arts. 28 and 29.");
    private static readonly Message Confirming = new("《人民调解法》第三十三条；《民事诉讼法》第二百零五条。",
        "People's Mediation Law art. 33; Civil Procedure Law art. 205.");
    private static readonly Message NotConfirmable = new("《民诉法解释》：确认身份关系、知识产权权属的，不予受理。",
        "Interpretation of the Civil Procedure Law: no confirmation of status relations or ownership of intellectual property.");
    private static readonly Message Performing = new("《人民调解法》第三十一条。", "People's Mediation Law art. 31.");
    private static readonly Message TermOfOffice = new("《人民调解工作若干规定》第十六条：调解员任期三年。",
        "Provisions on People's Mediation art. 16: a mediator's term is three years.");

    public static Refusal NotAllowed(Transition row, Status status)
    {
        var label = Transitions.Label(status);
        return new("transition.notAllowed", new(
            $"案件处于“{label.Zh}”状态，不能进行“{row.Label.Zh}”。", $"“{row.Label.En}” is not possible while the case is {label.En}."));
    }

    // Dates
    public static readonly Refusal FutureDate = new("date.future",
        new("日期或时间不能晚于现在，请改为实际发生的日期。", "The date lies in the future; give the day on which it happened."));
    public static readonly Refusal BeforeOpening = new("date.beforeOpening",
        new("日期早于案件登记日，请核对日期。", "The date lies before the case was registered; check it."));
    public static readonly Refusal BeforeReceipt = new("date.beforeReceipt",
        new("签收日期早于法院移送日期，请核对签收日期。", "The papers cannot be signed for before they were received; check the date."));
    public static readonly Refusal LateReason = Invalid("lateReason.required", "lateReason", "日期早于上一次记录，请填写补录原因。",
        "The date lies before the last entry; say why it is entered late.");
    public static readonly Refusal LateSigning = Invalid("lateReason.required", "lateReason", "签订日期早于上一次记录，请填写补录原因。",
        "The day of signing lies before the last entry; say why it is entered late.");

    // Intake and referral
    public static readonly Refusal CaseExists = new("case.exists", new("案件已存在，不能重复登记。", "The case exists already."));
    public static readonly Refusal CaseMissing = new("case.missing", new("案件不存在，请先登记。", "There is no such case; register it first."));
    public static readonly Refusal NewerVersion = new("case.newerVersion", new("案件已由本系统的新版本办理，当前节点尚未升级，不能修改。请稍后重试。",
        "A newer version of the service has written to this case, and this node has not been updated yet: it changes nothing. "
            + "Try again in a few minutes."));
    public static readonly Refusal CourtReferral = new("accept.courtReferral", new("法院委派、委托的案件由综治中心受理后分派，调解组织不能自行受理。",
        "A court's referral is accepted by the centre and referred; a body cannot take it for itself."));
    public static readonly Refusal NotOwnDesk = new("accept.notOwnDesk",
        new("只能自行受理在本组织登记的案件。", "A body accepts for itself only what came in at its own desk."));
    public static readonly Refusal MediatorWithoutBody = Invalid("accept.mediator", "mediator", "只有调解组织自行受理时才能同时指派调解员。",
        "A mediator can be named at acceptance only by a body that accepts for itself.");
    public static readonly Refusal HasBody = new("refer.hasBody",
        new("案件已由调解组织受理，如需更换请使用移送。", "A body has taken the case; use a transfer to move it."));
    public static readonly Refusal NoBodyToTransfer = new("transfer.noBody",
        new("案件尚无调解组织，请使用分派，或移送其他区划。", "No body has taken the case; refer it, or transfer it to another division."));
    public static readonly Refusal TransferToSelf = new("transfer.same",
        new("接收方与现在的承办方相同，请另选接收方。", "The case is there already; choose another body or division."));
    public static readonly Refusal TransferPending = new("transfer.pending",
        new("已有移送等待答复，答复后才能再次移送。", "A transfer waits for its answer; it comes first."));
    public static readonly Refusal NoTransfer = new("transfer.none", new("没有等待答复的移送。", "No transfer waits for an answer."));
    public static readonly Refusal NoBodyToJoin = new("join.noBody", new("案件尚无调解组织，请先分派。", "No body has taken the case; refer it first."));
    public static readonly Refusal AlreadyJoined = new("join.already",
        new("该组织已参与本案调解，请另选组织。", "This body takes part already; choose another."));

    // Conduct
    public static readonly Refusal NoBodyToAssign = new("assign.noBody",
        new("案件尚无调解组织，请先分派。", "No body has taken the case; refer it first."));
    public static readonly Refusal AlreadyAssigned = new("assign.same",
        new("该调解员已承办本案，请另选调解员。", "This mediator has the case already; choose another."));
    public static readonly Refusal OtherBody = new("mediator.otherBody",
        new("调解员不属于承办或联合调解的组织，请另选调解员。", "The mediator belongs to no body of this case; choose another."));
    public static readonly Refusal TermExpired = new("mediator.termExpired",
        new("调解员任期已满，请先续聘或另选调解员。", "The mediator's term has run out; renew it or choose another."), TermOfOffice);
    public static readonly Refusal Conflict = new("conflict.ofInterest",
        new("调解员与当事人有利害关系，应当回避，请另选调解员。", "The mediator has a conflict of interest; choose another."), Impartial);
    public static readonly Refusal RecusedBefore = new("mediator.recused",
        new("该调解员已在本案中回避，请另选调解员。", "This mediator was replaced in this case; choose another."), Impartial);
    public static readonly Refusal UnknownSession = new("session.unknown",
        new("没有这个序号的调解安排，请核对序号。", "There is no session of this number; check it."));
    public static readonly Refusal NotScheduled = new("session.notScheduled",
        new("该次调解已登记或已取消。", "This session has been recorded or cancelled already."));
    public static readonly Refusal BeforeStart = new("session.beforeStart",
        new("登记日期早于该次调解的日期，请核对日期。", "The date lies before the session's own day; check it."));
    public static readonly Refusal NoShowKnown = new("session.noShowRecorded",
        new("该当事人的缺席已登记。", "This party's absence is recorded already."));
    public static readonly Refusal OpenSession = new("session.open", new("有已到时间的调解尚未登记，请先登记已进行、缺席或取消。",
        "A session's time has passed without a record; say first whether it was held, missed or cancelled."));
    public static readonly Refusal NobodyThere = Invalid("attendance.required", "attendance", "请至少选择一名到场当事人。",
        "Name at least one party who attended.");
    public static readonly Refusal ExtensionDays = Invalid("extension.days", "days", "延长天数应为 1 至 365 天。", "Extend by 1 to 365 days.");
    public static readonly Refusal NoRunningTerm = new("extension.notRunning",
        new("没有正在计算的调解期限，无需延长。", "No term of mediation is running, so there is nothing to extend."));

    public static Refusal ExtensionConsent(Message? basis) => new("extension.consent",
        new("延长期限须经全部当事人同意，请先取得其余当事人的同意。", "Every party must agree to an extension; ask those who have not."), basis);

    public static Refusal ExtensionCap(Message? basis) => new("extension.cap",
        new("超过可延长的天数或次数，请减少天数或结束调解。", "The extension exceeds what is allowed; take fewer days or end the mediation."), basis);

    public static Refusal ExtensionNotAllowed(Message? basis) =>
        new("extension.notAllowed", new("该类调解期限不能延长。", "This kind of term cannot be extended."), basis);

    public static Refusal ConsentMissing(IEnumerable<string> parties)
    {
        var names = string.Join(", ", parties);
        return new("consent.missing", new($"以下当事人尚未同意调解：{names}。请先登记其同意。",
            $"These parties have not agreed to mediate: {names}. Record their consent first."), Willing);
    }

    // Closure
    public static readonly Refusal NotRefused = new("consent.notRefused",
        new("没有当事人拒绝调解的记录，请先登记其意愿。", "No party's refusal is recorded; record it first."), Willing);
    public static readonly Refusal OnlyRefused = new("fail.onlyConsentRefused",
        new("调解组织受理前，只能以当事人拒绝调解为由结束。", "Before a body has taken the case it can fail only because a party refused."));
    public static readonly Refusal NotApplicant = new("withdraw.notApplicant", new("只有申请人可以撤回申请。", "Only an applicant can withdraw."));
    public static readonly Refusal SignatureAuthority = new("signature.authority",
        new("代理人没有特别授权，不能代当事人签字。", "The representative has no special authority and cannot sign for the party."), Content);
    public static readonly Refusal SignatureGuardian = new("signature.guardian", new("未成年当事人须由其监护人签字（如 p1.r1）。",
        "A guardian must sign for a minor (for example p1.r1)."), new("《民法典》第十九条、第二十条、第二十三条。", "Civil Code arts. 19, 20 and 23."));
    public static readonly Refusal RestCase = Invalid("rest.caseRequired", "restCase", "拆分时须指明承接其余争议的案件。",
        "A split names the case that carries the rest.");
    public static readonly Refusal NotConfirmableMatter = new("confirmation.notPossible",
        new("该协议依法不能申请司法确认。", "This agreement cannot be confirmed by a court."), NotConfirmable);
    public static readonly Refusal WindowClosed = new("confirmation.windowClosed",
        new("自协议生效之日起三十日的申请期限已过。", "The 30 days from the agreement's effect have passed."), Confirming);
    public static readonly Refusal ConfirmationPending = new("confirmation.pending",
        new("司法确认申请正在审查，请先登记其结果。", "A confirmation is pending; record its result first."), Confirming);
    public static readonly Refusal AlreadyConfirmed = new("confirmation.granted",
        new("协议已经司法确认。", "The agreement has been confirmed already."), Confirming);
    public static readonly Refusal NotRequested = new("confirmation.notRequested", new("没有正在审查的司法确认申请。", "No confirmation is pending."));
    public static readonly Refusal BothParties =
        new("confirmation.bothParties", new("司法确认须由双方当事人共同申请。", "Both parties must apply for confirmation together."), Confirming)
        { Fields = Field("byBothParties", "须由双方当事人共同申请。", "Both parties must apply together.") };
    public static readonly Refusal CourtRequired = Invalid("court.required", "court", "请选择申请司法确认的法院。",
        "Name the court that is asked to confirm.");
    public static readonly Refusal UnknownTerm = new("term.unknown",
        new("协议中没有这一条，请核对序号。", "The agreement has no term of this number; check it."));
    public static readonly Refusal TermDone = new("term.done", new("该条已履行完毕。", "This term has been performed already."), Performing);
    public static readonly Refusal TermDefaulted = new("term.defaulted",
        new("该条已登记为未履行。", "This term is recorded as defaulted already."), Performing);
    public static readonly Refusal TermNotDue = new("term.notDue",
        new("该条的履行期限尚未届满。", "The day for performing this term has not passed."), Performing);
    public static readonly Refusal Overpaid = Invalid("term.overpaid", "amount", "金额超过该条尚欠的数额。",
        "The amount is more than what is still owed.");
    public static readonly Refusal PaidNothing = Invalid("term.amount", "amount", "金额应大于零。", "The amount must be more than zero.");
    public static readonly Refusal NothingToRemediate = new("remediate.noGround", new("协议未出现不履行，司法确认也未被驳回，不能再次调解。",
        "Nothing was defaulted and no confirmation rejected, so there is no ground to mediate again."), Performing);
    public static readonly Refusal SameValue = new("correct.same", new("更正前后的内容相同。", "The value is the same as before."));
    public static readonly Refusal CorrectField = Invalid("correct.field", "field", "该项不能更正，请核对项目名称。",
        "This field cannot be corrected; check its name.");
    public static readonly Refusal CorrectValue = Invalid("correct.value", "value", "请填写该项的正确内容。", "Give a valid value for this field.");
    public static readonly Refusal Satisfaction = Invalid("satisfaction.range", "satisfaction", "满意度应为 1 至 5。",
        "Satisfaction goes from 1 to 5.");
    public static readonly Refusal TermsOpen = new("archive.termsOpen",
        new("协议尚有未登记结果的条款，请先登记履行或未履行。", "Terms of the agreement are open; record performance or default first."), Performing);
    public static readonly Refusal ArchiveConfirmationPending = new("archive.confirmationPending",
        new("司法确认申请正在审查，结果登记后才能归档。", "A confirmation is pending; archive after its result."), Confirming);
    public static readonly Refusal ReopenRecalled = new("reopen.recalled",
        new("法院已收回案件，不能重新启动；请由法院再次委派。", "The court took the case back; it can only refer it again."));
    public static readonly Refusal RiskUntil = Invalid("risk.until", "until", "风险期限不能早于评定日期。",
        "The risk cannot end before the day it is set.");
    public static readonly Refusal RiskNotRed = new("risk.notRed",
        new("案件不是红色风险，无需签收。", "The case is not red: there is nothing to confirm."));
    public static readonly Refusal RiskConfirmed = new("risk.confirmed", new("红色预警已签收。", "The red alert has been confirmed already."));
    public static readonly Refusal LeadMissing = new("lead.missing",
        new("尚未确定包案领导，请先确定，再由其签收。", "No lead is named yet: name one, who then confirms."));
    public static readonly Refusal NotTheLead = new("risk.notLead",
        new("红色预警由本案包案领导签收。", "The red alert is confirmed by the lead of this case."));
    public static readonly Refusal LeadNeeded = new("lead.needed", new("红色风险或重大纠纷须先确定包案领导，才能延期、中止、结案（达成协议除外）或归档。",
        "Name a lead first: a red or major case is not extended, suspended, ended without an agreement or archived without one."));
    public static readonly Refusal LeadNotNeeded = new("lead.notNeeded",
        new("只有红色风险或重大纠纷才确定包案领导。", "A lead is named only for a red or major case."));

    // Letters and whistles
    public static readonly Refusal LetterToSelf = Invalid("letter.self", "to", "不能发给本单位，请选择其他单位。",
        "A letter goes to another body: choose one.");
    public static readonly Refusal LetterReplyBy = Invalid("letter.replyBy", "replyBy", "回复期限不能早于发函日期。",
        "The reply cannot be due before the day of the letter.");
    public static readonly Refusal UnknownLetter = new("letter.unknown",
        new("没有这份函件，请核对序号。", "There is no such letter: check its number within the case."));
    public static readonly Refusal NotAddressee = new("letter.notAddressee",
        new("只有收函单位可以回复。", "Only the body that it was sent to replies."));
    public static readonly Refusal NotIssuer = new("letter.notIssuer", new("只有发函单位可以办结。", "Only the body that sent it closes it."));
    public static readonly Refusal LetterReplied = new("letter.replied", new("函件已回复。", "The letter has been replied to already."));
    public static readonly Refusal LetterClosed = new("letter.closed", new("函件已办结。", "The letter is closed already."));
    public static readonly Refusal WhistleAnswerBy = Invalid("whistle.answerBy", "answerBy", "回应期限不能早于吹哨日期。",
        "The answer cannot be due before the day of the call.");
    public static readonly Refusal WhistleToSelf = Invalid("whistle.self", "departments", "不能向本单位吹哨。", "A body does not call itself.");
    public static readonly Refusal UnknownWhistle = new("whistle.unknown",
        new("没有这次吹哨，请核对序号。", "There is no such call: check its number within the case."));
    public static readonly Refusal NotWhistled = new("whistle.notAsked", new("吹哨没有点到贵单位。", "Your body was not called."));
    public static readonly Refusal WhistleAnswered = new("whistle.answered", new("贵单位已回应。", "Your body has answered already."));

    // Courts
    public static readonly Refusal NoCourt = new("court.notReferred", new("案件不是法院委派或委托的。", "No court referred this case."));
    public static readonly Refusal AlreadyReturned = new("returned.already",
        new("法院已签收退回的材料。", "The court has acknowledged the papers already."));
    public static readonly Refusal NothingReturned = new("returned.nothing",
        new("该案结果不需要退回材料。", "A case that ended like this returns no papers."));
    public static readonly Refusal AlreadyFiled = new("filing.already", new("已登记转为诉讼的案号。", "The lawsuit's number is recorded already."));
    public static readonly Refusal AlreadyConcluded = new("conclusion.already", new("诉讼结果已登记。", "The lawsuit's end is recorded already."));

    public static Refusal UnknownParty(string field) =>
        Invalid("party.unknown", field, "没有这个当事人，请使用 p1、p2 等编号。", "There is no such party; use its id, such as p1.");

    public static Refusal Invalid(string code, string field, string zh, string en) =>
        new(code, new(zh, en)) { Fields = Field(field, zh, en) };

    public static Refusal Incomplete(string code, string zh, string en, IReadOnlyDictionary<string, Message> fields) =>
        new(code, new(zh, en), code == "agreement.incomplete" ? Content : null) { Fields = fields };

    private static Dictionary<string, Message> Field(string field, string zh, string en) =>
        new(StringComparer.Ordinal) { [field] = new(zh, en) };
}
