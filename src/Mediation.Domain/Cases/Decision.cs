namespace Mediation.Domain.Cases;

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
