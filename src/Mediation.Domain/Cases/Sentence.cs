namespace Mediation.Domain.Cases;

/// <summary>
/// What an event says, in both languages. Names and texts stand outside the journal: a <see cref="User"/>, <see cref="Party"/>
/// or <see cref="TextRef"/> between the words is filled in by who shows it.
/// </summary>
public sealed record Sentence(FormattableString Zh, FormattableString En)
{
    public sealed record User(string Name);

    public sealed record Body(string Code);

    public sealed record Party(string Id);

    /// <summary>What stands between the words.</summary>
    public IEnumerable<object?> Parts => Zh.GetArguments().Concat(En.GetArguments());
}

/// <summary>
/// What an event is called where its sentence may not be read. A kind that does not say has its name among the service's texts.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CalledAttribute(string zh, string en) : Attribute
{
    public Message Name { get; } = new(zh, en);
}
