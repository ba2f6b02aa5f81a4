namespace Mediation.Domain;

/// <summary>Why a command was refused. A value, never an exception.</summary>
/// <param name="Code">Stable, e.g. <c>extension.cap</c>; clients rely on it.</param>
/// <param name="Basis">The article of the law behind the rule, where there is one.</param>
public sealed record Refusal(string Code, Message Message, Message? Basis = null)
{
    /// <summary>What is wrong with which field (camelCase path); a refusal with fields is 422 over HTTP, without 409.</summary>
    public IReadOnlyDictionary<string, Message> Fields { get; init; } = new Dictionary<string, Message>();
}
