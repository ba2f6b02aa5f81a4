namespace Mediation.Domain.Cases;

/// <summary>A message in both languages.</summary>
public sealed record Message(string Zh, string En);

/// <summary>Why a command was refused. A value, never an exception.</summary>
/// <param name="Code">Stable, e.g. <c>extension.cap</c>; clients rely on it.</param>
/// <param name="Basis">The article of the law behind the rule, where there is one.</param>
public sealed record Refusal(string Code, Message Message, Message? Basis = null)
{
    /// <summary>What is wrong with which field (camelCase path); a refusal with fields is 422 over HTTP, without 409.</summary>
    public IReadOnlyDictionary<string, Message> Fields { get; init; } = new Dictionary<string, Message>();
}

/// <summary>Either the events that follow from a command, or the refusal.</summary>
public sealed record Decision
{
    private Decision(IReadOnlyList<CaseEvent> events, Refusal? refusal) => (Events, Refusal) = (events, refusal);

    public IReadOnlyList<CaseEvent> Events { get; }
    public Refusal? Refusal { get; }

    public static implicit operator Decision(CaseEvent happened) => new([happened], null);
    public static implicit operator Decision(Refusal refusal) => new([], refusal);
    public static Decision Of(IReadOnlyList<CaseEvent> events) => new(events, null);
}
