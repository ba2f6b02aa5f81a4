using System.Diagnostics;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Mediation.Service.Reports.Packs;

/// <summary>
/// The pack's page as PDF, by a Chromium of this machine: <c>Reports:Chromium</c>, MEDIATION_CHROMIUM, or the first on the path.
/// </summary>
public sealed class PackPrinter(IRazorViewEngine views, ITempDataProvider temp, IWebHostEnvironment site, IConfiguration settings)
    : IDisposable
{
    // A browser takes a few hundred megabytes: one at a time.
    private readonly SemaphoreSlim turn = new(1);

    public bool CanPrint => Find() is not null;

    /// <exception cref="ProblemException">404 <c>pdf.noChromium</c> where the machine has none.</exception>
    public async Task<byte[]> PrintAsync(HttpContext http, GetMeetingPack.Answer answer)
    {
        if (Find() is not { } chromium)
            throw new ProblemException(404, "pdf.noChromium",
                new("本服务器没有安装 Chromium，不能生成 PDF。请打开网页后打印。", "This server has no Chromium to make a PDF. Open the page and print it."));
        var css = await File.ReadAllTextAsync(site.WebRootFileProvider.GetFileInfo("site.css").PhysicalPath!, http.RequestAborted);
        var html = $"""
            <!DOCTYPE html><html lang="{(Language.IsEnglish ? "en" : "zh-CN")}"><head><meta charset="utf-8" /><style>{css}</style></head>
            <body class="sheet"><main>{await RenderAsync(http, answer)}</main></body></html>
            """;
        await turn.WaitAsync(http.RequestAborted);
        var folder = Directory.CreateTempSubdirectory("mediation-pdf-").FullName;
        try
        {
            var (page, file) = (Path.Combine(folder, "pack.html"), Path.Combine(folder, "pack.pdf"));
            await File.WriteAllTextAsync(page, html, http.RequestAborted);
            await RunAsync(chromium, folder, page, file, http.RequestAborted);
            return await File.ReadAllBytesAsync(file, http.RequestAborted);
        }
        finally
        {
            turn.Release();
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<string> RenderAsync(HttpContext http, GetMeetingPack.Answer answer)
    {
        var view = views.GetView(null, "/Reports/Packs/_MeetingPack.cshtml", isMainPage: false).View
            ?? throw new InvalidOperationException("The pack's view is not there.");
        var data =
            new ViewDataDictionary<GetMeetingPack.Answer>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = answer };
        await using var text = new StringWriter();
        var action = new ActionContext(http, http.GetRouteData(), new ActionDescriptor());
        await view.RenderAsync(new ViewContext(action, view, data, new TempDataDictionary(http, temp), text, new HtmlHelperOptions()));
        return text.ToString();
    }

    private static async Task RunAsync(string chromium, string folder, string page, string file, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(chromium) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + Path.Combine(folder, "profile"),
            "--no-pdf-header-footer", "--print-to-pdf=" + file,
        })
        {
            start.ArgumentList.Add(argument);
        }

        // Its sandbox refuses root; the page is our own and has no script.
        if (Environment.IsPrivilegedProcess) start.ArgumentList.Add("--no-sandbox");
        start.ArgumentList.Add(new Uri(page).AbsoluteUri);
        using var process = Process.Start(start) ?? throw ProblemWriter.ForStatus(503);
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken),
            process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            await said;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        if (process.ExitCode != 0 || !File.Exists(file)) throw ProblemWriter.ForStatus(503);
    }

    private string? Find()
    {
        var given = settings["Reports:Chromium"] ?? settings["MEDIATION_CHROMIUM"];
        if (given is not null) return File.Exists(given) ? given : null;
        return (from name in new[] { "chromium", "chromium-browser", "google-chrome" }
                from folder in (settings["PATH"] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                let path = Path.Combine(folder, name)
                where File.Exists(path)
                select path).FirstOrDefault();
    }
}
