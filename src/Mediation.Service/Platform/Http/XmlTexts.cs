using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Mediation.Service.Platform.Http;

/// <summary>The documentation comments of this assembly, as plain text: what the OpenAPI document says of its operations.</summary>
public static partial class XmlTexts
{
    private static readonly Lazy<Dictionary<string, XElement>> Members = new(() =>
    {
        var file = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, ".xml");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal)
            : [];
    });

    public static string? Of(Type type) => Text(Members.Value.GetValueOrDefault("T:" + Id(type))?.Element("summary"));

    /// <summary>A property's own comment, or that of the record's parameter of the same name.</summary>
    public static string? Of(PropertyInfo property) =>
        Text(Members.Value.GetValueOrDefault($"P:{Id(property.DeclaringType!)}.{property.Name}")?.Element("summary"))
        ?? Text(Members.Value.GetValueOrDefault("T:" + Id(property.DeclaringType!))?.Elements("param")
            .FirstOrDefault(parameter => parameter.Attribute("name")?.Value == property.Name));

    private static string Id(Type type) => type.FullName!.Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var words = string.Concat(element.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } link => ((string?)link.Attribute("cref")
                ?? (string?)link.Attribute("name") ?? "").Split('.', ':')[^1],
            XElement other => other.Value,
            _ => "",
        }));
        return Space().Replace(words, " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();
}
