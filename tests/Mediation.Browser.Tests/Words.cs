using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Mediation.Browser.Tests;

/// <summary>The words of the pages in both languages, to find one that stands in a page of the other.</summary>
public sealed partial class Words
{
    private readonly HashSet<string> chinese;
    private readonly HashSet<string> english;

    private Words(IReadOnlyDictionary<string, string> zh, IReadOnlyDictionary<string, string> en)
    {
        (chinese, english) = ([.. zh.Values], [.. en.Values]);
        var both = chinese.Intersect(english, StringComparer.Ordinal).ToList();
        chinese.ExceptWith(both);
        english.ExceptWith(both);
    }

    public static Words Read() => new(Read("Texts.resx"), Read("Texts.en.resx"));

    /// <returns>What is wrong with a text in a page of this language; null for a good one.</returns>
    public string? Wrong(string text, string language)
    {
        if ((language == "en" ? chinese : english).Contains(text)) return "the other language";
        if (Key().IsMatch(text)) return "a key without words";
        return Iso().IsMatch(text) ? "a date as programs write it" : null;
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(ServiceProcess.Root, "src/Mediation.Service/Platform", file)).Root!.Elements("data")
            .ToDictionary(entry => entry.Attribute("name")!.Value, entry => entry.Element("value")!.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"^[A-Z][A-Za-z]+\.[A-Za-z./-]*[A-Za-z]$", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Iso();
}
