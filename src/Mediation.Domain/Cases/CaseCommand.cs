using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>What is asked of a case. Texts have been put aside already and come as <see cref="TextRef"/>.</summary>
public abstract partial record CaseCommand
{
    /// <summary>What follows from a command whose rule stands beside it; of the others it stands in <see cref="Decide"/>.</summary>
    internal virtual Decision Rule(Case current, DecideContext context) =>
        throw new InvalidOperationException($"No decision for {GetType().Name}.");

    /// <summary>The only command for a case that does not exist yet.</summary>
    public sealed record Register(CaseEvent.Registered Facts) : CaseCommand;

    /// <param name="Self">The body that accepts for itself; null when the centre accepts.</param>
    /// <param name="TermFrom">For the traffic police: the end of funeral or treatment, the grading, or the loss being fixed.</param>
    public sealed record Accept(BodyRef? Self, MediatorCheck? Mediator, DateOnly? TermFrom) : CaseCommand;
    public sealed record NotAccept(NotAcceptReason Reason) : CaseCommand;
    public sealed record Guide(GuideRoute Route) : CaseCommand;
    public sealed record Refer(BodyRef Body, TextRef? Reason) : CaseCommand;

    /// <param name="SignedOn">Null: the business date of the command.</param>
    public sealed record AcceptReferral(DateOnly? SignedOn) : CaseCommand;
    public sealed record DeclineReferral(TextRef Reason) : CaseCommand;
    public sealed record OfferTransfer(BodyRef To, string? Division, TextRef Reason) : CaseCommand;
    public sealed record AcceptTransfer : CaseCommand;
    public sealed record DeclineTransfer(TextRef Reason) : CaseCommand;
    public sealed record Assign(MediatorCheck Mediator) : CaseCommand;
    public sealed record Recuse(TextRef Reason) : CaseCommand;
    public sealed record RecordConsent(string Party, bool Given, TextRef How) : CaseCommand;
    public sealed record ScheduleSession(DateTimeOffset StartsAt, int Minutes, TextRef Place, SessionKind Kind) : CaseCommand;
    public sealed record HoldSession(int N, IReadOnlyList<string> Attendance, TextRef Record) : CaseCommand;
    public sealed record CancelSession(int N, TextRef Reason) : CaseCommand;
    public sealed record RecordNoShow(int N, string Party) : CaseCommand;
    public sealed record Suspend(TextRef Reason) : CaseCommand;
    public sealed record Resume : CaseCommand;
    public sealed record Extend(int Days, IReadOnlyList<string> Consents) : CaseCommand;
    public sealed record Settle(AgreementDraft Agreement) : CaseCommand;

    /// <param name="RestCase">Id of the case that will carry the rest; required when <paramref name="Rest"/> is split.</param>
    public sealed record SettlePartially(
        AgreementDraft Agreement, IReadOnlyList<string> SettledParties, TextRef? SettledIssues, Rest Rest, Guid? RestCase) : CaseCommand;
    public sealed record Fail(FailReason Reason) : CaseCommand;
    public sealed record Withdraw(string Party, TextRef Reason) : CaseCommand;
    public sealed record Terminate(TextRef Reason) : CaseCommand;

    /// <param name="Court">Body code; null: the court that referred the case.</param>
    public sealed record RequestConfirmation(string? Court, bool ByBothParties) : CaseCommand;
    public sealed record RefuseConfirmation(TextRef Reason) : CaseCommand;
    public sealed record GrantConfirmation(string ConfirmationNo) : CaseCommand;
    public sealed record RejectConfirmation(TextRef Reason) : CaseCommand;
    public sealed record WithdrawConfirmation : CaseCommand;
    public sealed record PerformTerm(int N, decimal? Amount) : CaseCommand;
    public sealed record DefaultTerm(int N) : CaseCommand;
    public sealed record Remediate(IReadOnlyList<string> Consents) : CaseCommand;

    /// <param name="Correction">Already resolved: old and new value (or HMACs), new centre when the division changes.</param>
    public sealed record Correct(CaseEvent.Corrected Correction) : CaseCommand;
    public sealed record FollowUp(TextRef Method, int? Satisfaction, bool Performed, TextRef? Remarks) : CaseCommand;
    public sealed record Archive : CaseCommand;
    public sealed record Reopen(TextRef Reason) : CaseCommand;

    /// <param name="Level">Set by hand; null: what the checklist makes of the items.</param>
    /// <param name="Items">Codes of the ticked items of the checklist.</param>
    /// <param name="Until">Last day (Asia/Shanghai) on which it holds.</param>
    public sealed record SetRisk(Risk? Level, IReadOnlyList<string> Items, DateOnly? Until, TextRef Reason) : CaseCommand
    {
        /// <summary>What the items weigh together; null: one point each.</summary>
        public int? Points { get; init; }
    }
    public sealed record ConfirmRed : CaseCommand;
    public sealed record SendLetter(LetterKind Kind, string Issuer, int Year, int Number, BodyRef To, TextRef Text, DateOnly ReplyBy) : CaseCommand;

    /// <param name="By">The caller's body.</param>
    public sealed record ReplyLetter(int N, string By, TextRef Text) : CaseCommand;

    /// <param name="By">The caller's body.</param>
    public sealed record CloseLetter(int N, string By, TextRef? Remarks) : CaseCommand;
    public sealed record BlowWhistle(string From, IReadOnlyList<BodyRef> Departments, TextRef Question, DateOnly AnswerBy) : CaseCommand;

    /// <param name="By">The caller's body.</param>
    public sealed record AnswerWhistle(int N, string By, TextRef Text) : CaseCommand;
    public sealed record NameLead(string Person) : CaseCommand;
    public sealed record Recall(TextRef Reason) : CaseCommand;
    public sealed record ReturnPapers : CaseCommand;
    public sealed record FileLawsuit(string NewCaseNo) : CaseCommand;
    public sealed record ConcludeLawsuit(ConclusionKind Kind) : CaseCommand;

    /// <summary>The sweep's command: warn, mark overdue and take every ladder step whose instant has come.</summary>
    public sealed record Tick : CaseCommand;

    /// <summary>The sweep's command: a risk whose last day has passed falls back.</summary>
    public sealed record EndRisk : CaseCommand;

    /// <summary>Whoever was told by a ladder or otherwise answers. The clock's values say for which telling; null for other news.</summary>
    public sealed record AnswerNotice(Guid Notice, TextRef Text, string? Clock, DateOnly? StartedOn, DateOnly? DueOn, int? Step, LadderAsk? Ask) : CaseCommand;

    /// <summary>A policy that reaches running clocks too, or a year of the calendar that has arrived: see <see cref="Recount"/>.</summary>
    public sealed record Recompute(RecountCause Cause, string By) : CaseCommand;
}

/// <summary>What the directory says of a mediator who is to get a case.</summary>
/// <param name="TermUntil">Last day of the three-year term (人民调解工作若干规定 art. 16); null: not limited.</param>
/// <param name="Conflict">A conflict of interest was found (same identity number or phone as a party, declared relation).</param>
public sealed record MediatorCheck(string User, string Body, DateOnly? TermUntil, bool Conflict);

/// <summary>An agreement as typed; <see cref="Decide"/> says what is missing.</summary>
public sealed record AgreementDraft(
    AgreementForm Form, TextRef? Facts, TextRef? Issues, IReadOnlyList<TermDraft> Terms, TextRef? Way, bool Sealed,
    DateOnly SignedOn, IReadOnlyList<string> Signatures);

public sealed record TermDraft(
    string Obligor, string Obligee, TextRef What, decimal? Amount, DateOnly? DueOn, DueAfter? DueAfter, IReadOnlyList<string> Jointly);
