using System.Globalization;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Jobs;

/// <summary>What the service does by itself: when it last did, with what result, when next, and a button to do it now.</summary>
public sealed class JobsModel(IMediator mediator, IStringLocalizer<Texts> texts, ServiceSettings settings) : PageModel
{
    /// <summary>Shown by the nodes that fire.</summary>
    public string? Dashboard => settings.Jobs ? HangfireSetup.Dashboard : null;
    public IReadOnlyList<ListJobs.Item> Items { get; private set; } = [];
    public IReadOnlyList<ListJobs.Item> Late => [.. Items.Where(item => item.State == ListJobs.JobState.Late)];

    public async Task OnGetAsync() => Items = (await mediator.Send(new ListJobs(), HttpContext.RequestAborted)).Items;

    public async Task<IActionResult> OnPostAsync(string? job)
    {
        try
        {
            var item = await mediator.Send(new RunJob { Job = job ?? "" }, HttpContext.RequestAborted);
            TempData["Flash"] = texts[item.Last?.Succeeded == true ? "Jobs.Ran" : "Jobs.RanBadly", texts["Job." + item.Name].Value].Value;
            return Redirect("/jobs");
        }
        catch (ProblemException problem) when (problem.Status == 409)
        {
            await OnGetAsync();
            ModelState.Show(problem);
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    public static string Moment(DateTimeOffset at) => Show.Moment(at) + at.ToString("':'ss", CultureInfo.InvariantCulture);

    public string Duration(ListJobs.Run? run) => run?.EndedAt - run?.StartedAt is { } took
        ? texts["Jobs.Seconds", took.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)].Value
        : "–";
}
