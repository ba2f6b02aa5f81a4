using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mediation.Service.Platform.Http;

/// <summary>An answer that is written with members that its type does not have: they are made by a list.</summary>
public interface IMoreMembers
{
    static abstract IReadOnlyList<JsonMember> Members { get; }
}

/// <summary>One of them; a null is written.</summary>
/// <param name="Type">As the API's document says it.</param>
/// <param name="Get">Its value in an answer.</param>
public sealed record JsonMember(string Name, Type Type, string Description, Func<object, object?> Get) : ICustomAttributeProvider
{
    private static readonly object[] Always = [new JsonIgnoreAttribute { Condition = JsonIgnoreCondition.Never }];

    public static void AddTo(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || !info.Type.IsAssignableTo(typeof(IMoreMembers))) return;
        foreach (var member in (IReadOnlyList<JsonMember>)info.Type.GetProperty(nameof(IMoreMembers.Members))!.GetValue(null)!)
        {
            var property = info.CreateJsonPropertyInfo(member.Type, member.Name);
            (property.Get, property.ShouldSerialize, property.AttributeProvider) = (member.Get, (_, _) => true, member);
            info.Properties.Add(property);
        }
    }

    public object[] GetCustomAttributes(bool inherit) => Always;

    public object[] GetCustomAttributes(Type attributeType, bool inherit) => attributeType == typeof(JsonIgnoreAttribute) ? Always : [];

    public bool IsDefined(Type attributeType, bool inherit) => attributeType == typeof(JsonIgnoreAttribute);
}
