using System.Text.RegularExpressions;

namespace Mediation.Browser.Tests;

/// <summary>The routes of all pages, as their own first lines say them: a page that is added is looked for by itself.</summary>
public static partial class PageRoutes
{
    /// <summary>Made of a component of others, in English alone: <see cref="ApiPageTests"/> looks at it.</summary>
    public const string OfOthers = "/help/api";

    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(ServiceProcess.Root, "src", "Mediation.Service"), "*.cshtml", SearchOption.AllDirectories)
            .Select(file => Directive().Match(File.ReadAllText(file)).Groups["route"].Value)
            .Where(route => route.Length > 0 && route != OfOthers)
            .OrderBy(route => route.Count(letter => letter == '{')).ThenByDescending(route => route.Length),
    ];

    /// <summary>The route that serves an address, the most definite one first; null when no page does.</summary>
    public static string? Of(string path) => All.FirstOrDefault(route => Regex.IsMatch(path, Pattern(route), RegexOptions.NonBacktracking));

    private static string Pattern(string route) =>
        "^" + string.Concat(Part().Split(route).Select(
            part => part.StartsWith("{*", StringComparison.Ordinal) ? ".+" : part.StartsWith('{') ? "[^/]+" : Regex.Escape(part))) + "$";

    [GeneratedRegex("^@page\\s+\"(?<route>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Directive();

    [GeneratedRegex(@"(?<part>\{[^}]*\})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Part();
}
