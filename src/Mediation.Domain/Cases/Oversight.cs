using System.Text.Json.Serialization;

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
