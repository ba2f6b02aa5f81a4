using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    private static Decision SendLetter(Case c, CaseCommand.SendLetter command, DecideContext context)
    {
        if (command.To.Code == command.Issuer)
            return Refusals.LetterToSelf;
        if (command.ReplyBy < context.On)
            return Refusals.LetterReplyBy;
        return new CaseEvent.LetterSent(
            c.Letters.Count + 1, command.Kind, command.Issuer, command.Year, command.Number, command.To, command.Text, command.ReplyBy);
    }

    private static Decision ReplyLetter(Case c, CaseCommand.ReplyLetter command)
    {
        if (c.Letters.FirstOrDefault(one => one.N == command.N) is not { } letter)
            return Refusals.UnknownLetter;
        if (letter.To.Code != command.By)
            return Refusals.NotAddressee;
        return letter.ClosedOn is not null ? Refusals.LetterClosed
            : letter.RepliedOn is not null ? Refusals.LetterReplied
            : new CaseEvent.LetterReplied(command.N, command.Text);
    }

    private static Decision CloseLetter(Case c, CaseCommand.CloseLetter command)
    {
        if (c.Letters.FirstOrDefault(one => one.N == command.N) is not { } letter)
            return Refusals.UnknownLetter;
        if (letter.Issuer != command.By)
            return Refusals.NotIssuer;
        return letter.ClosedOn is not null ? Refusals.LetterClosed : new CaseEvent.LetterClosed(command.N, command.Remarks);
    }

    private static Decision BlowWhistle(Case c, CaseCommand.BlowWhistle command, DecideContext context)
    {
        if (command.AnswerBy < context.On)
            return Refusals.WhistleAnswerBy;
        if (command.Departments.Any(department => department.Code == command.From))
            return Refusals.WhistleToSelf;
        return new CaseEvent.WhistleBlown(c.Whistles.Count + 1, command.From,
            [.. command.Departments.DistinctBy(department => department.Code)], command.Question, command.AnswerBy);
    }

    private static Decision AnswerWhistle(Case c, CaseCommand.AnswerWhistle command)
    {
        if (c.Whistles.FirstOrDefault(one => one.N == command.N) is not { } whistle)
            return Refusals.UnknownWhistle;
        if (whistle.Departments.All(department => department.Code != command.By))
            return Refusals.NotWhistled;
        return whistle.Answers.Any(answer => answer.Department == command.By)
            ? Refusals.WhistleAnswered
            : new CaseEvent.WhistleAnswered(command.N, command.By, command.Text);
    }

    /// <summary>The day that a letter or whistle names is a clock of its own; unanswered it goes up as every other.</summary>
    private static void Asking(ClockBoard board, CaseEvent happened, Case after, DecideContext context)
    {
        switch (happened)
        {
            case CaseEvent.LetterSent e:
                board.StartUntil(ClockName.LetterReply, e.N, after, context.On, e.ReplyBy);
                break;
            case CaseEvent.LetterReplied e:
                board.Stop(ClockName.LetterReply, e.N);
                break;
            case CaseEvent.LetterClosed e:
                board.Cancel(ClockName.LetterReply, e.N);
                break;
            case CaseEvent.WhistleBlown e:
                board.StartUntil(ClockName.WhistleAnswer, e.N, after, context.On, e.AnswerBy);
                break;
            case CaseEvent.WhistleAnswered e when after.Whistles.First(one => one.N == e.N).Waiting.Count == 0:
                board.Stop(ClockName.WhistleAnswer, e.N);
                break;
            case CaseEvent.Archived:
                board.CancelAll(ClockName.LetterReply);
                break;
        }
        // Help is called for an open dispute alone.
        if (!after.IsOpen)
            board.CancelAll(ClockName.WhistleAnswer);
    }
}
