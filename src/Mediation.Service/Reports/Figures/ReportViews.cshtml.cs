using Mediation.Domain.Cases;
using Mediation.Service.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Figures;

/// <summary>The caller's saved views of the reports: opened, removed, and one more kept under a name.</summary>
public sealed class ReportViewsModel(IMediator mediator, CurrentCaller caller, IStringLocalizer<Texts> texts) : PageModel
{
    public IReadOnlyList<ListViews.Row> Views { get; private set; } = [];

    /// <summary>The report that was looked at; null where the page was opened by itself.</summary>
    public string? Address { get; private set; }

    public bool Follows { get; private set; }

    public FieldView NameField => new("viewName", Control.Line, texts["View.Name"]) { MaxLength = 40, Required = true, Values = [name] };

    private string name = "";

    /// <summary>The page that saves what is shown at an address.</summary>
    public static string Saving(HttpRequest shown) => "/reports/views?address=" + Uri.EscapeDataString(shown.Path + shown.QueryString);

    public async Task OnGetAsync(string? address)
    {
        Check();
        await LoadAsync(address);
    }

    public async Task<IActionResult> OnPostAsync(string? address)
    {
        Check();
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        await LoadAsync(address);
        (name, Follows) = (string.Concat(form["viewName"].ToString().Where(letter => !char.IsControl(letter))).Trim(),
            form["follows"] == "true");
        try
        {
            if (form["drop"].ToString() is { Length: > 0 } dropped)
                await mediator.Send(new DropView(dropped, OfReports: true), HttpContext.RequestAborted);
            else await mediator.Send(new SaveView(name, Follows ? Moving(Address) : Address ?? "", IsDefault: false),
                HttpContext.RequestAborted);
            TempData["Flash"] = texts[form.ContainsKey("drop") ? "ReportViews.Dropped" : "ReportViews.Saved"].Value;
            return Redirect("/reports/views");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("name", "viewName"), ("address", "viewName"));
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    /// <summary>Without its month or period, so that it opens the running one.</summary>
    private static string Moving(string? address)
    {
        var parts = (address ?? "").Split('?', 2);
        var kept = QueryHelpers.ParseQuery(parts.ElementAtOrDefault(1)).Where(pair => pair.Key is not ("month" or "period"));
        var moving = QueryHelpers.AddQueryString(parts[0], kept);
        return moving.Contains('?', StringComparison.Ordinal) ? moving : moving + "?";
    }

    private void Check()
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
    }

    private async Task LoadAsync(string? address)
    {
        Address = SaveView.IsOfReports(address) && SaveView.IsKept(address) ? address : null;
        Views = await mediator.Send(new ListViews(OfReports: true), HttpContext.RequestAborted);
    }
}
