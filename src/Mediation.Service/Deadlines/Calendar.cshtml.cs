using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Deadlines;

/// <summary>The years of the working calendar, which is missing, and the form that imports one.</summary>
public sealed class CalendarModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public IReadOnlyList<GetCalendar.Answer> Years { get; private set; } = [];

    /// <summary>This year and the next, as far as they are not published.</summary>
    public IReadOnlyList<int> Missing { get; private set; } = [];

    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public FieldView Year => new("year", Control.Number, texts["Calendar.Year"])
    {
        Required = true,
        MaxLength = 4,
        Values = [Posted("year") ?? (Missing.Count > 0 ? Missing[0] : ThisYear + 1).ToString(CultureInfo.InvariantCulture)],
    };

    public FieldView Extra => new("extraRestDays", Control.Number, texts["Calendar.Extra"])
    {
        Required = false,
        MaxLength = 2,
        Hint = texts["Calendar.ExtraHint"],
        Values = Posted("extraRestDays") is { Length: > 0 } typed ? [typed] : [],
    };

    private int ThisYear => ShanghaiTime.DateOf(clock.GetUtcNow()).Year;

    public async Task OnGetAsync() => await LoadAsync();

    public async Task<IActionResult> OnPostAsync(IFormFile? file)
    {
        if (!MayChange) throw ProblemException.Forbidden();
        await LoadAsync();
        if (!int.TryParse(Posted("year"), NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 2000 or > 2199)
            ModelState.AddModelError("year", new Message("请填写年份，如 2027。", "Give the year, e.g. 2027.").In());
        var extra = 0;
        if (Posted("extraRestDays") is { Length: > 0 } typed
            && (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out extra) || extra > 30))
            ModelState.AddModelError("extraRestDays", new Message("应为 0 至 30。", "Give 0 to 30.").In());
        if (file is null || file.Length is 0 or > ImportCalendar.MaxFile)
            ModelState.AddModelError("file",
                new Message("请选择该年度的 CSV 文件（不超过 256 KB）。", "Choose the year's CSV file (256 KB at most).").In());
        if (!ModelState.IsValid) return ShowAgain(400);
        try
        {
            using var bytes = new MemoryStream();
            await file!.CopyToAsync(bytes, HttpContext.RequestAborted);
            var answer = await mediator.Send(new ImportCalendar(year, bytes.ToArray(), extra), HttpContext.RequestAborted);
            TempData["Flash"] = texts[answer.Changed ? "Calendar.Imported" : "Calendar.Same", year].Value;
            return Redirect("/calendar");
        }
        catch (ProblemException problem) when (problem.Status == 422)
        {
            ModelState.Show(problem, ("file", "file"));
            return ShowAgain(problem.Status);
        }
    }

    /// <summary>Holidays in a row under one name, as a notice lists them: from, to, name.</summary>
    public static IEnumerable<(DateOnly From, DateOnly To, string Name)> Runs(GetCalendar.Answer year)
    {
        (DateOnly From, DateOnly To, string Name)? run = null;
        foreach (var day in year.Days.Where(day => day.Kind == "holiday"))
        {
            if (run is { } open && open.Name == day.Name && open.To.AddDays(1) == day.Date)
            {
                run = open with { To = day.Date };
                continue;
            }

            if (run is { } done) yield return done;
            run = (day.Date, day.Date, day.Name);
        }

        if (run is { } last) yield return last;
    }

    public static string HolidayName(string name) => Holidays.Name(name).In();

    private string? Posted(string name) => Request.HasFormContentType ? ((string?)Request.Form[name])?.Trim() : null;

    private async Task LoadAsync()
    {
        var stop = HttpContext.RequestAborted;
        var years = new List<GetCalendar.Answer>();
        foreach (var row in (await mediator.Send(new ListCalendars(), stop)).Items)
            years.Add(await mediator.Send(new GetCalendar(row.Year), stop));
        Years = [.. years.OrderByDescending(year => year.Year)];
        Missing = [.. new[] { ThisYear, ThisYear + 1 }.Where(year => years.TrueForAll(known => known.Year != year))];
    }

    private PageResult ShowAgain(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
