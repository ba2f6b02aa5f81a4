using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Courts;

/// <summary>A court's clerk sends the file and sees what became of each row, the refused ones first.</summary>
[RequestTimeout(LimitsSetup.Files)]
public sealed class ImportModel(IMediator mediator, CurrentCaller caller) : PageModel
{
    public bool DryRun { get; private set; }
    public ImportReferrals.Answer? Answer { get; private set; }
    public IReadOnlyList<ImportReferrals.Row> Refused => [.. Answer!.Rows.Where(row => row.Result == ImportReferrals.RowResult.Rejected)];
    public IReadOnlyList<ImportReferrals.Row> Taken => [.. Answer!.Rows.Where(row => row.Result != ImportReferrals.RowResult.Rejected)];

    public IActionResult OnGet() =>
        Permissions.Has(caller.Value.Role, Permission.ReferAsCourt) ? Page() : throw ProblemException.Forbidden();

    public async Task<IActionResult> OnPostAsync(IFormFile? file, bool dryRun)
    {
        DryRun = dryRun;
        try
        {
            if (file is null || file.Length == 0)
                throw new ProblemException(422, "file.required", new("请选择要导入的 CSV 或 XLSX 文件。", "Choose the CSV or XLSX file to import."));
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, HttpContext.RequestAborted);
            Answer = await mediator.Send(new ImportReferrals(bytes.ToArray(), dryRun), HttpContext.RequestAborted);
        }
        catch (ProblemException problem) when (problem.Status == 422)
        {
            ModelState.AddModelError("file", problem.Text.In());
            Response.StatusCode = problem.Status;
        }

        return Page();
    }

    /// <summary>A refused number is shown as the clerk typed it, but no longer than a cell can take.</summary>
    public static string Shown(ImportReferrals.Issue error) => error.Value.Length <= 40 ? error.Value : error.Value[..40] + "…";
}
