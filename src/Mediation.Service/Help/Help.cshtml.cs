using System.Reflection;
using Markdig;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Help;

/// <summary>
/// The quick guide of the reader's role in the reader's language, from docs/guides, to be printed on one or two sides of A4.
/// </summary>
public sealed class HelpModel(CurrentCaller caller) : PageModel
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public HtmlString Guide { get; private set; } = HtmlString.Empty;

    public void OnGet() => Guide = new HtmlString(Markdown.ToHtml(Read(caller.Value.Role.Camel()) + "\n" + Read("lights"), Pipeline));

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream($"guides/{name}.{(Language.IsEnglish ? "en" : "zh-CN")}.md")
            ?? throw new InvalidOperationException($"There is no guide for {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
