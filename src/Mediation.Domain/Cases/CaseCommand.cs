using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>What is asked of a case. Texts have been put aside already and come as <see cref="TextRef"/>.</summary>
public abstract partial record CaseCommand
{
    /// <summary>What follows, once <see cref="Decide.Check"/> has nothing against it.</summary>
    internal virtual Decision Rule(Case c, DecideContext context) =>
        throw new InvalidOperationException($"No decision for {GetType().Name}.");

    /// <summary>The only command for a case that does not exist yet.</summary>
    public sealed record Register(CaseEvent.Registered Facts) : CaseCommand;

    /// <summary>The sweep's command: warn, mark overdue and take every ladder step whose instant has come.</summary>
    public sealed record Tick : CaseCommand;

    /// <summary>The sweep's command: a risk whose last day has passed falls back.</summary>
    public sealed record EndRisk : CaseCommand;

    /// <summary>
    /// Whoever was told by a ladder or otherwise answers. The clock's values say for which notification; null for other news.
    /// </summary>
    public sealed record AnswerNotice(
        Guid Notice, TextRef Text, string? Clock, DateOnly? StartedOn, DateOnly? DueOn, int? Step, LadderAsk? Ask) : CaseCommand;

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
