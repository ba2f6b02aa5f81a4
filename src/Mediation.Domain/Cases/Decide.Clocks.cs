using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    /// <summary>Gives each event the new value of every clock that it starts, moves or stops (docs/adr/0008).</summary>
    private static Decision WithClocks(Case before, Decision decided, DecideContext context)
    {
        var current = before;
        var events = new List<CaseEvent>();
        foreach (var bare in decided.Events)
        {
            var happened = bare with { LateReason = context.LateReason };
            var after = Evolve.Apply(current, Record(current, happened, context));
            var board = new ClockBoard(current, context);
            Move(board, current, happened, after, context);
            happened = happened with { Clocks = board.Changed };
            events.Add(happened);
            current = Evolve.Apply(current, Record(current, happened, context));
        }
        return decided.Refusal is { } refusal ? refusal : Decision.Of(events);
    }

    private static Recorded Record(Case c, CaseEvent happened, DecideContext context) =>
        new(c.Id, c.Version + 1, context.Now, context.On, context.Actor, null, happened);

    private static void Move(ClockBoard board, Case before, CaseEvent happened, Case after, DecideContext context)
    {
        Answers(board, before, happened, after);
        if (before.Status == Status.Suspended && after.Status != Status.Suspended)
            board.ResumeAll();
        TakingUp(board, before, happened, after);
        switch (happened)
        {
            case CaseEvent.SessionHeld:
            case CaseEvent.SessionScheduled when board.StopsOn(ClockName.FirstSession, ClockEvent.SessionScheduled):
                board.Stop(ClockName.FirstSession);
                break;
            case CaseEvent.Suspended:
                board.PauseAll();
                break;
            case CaseEvent.Extended extended:
                board.Extend(ClockName.Term, extended.Days, extended.Consents);
                break;
            case CaseEvent.ConfirmationRequested:
                board.Stop(ClockName.Confirmation);
                break;
            case CaseEvent.TermPerformed { Complete: true } performed:
                board.Stop(ClockName.Performance, performed.N);
                break;
            case CaseEvent.TermDefaulted defaulted:
                board.Stop(ClockName.Performance, defaulted.N);
                break;
            case CaseEvent.FollowedUp:
                board.Stop(ClockName.FollowUp);
                break;
            case CaseEvent.PapersReturned or CaseEvent.LawsuitFiled:
                board.Stop(ClockName.ReturnToCourt);
                break;
            case CaseEvent.RemediationStarted or CaseEvent.Reopened or CaseEvent.Archived:
                board.CancelAll(ClockName.Confirmation, ClockName.FollowUp, ClockName.ReturnToCourt, ClockName.Performance);
                break;
        }
        Asking(board, happened, after, context);
        Closing(board, before, happened, after);
        Promises(board, happened, after, context);
        Silence(board, after, context);
    }

    /// <summary>Who was asked has answered, or the question has gone.</summary>
    private static void Answers(ClockBoard board, Case before, CaseEvent happened, Case after)
    {
        if (before.Status == Status.Registered && after.Status != Status.Registered)
            board.Stop(ClockName.Intake);
        if (before.Status != Status.Registered && after.Status == Status.Registered)
            board.Start(ClockName.Intake, after);
        if (happened is CaseEvent.Referred)
            board.Start(ClockName.ReferralAnswer, after);
        else if (happened is CaseEvent.ReferralAccepted or CaseEvent.ReferralDeclined)
            board.Stop(ClockName.ReferralAnswer);
        else if (after.OfferedTo is null)
            board.CancelAll(ClockName.ReferralAnswer);
        if (happened is CaseEvent.TransferOffered)
            board.Start(ClockName.TransferAnswer, after);
        else if (happened is CaseEvent.TransferAccepted or CaseEvent.TransferDeclined)
            board.Stop(ClockName.TransferAnswer);
        else if (after.Transfer is null)
            board.CancelAll(ClockName.TransferAnswer);
    }

    /// <summary>A body takes the case up, or mediates it again: the term runs, and the first session is waited for.</summary>
    private static void TakingUp(ClockBoard board, Case before, CaseEvent happened, Case after)
    {
        var taken = before.Body is null && after.Body is not null;
        var again = !before.IsOpen && after.Stage == Stage.Mediation;
        if (taken && after.Sessions.All(session => session.State != SessionState.Held))
            board.Start(ClockName.FirstSession, after);
        // After a transfer the term of the first acceptance runs on.
        if (again || (taken && !board.IsLive(ClockName.Term)))
            board.StartTerm(after, starts => TermOrigin(starts, happened, after));
    }

    /// <summary>The day of the event from which the policy counts; null: the day of what is done now.</summary>
    private static DateOnly? TermOrigin(ClockEvent starts, CaseEvent happened, Case after) => happened switch
    {
        // From signing for the papers, never from the court's own date (特邀调解规定 art. 27).
        CaseEvent.ReferralAccepted accepted => accepted.SignedOn,
        // 道路交通安全法实施条例 art. 94: the traffic police count from funeral, treatment, grading or loss.
        CaseEvent.Accepted { TermFrom: { } from } when starts == ClockEvent.LossFixed => from,
        // 劳动争议调解仲裁法 art. 14: from receipt of the application.
        CaseEvent.Accepted when starts == ClockEvent.ApplicationReceived => after.OpenedOn,
        _ => null,
    };

    private static void Closing(ClockBoard board, Case before, CaseEvent happened, Case after)
    {
        if (happened is CaseEvent.Settled or CaseEvent.PartiallySettled)
        {
            if (IsConfirmable(after))
                board.Start(ClockName.Confirmation, after, after.Agreement!.EffectiveOn);
            else
                board.CancelAll(ClockName.Confirmation);
        }
        if (!before.IsOpen || after.IsOpen)
            return;
        board.Stop(ClockName.Term);
        board.CancelAll(ClockName.FirstSession);
        if (after.Status is Status.Settled or Status.PartiallySettled)
            board.Start(ClockName.FollowUp, after);
        if (after.Court is not null && after.FiledAs is null
            && after.Status is Status.Failed or Status.Withdrawn or Status.Terminated or Status.PartiallySettled)
            board.Start(ClockName.ReturnToCourt, after);
    }

    private static void Promises(ClockBoard board, CaseEvent happened, Case after, DecideContext context)
    {
        var kind = CaseJson.Kind(happened);
        IReadOnlyList<Term> fresh = happened switch
        {
            CaseEvent.Settled settled => settled.Terms,
            CaseEvent.PartiallySettled settled => settled.Terms,
            _ => [],
        };
        foreach (var term in fresh)
        {
            if (term.DueOn is { } dueOn)
                board.StartPerformance(term.N, after, after.Agreement!.EffectiveOn, dueOn);
        }
        foreach (var term in after.Terms)
        {
            var waiting = term.State == TermState.Open && term.Round == after.Round && after.Clock(ClockName.Performance, term.N) is null;
            if (waiting && term.DueAfter is { } dueAfter && dueAfter.Event == kind)
                board.StartPerformance(term.N, after, context.On, context.On.AddDays(dueAfter.Days));
        }
    }

    /// <summary>
    /// Each thing that somebody does sets the inactivity clock back. It runs while a body mediates, and while an accepted
    /// case waits for a body: no other clock runs then, and it must not go stale unseen.
    /// </summary>
    private static void Silence(ClockBoard board, Case after, DecideContext context)
    {
        if (after.Status is not (Status.Accepted or Status.Assigned or Status.InSession))
            board.CancelAll(ClockName.Inactivity);
        else if (context.Actor != System)
            board.Start(ClockName.Inactivity, after, after.LastOn);
    }
}
