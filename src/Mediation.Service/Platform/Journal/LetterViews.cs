using System.Globalization;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Journal;

/// <param name="No">As written on the letter.</param>
public sealed record LetterView(
    int N, string No, LetterKind Kind, string Issuer, string To, string? Text, DateOnly SentOn, string SentBy, DateOnly ReplyBy,
    string? Reply, string? RepliedBy, DateOnly? RepliedOn, string? Remarks, DateOnly? ClosedOn)
{
    public static LetterView Of(Letter letter, StoredCase stored) =>
        new(letter.N, NoOf(letter.Kind, letter.Year, letter.Number), letter.Kind, letter.Issuer, letter.To.Code,
            stored.Text(letter.Text), letter.SentOn, letter.SentBy, letter.ReplyBy, stored.Text(letter.Reply), letter.RepliedBy,
            letter.RepliedOn, stored.Text(letter.Remarks), letter.ClosedOn);

    public static string NoOf(LetterKind kind, int year, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{(kind == LetterKind.Supervision ? "督" : "交")}〔{year}〕{number}号");
}

public sealed record WhistleView(int N, string From, IReadOnlyList<string> Departments, string? Question, DateOnly BlownOn,
    DateOnly AnswerBy, IReadOnlyList<WhistleReplyView> Answers)
{
    public static WhistleView Of(Whistle whistle, StoredCase stored) =>
        new(whistle.N, whistle.From, [.. whistle.Departments.Select(body => body.Code)],
            stored.Text(whistle.Question), whistle.BlownOn, whistle.AnswerBy,
            [.. whistle.Answers.Select(answer => new WhistleReplyView(answer.Department, stored.Text(answer.Text), answer.On))]);
}

public sealed record WhistleReplyView(string Department, string? Text, DateOnly On);
