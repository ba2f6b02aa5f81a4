using System.Globalization;
using Mediation.Domain.Identities;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Referral;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>
/// Several cases of the work list at once: those that were ticked, or all that match its filters. Each case is its own act
/// with its own rights, and says by itself what became of it; sent twice, it changes nothing the second time.
/// </summary>
public sealed class ChosenPageModel(IMediator mediator, CurrentCaller caller, BodyDirectory directory, IStringLocalizer<Texts> texts)
    : PageModel
{
    /// <summary>As many as one page of the work list, and as fit into the address of the file.</summary>
    public const int Most = 50;

    public enum Result { Done, Already, Refused }

    /// <param name="Reason">Why it was refused.</param>
    public sealed record Outcome(Result Result, string? Reason);

    private readonly Dictionary<string, Outcome> outcomes = new(StringComparer.Ordinal);

    public IReadOnlyList<ListCases.Row> Cases { get; private set; } = [];

    /// <summary>More match than are shown.</summary>
    public bool HasMore { get; private set; }

    /// <summary>What was asked for and is not there, or not for this reader.</summary>
    public IReadOnlyList<string> Unseen { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();
    public FieldView? Mediators { get; private set; }
    public IReadOnlyDictionary<string, Outcome> Outcomes => outcomes;
    public string Numbers => string.Join(',', Cases.Select(row => row.CaseNo));

    private bool MayAssign => Permissions.Has(caller.Value.Role, Permission.Assign);

    public async Task<IActionResult> OnGetAsync()
    {
        try
        {
            if (Request.Query.ContainsKey("case")) await ReadAsync([.. Request.Query["case"].OfType<string>()]);
            else if (Request.Query.Count > 0)
            {
                var query = new QueryParameters(Request);
                var filters = ListCases.Read(query) with { Limit = Most };
                query.Check();
                var page = await mediator.Send(filters, HttpContext.RequestAborted);
                (Cases, HasMore) = (page.Items, page.Next is not null);
            }
            else if (!Permissions.Has(caller.Value.Role, Permission.ReadCases)) throw ProblemException.Forbidden();
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            ModelState.Show(problem);
            Response.StatusCode = problem.Status;
        }

        await NameAsync("");
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        var user = form["mediator"].ToString();
        // Each with the version that was seen: number@version.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in form["case"].OfType<string>())
        {
            var parts = value.Split('@', 2);
            seen[parts[0]] = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version : 0;
        }

        try
        {
            await ReadAsync([.. seen.Keys]);
            if (Cases.Count == 0) ModelState.AddModelError("", texts["Chosen.None"]);
            else if (user.Length == 0) ModelState.AddModelError("mediator", texts["Chosen.NoMediator"]);
            else await AssignAsync(user, seen);
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            ModelState.Show(problem);
        }

        if (!ModelState.IsValid) Response.StatusCode = StatusCodes.Status400BadRequest;
        await NameAsync(user);
        return Page();
    }

    public IEnumerable<(Result Result, int Count)> Sums() =>
        outcomes.Values.CountBy(outcome => outcome.Result).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value));

    public string FileAddress(string kind) => QueryHelpers.AddQueryString("/api/v1/cases." + kind, "numbers", Numbers);

    private async Task ReadAsync(string[] numbers)
    {
        if (numbers.Length > Most)
            throw ProblemException.Invalid("case", new($"一次最多选择 {Most} 件。", $"Choose at most {Most} cases at once."));
        if (Array.Exists(numbers, number => !OwnCaseNumber.TryParse(number, out _)))
            throw ProblemException.Invalid("case", new("案号格式不正确，请回到工作台重新选择。", "This is no case number: choose again in the work list."));
        Cases = numbers.Length == 0 ? []
            : (await mediator.Send(new ListCases { Numbers = string.Join(',', numbers), Limit = Most }, HttpContext.RequestAborted)).Items;
        Unseen = [.. numbers.Except(Cases.Select(row => row.CaseNo), StringComparer.Ordinal)];
    }

    private async Task AssignAsync(string user, Dictionary<string, int> seen)
    {
        foreach (var row in Cases)
            outcomes[row.CaseNo] = row.Mediator == user
                ? new Outcome(Result.Already, null) : await AssignAsync(row.CaseNo, user, seen[row.CaseNo]);
        await ReadAsync([.. seen.Keys]);
    }

    private async Task<Outcome> AssignAsync(string number, string user, int version)
    {
        try
        {
            await mediator.Send(new AssignMediator { Case = number, Mediator = user, ExpectedVersion = version },
                HttpContext.RequestAborted);
            return new Outcome(Result.Done, null);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 403 or 404 or 409 or 412 or 422)
        {
            var field = problem.Fields.Values.SelectMany(messages => messages).FirstOrDefault();
            return new Outcome(Result.Refused, (field ?? problem.Text).In());
        }
    }

    private async Task NameAsync(string chosen)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var user in Cases.Select(row => row.Mediator).OfType<string>().Distinct(StringComparer.Ordinal))
            names[user] = await directory.NameOfUserAsync(user, HttpContext.RequestAborted);
        Names = names;
        if (!MayAssign || Cases.Count == 0) return;
        var people = await mediator.Send(new ListMediators(null, caller.Value.Body, null, null, 200, null), HttpContext.RequestAborted);
        Mediators = new FieldView("mediator", Control.Select, texts["Field.mediator"])
        {
            Required = true,
            Options = [.. people.Items.Where(person => person.Active).Select(person => new Option(person.User, person.Name))],
            Values = [chosen],
        };
    }
}
