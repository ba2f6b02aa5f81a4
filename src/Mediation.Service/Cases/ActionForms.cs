using System.Reflection;
using System.Text.Json;
using Mediation.Domain;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Cases;

/// <param name="Name">As the API names it; <c>n</c> is the number in the route.</param>
/// <param name="Values">The enumeration of an <see cref="Ask.Value"/>.</param>
/// <param name="Label">Null: its label is a text by key, as its hint.</param>
public sealed record ActionField(string Name, Ask Ask, bool Required = false, Type? Values = null, Message? Label = null);

/// <summary>The form of every action, read off its request.</summary>
public static class ActionForms
{
    private static readonly Dictionary<Type, IReadOnlyList<ActionField>> ByType = CaseActions.All.ToDictionary(
        action => action.Type, action => Read(action.Type));

    public static IReadOnlyList<ActionField> Of(Type request) => ByType[request];

    /// <summary>The number first, then the properties as they stand; what a request shares with others comes after its own.</summary>
    private static IReadOnlyList<ActionField> Read(Type request)
    {
        var route = request.GetCustomAttribute<CaseRouteAttribute>()!;
        var own = from property in request.GetProperties()
                  let asked = property.GetCustomAttribute<AskAttribute>()
                  where asked is not null
                  orderby property.DeclaringType == request descending, property.MetadataToken
                  select new ActionField(JsonNamingPolicy.CamelCase.ConvertName(property.Name), asked.Ask, asked.Required,
                      asked.Ask == Ask.Value ? Nullable.GetUnderlyingType(property.PropertyType) : null, asked.Label);
        return route.Route.Contains("{n}", StringComparison.Ordinal) ? [new("n", route.Numbers, true), .. own] : [.. own];
    }
}
