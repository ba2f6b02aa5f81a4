using System.Text.Json.Serialization;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>督办函 presses a case that does not move; 交办函 hands a matter to another body, which replies.</summary>
public enum LetterKind { Supervision, Assignment }

/// <summary>A supervision letter. Its number runs per issuer and year without a gap.</summary>
/// <param name="N">Within the case.</param>
/// <param name="Issuer">Body code.</param>
/// <param name="ReplyBy">Last day (Asia/Shanghai).</param>
public sealed record Letter(
    int N, LetterKind Kind, string Issuer, int Year, int Number, BodyRef To, TextRef Text, DateOnly SentOn, string SentBy, DateOnly ReplyBy)
{
    public TextRef? Reply { get; init; }
    public string? RepliedBy { get; init; }
    public DateOnly? RepliedOn { get; init; }
    public TextRef? Remarks { get; init; }
    public DateOnly? ClosedOn { get; init; }
}

/// <summary>A department's answer to a whistle.</summary>
public sealed record WhistleReply(string Department, TextRef Text, DateOnly On);

/// <summary>The grass roots call departments (吹哨): each of them answers, or it goes up.</summary>
/// <param name="From">Code of the body that called.</param>
/// <param name="AnswerBy">Last day (Asia/Shanghai).</param>
public sealed record Whistle(int N, string From, IReadOnlyList<BodyRef> Departments, TextRef Question, DateOnly BlownOn, DateOnly AnswerBy)
{
    public IReadOnlyList<WhistleReply> Answers { get; init; } = [];

    /// <summary>The departments that have not answered.</summary>
    [JsonIgnore]
    public IReadOnlyList<BodyRef> Waiting =>
        [.. Departments.Where(department => Answers.All(answer => answer.Department != department.Code))];
}

public abstract partial record CaseCommand
{
    public sealed record SendLetter(LetterKind Kind, string Issuer, int Year, int Number, BodyRef To, TextRef Text, DateOnly ReplyBy)
        : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.SendLetter(c, this, context);
    }

    /// <param name="By">The caller's body.</param>
    public sealed record ReplyLetter(int N, string By, TextRef Text) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.ReplyLetter(c, this);
    }

    /// <param name="By">The caller's body.</param>
    public sealed record CloseLetter(int N, string By, TextRef? Remarks) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.CloseLetter(c, this);
    }

    public sealed record BlowWhistle(string From, IReadOnlyList<BodyRef> Departments, TextRef Question, DateOnly AnswerBy) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.BlowWhistle(c, this, context);
    }

    /// <param name="By">The caller's body.</param>
    public sealed record AnswerWhistle(int N, string By, TextRef Text) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => Decide.AnswerWhistle(c, this);
    }
}

public abstract partial record CaseEvent
{
    public sealed record LetterSent(int N, LetterKind Kind, string Issuer, int Year, int Number, BodyRef To, TextRef Text, DateOnly ReplyBy)
        : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Letters = [.. c.Letters, new(N, Kind, Issuer, Year, Number, To, Text, recorded.On, recorded.Actor, ReplyBy)] };
    }

    public sealed record LetterReplied(int N, TextRef Text) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Letters = Evolve.Replace(c.Letters,
                [c.Letters[N - 1] with { Reply = Text, RepliedOn = recorded.On, RepliedBy = recorded.Actor }], letter => letter.N)
        };
    }

    public sealed record LetterClosed(int N, TextRef? Remarks) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        { Letters = Evolve.Replace(c.Letters, [c.Letters[N - 1] with { Remarks = Remarks, ClosedOn = recorded.On }], letter => letter.N) };
    }

    public sealed record WhistleBlown(int N, string From, IReadOnlyList<BodyRef> Departments, TextRef Question, DateOnly AnswerBy)
        : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Whistles = [.. c.Whistles, new(N, From, Departments, Question, recorded.On, AnswerBy)] };
    }

    public sealed record WhistleAnswered(int N, string Department, TextRef Text) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with
        {
            Whistles = Evolve.Replace(c.Whistles, [c.Whistles[N - 1] with
            { Answers = [.. c.Whistles[N - 1].Answers, new(Department, Text, recorded.On)] }], whistle => whistle.N)
        };
    }
}

public static partial class Decide
{
    internal static Decision SendLetter(Case c, CaseCommand.SendLetter command, DecideContext context)
    {
        if (command.To.Code == command.Issuer)
            return Refusals.LetterToSelf;
        if (command.ReplyBy < context.On)
            return Refusals.LetterReplyBy;
        return new CaseEvent.LetterSent(
            c.Letters.Count + 1, command.Kind, command.Issuer, command.Year, command.Number, command.To, command.Text, command.ReplyBy);
    }

    internal static Decision ReplyLetter(Case c, CaseCommand.ReplyLetter command)
    {
        if (c.Letters.FirstOrDefault(one => one.N == command.N) is not { } letter)
            return Refusals.UnknownLetter;
        if (letter.To.Code != command.By)
            return Refusals.NotAddressee;
        return letter.ClosedOn is not null ? Refusals.LetterClosed
            : letter.RepliedOn is not null ? Refusals.LetterReplied
            : new CaseEvent.LetterReplied(command.N, command.Text);
    }

    internal static Decision CloseLetter(Case c, CaseCommand.CloseLetter command)
    {
        if (c.Letters.FirstOrDefault(one => one.N == command.N) is not { } letter)
            return Refusals.UnknownLetter;
        if (letter.Issuer != command.By)
            return Refusals.NotIssuer;
        return letter.ClosedOn is not null ? Refusals.LetterClosed : new CaseEvent.LetterClosed(command.N, command.Remarks);
    }

    internal static Decision BlowWhistle(Case c, CaseCommand.BlowWhistle command, DecideContext context)
    {
        if (command.AnswerBy < context.On)
            return Refusals.WhistleAnswerBy;
        if (command.Departments.Any(department => department.Code == command.From))
            return Refusals.WhistleToSelf;
        return new CaseEvent.WhistleBlown(c.Whistles.Count + 1, command.From,
            [.. command.Departments.DistinctBy(department => department.Code)], command.Question, command.AnswerBy);
    }

    internal static Decision AnswerWhistle(Case c, CaseCommand.AnswerWhistle command)
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
