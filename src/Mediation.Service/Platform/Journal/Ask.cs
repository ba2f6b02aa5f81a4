using Mediation.Domain;

namespace Mediation.Service.Platform.Journal;

/// <summary>What is asked for, and so which control asks and which JSON comes out.</summary>
public enum Ask
{
    Line, Area, Lines, Date, Moment, Number, YesNo, Value, Party, Parties, Body, Mediator, Court, Session, Term, CorrectField, Signatures,
    Terms, RiskItems, Person, AnyBody, Departments, Letter, Whistle
}

/// <summary>How a form asks for this property; forms ask in the order in which the properties stand.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AskAttribute(Ask ask) : Attribute
{
    /// <summary>A field with words of its own; the others share theirs by name (<c>Field.reason</c> among the texts).</summary>
    public AskAttribute(Ask ask, string zh, string en) : this(ask) => Label = new(zh, en);

    public Ask Ask { get; } = ask;
    public Message? Label { get; }
    public bool Required { get; init; }
}

/// <summary>A property for which no form has a field of its own, and why.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAskedAttribute(string why) : Attribute
{
    public string Why { get; } = why;
}
