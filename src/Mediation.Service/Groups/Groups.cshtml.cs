using Mediation.Service.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Groups;

/// <summary>The groups, and a new one: open cases found by a party's name and ticked, or named by their numbers.</summary>
public sealed class GroupsModel(IMediator mediator, BodyDirectory directory, IStringLocalizer<Texts> texts) : PageModel
{
    private IFormCollection typed = FormCollection.Empty;
    private string numbers = "";

    public IReadOnlyList<ListGroups.Row> Items { get; private set; } = [];
    public IReadOnlyList<ListCases.Row> Found { get; private set; } = [];
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();
    public string Query { get; private set; } = "";

    /// <summary>What became of each case, where not all came in.</summary>
    public GroupAnswer? Answer { get; private set; }

    public FieldView QueryField =>
        new("q", Control.Line, texts["Groups.Query"]) { Hint = texts["Groups.QueryHint"], Values = [Query], MaxLength = 50 };
    public FieldView CasesField =>
        new("cases", Control.Area, texts["Groups.Numbers"]) { Hint = texts["Groups.NumbersHint"], Required = false, Values = [numbers] };
    public FieldView NameField => new("name", Control.Line, texts["Group.Name"])
    { Hint = texts["Groups.NameHint"], Required = true, MaxLength = 60, Values = [typed["name"].ToString()] };

    /// <summary>All that were found are ticked until somebody unticks one.</summary>
    public bool IsPicked(string caseNo) => typed.Count == 0 || typed["pick"].Contains(caseNo);

    /// <param name="cases">Numbers of cases to begin with, as another page chose them.</param>
    public async Task OnGetAsync(string? q, string? cases)
    {
        numbers = string.Join('\n', Lines(cases));
        await LoadAsync(q);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        numbers = typed["cases"].ToString();
        try
        {
            Answer = await mediator.Send(new CreateGroup
            {
                Name = typed["name"],
                Cases = [.. typed["pick"].OfType<string>().Concat(Lines(numbers)).Distinct(StringComparer.OrdinalIgnoreCase)]
            }, HttpContext.RequestAborted);
            if (Answer.Refused == 0)
            {
                TempData["Flash"] = texts["Groups.Made", Answer.Name].Value;
                return Redirect($"/groups/{Answer.Id}");
            }

            (typed, numbers) = (FormCollection.Empty, "");
            await LoadAsync(null);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409 or 422)
        {
            ModelState.Show(problem, [("name", "name"), ("cases", "cases"),
                .. problem.Fields.Keys.Where(key => key.StartsWith("cases[", StringComparison.Ordinal)).Select(key => (key, "cases"))]);
            Response.StatusCode = problem.Status;
            await LoadAsync(typed["q"]);
        }

        return Page();
    }

    /// <summary>Numbers as people type or paste them: by lines, commas or blanks.</summary>
    internal static IEnumerable<string> Lines(string? text) => (text ?? "").Split(['\n', '\r', ',', '\uFF0C', '、', ' ', '\t', ';'],
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private async Task LoadAsync(string? q)
    {
        Query = string.Concat((q ?? "").Where(letter => !char.IsControl(letter))).Trim();
        if (Query.Length > 50) Query = Query[..50];
        Items = (await mediator.Send(new ListGroups(), HttpContext.RequestAborted)).Items;
        if (Query.Length > 1) Found = (await mediator.Send(new ListCases { Q = Query, Open = true, Limit = CaseGroups.Most },
            HttpContext.RequestAborted)).Items;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var user in Items.Select(item => item.CreatedBy).Distinct(StringComparer.Ordinal))
            names[user] = await directory.NameOfUserAsync(user, HttpContext.RequestAborted);
        Names = names;
    }
}
