using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mediation.Domain.Cases;

/// <summary>
/// The bytes of the journal and of the stored fold. A changed name here is a changed journal. What a newer version has
/// written is read as far as this one knows it: while nodes are updated one by one, both work on the same cases.
/// </summary>
public static class CaseJson
{
    private static readonly Dictionary<string, Type> Kinds = typeof(CaseEvent).GetNestedTypes()
        .Where(type => type.IsSubclassOf(typeof(CaseEvent)))
        .ToDictionary(type => Camel(type.Name), StringComparer.Ordinal);

    public static JsonSerializerOptions Options { get; } = MakeOptions(JsonUnmappedMemberHandling.Skip);

    private static readonly JsonSerializerOptions Known = MakeOptions(JsonUnmappedMemberHandling.Disallow);

    public static bool IsKind(string kind) => Kinds.ContainsKey(kind);

    public static string Kind(CaseEvent happened) => happened is OtherEvent other ? other.Kind : Camel(happened.GetType().Name);

    /// <summary>What a kind is called, where that stands beside the event.</summary>
    public static Message? NameOf(string kind) => Kinds.GetValueOrDefault(kind)?.GetCustomAttribute<CalledAttribute>()?.Name;

    public static string Serialize(CaseEvent happened) => JsonSerializer.Serialize(happened, happened.GetType(), Options);

    /// <exception cref="JsonException">The body does not fit the kind, or the kind is unknown.</exception>
    public static CaseEvent Parse(string kind, string body) =>
        Kinds.TryGetValue(kind, out var type)
            ? (CaseEvent?)JsonSerializer.Deserialize(body, type, Options) ?? throw new JsonException("An event cannot be null.")
            : throw new JsonException($"Unknown kind of event: {kind}.");

    /// <summary>For who shows a journal: what this version cannot read is there by its kind.</summary>
    public static CaseEvent Read(string kind, string body)
    {
        try
        {
            return Parse(kind, body);
        }
        catch (JsonException)
        {
            return new OtherEvent(kind);
        }
    }

    public static string Serialize(Case state) => JsonSerializer.Serialize(state, Options);

    /// <summary>A fold with members that this version does not know is one to look at, not to write: it would lose them.</summary>
    /// <exception cref="JsonException">The text is no case, or has a value that this version does not know.</exception>
    public static Case ParseCase(string body)
    {
        try
        {
            return Parse(Known) ?? throw new JsonException("A case cannot be null.");
        }
        catch (JsonException unknown)
        {
            return (Parse(Options) ?? throw new JsonException("A case cannot be null.", unknown)) with { IsOfNewerVersion = true };
        }

        Case? Parse(JsonSerializerOptions options) => JsonSerializer.Deserialize<Case>(body, options);
    }

    internal static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static JsonSerializerOptions MakeOptions(JsonUnmappedMemberHandling unknown)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = unknown,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutEmptyLists } },
        };
        options.MakeReadOnly();
        return options;
    }

    // A list that is a constructor's parameter stays: left out, it would come back as null.
    private static void LeaveOutEmptyLists(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is null && property.PropertyType != typeof(string)
                && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
                property.ShouldSerialize = static (_, value) => value is IEnumerable items && items.GetEnumerator().MoveNext();
        }
    }
}
