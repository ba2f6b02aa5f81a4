using System.Globalization;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Drafts;
using Mediation.Service.Lights;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>
/// The form of any action. A case that only the service itself has changed meanwhile is saved all the same; when a person
/// has, the page says what changed, keeps what was typed, and asks again.
/// </summary>
public sealed partial class ActPageModel(
    IMediator mediator, CurrentCaller caller, BodyDirectory directory, RiskItems items, LeadChoice leads, TimeProvider clock,
    CaseSession session, IStringLocalizer<Texts> texts) : PageModel
{
    private const int Tries = 3;
    private const int FewestTerms = 3;
    private IFormCollection typed = FormCollection.Empty;

    public CaseView Case { get; private set; } = null!;
    public string Name { get; private set; } = "";
    public string Label { get; private set; } = "";
    public ListActions.Item State { get; private set; } = null!;
    public IReadOnlyList<ActionField> Form { get; private set; } = [];
    public IReadOnlyList<FieldView> Fields { get; private set; } = [];
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();
    public int Terms { get; private set; } = FewestTerms;

    /// <summary>What people did since the form was opened.</summary>
    public IReadOnlyList<GetTimeline.Item> Since { get; private set; } = [];

    /// <summary>What was typed beside the case as it stands now, once others have changed it.</summary>
    public IReadOnlyList<BothVersions.Row> Both => Since.Count == 0 ? [] : BothVersions.Of(Case, Fields, typed, Terms, Names, texts);

    /// <summary>What was begun here before, as it stands in the form now.</summary>
    public FormDraft? Restored { get; private set; }

    /// <summary>What will happen, once asked for, or at once where the form asks for nothing.</summary>
    public IReadOnlyList<string> Effects { get; private set; } = [];

    public bool Rehearses => State.Allowed;

    /// <summary>The name under which the form's draft is kept.</summary>
    public string Draft => $"/cases/{Case.CaseNo}/act/{Name}";

    private int Seen => int.TryParse(typed["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    public bool ShowsForm => State.Allowed || typed.Count > 0;

    public bool ShowsLate => ModelState.ContainsKey("on") || ModelState.ContainsKey("lateReason") || Typed("on").Length > 0;

    public async Task<IActionResult> OnGetAsync(string id, string name)
    {
        if (!await LoadAsync(id, name)) return NotFound();
        Restored = await mediator.Send(new FindDraft(Draft), HttpContext.RequestAborted);
        if (Restored is not null)
        {
            typed = Restored.Typed();
            CountTerms();
            if (Seen != Case.Version) await OvertakenAsync(id, Seen);
        }
        else if (Rehearses && !Form.Any(field => field.Required))
        {
            Effects = await RehearseAsync(id, new ActionBody(FormCollection.Empty));
        }

        Fields = await FieldsAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, string name)
    {
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        if (!await LoadAsync(id, name)) return NotFound();
        CountTerms();
        if (typed.ContainsKey("more")) Terms = Math.Min(Terms + FewestTerms, 100);
        else if (typed.ContainsKey("check") && Rehearses) Effects = await RehearseAsync(id, new ActionBody(typed));
        else if (await SaveAsync(id))
        {
            await mediator.Send(new DropDraft(Draft), HttpContext.RequestAborted);
            return Redirect("/cases/" + Case.CaseNo);
        }

        await mediator.Send(SaveDraft.Of(Draft, typed), HttpContext.RequestAborted);
        Fields = await FieldsAsync();
        foreach (var (field, messages) in errors)
            ModelState.AddModelError(field, string.Join(" ", messages));
        return Page();
    }

    private void CountTerms() =>
        Terms = Math.Max(FewestTerms, Enumerable.Range(0, 100).LastOrDefault(row => ActionBody.HasTerm(typed, row)) + 1);

    public string Typed(string field) => typed[field].ToString();

    public FieldView TermField(int row, string field, Control control) => new($"terms[{row}].{field}", control, texts["Term." + field])
    {
        Values = [Typed($"terms[{row}].{field}")],
        Options = control == Control.Select ? PartyOptions() : [],
    };

    public FieldView Plain(string field, Control control) =>
        new(field, control, texts["Field." + field]) { Values = [Typed(field)], Required = false, Hint = texts["Hint." + field] };

    public string Person(string user) => user == Caller.System.User ? texts["Case.System"] : Names.GetValueOrDefault(user, user);

    private readonly Dictionary<string, List<string>> errors = new(StringComparer.Ordinal);

    private async Task<bool> LoadAsync(string id, string name)
    {
        if (CaseActions.Find(name) is not { } type) return false;
        (Name, Label) = (name, CasePageModel.Label(name));
        Form = [.. ActionForms.Of(type).Where(field => field.Ask != Ask.YesNo || field.Name != "self" || !caller.Value.IsCentre)];
        await LookAsync(id);
        return true;
    }

    private async Task LookAsync(string id)
    {
        Case = (await mediator.Send(new GetCase(id), HttpContext.RequestAborted)).View!;
        State = (await mediator.Send(new ListActions(id), HttpContext.RequestAborted)).Items.First(action => action.Name == Name);
    }

    /// <summary>Does everything but write; what is wrong is said as when it is sent.</summary>
    private async Task<IReadOnlyList<string>> RehearseAsync(string id, ActionBody body)
    {
        var (json, n, before) = (body.Write(Form), NumberOf(body), Case);
        if (body.Wrong.Count > 0)
        {
            RefusedAtOnce(body, json);
            return [];
        }

        session.Rehearsing = true;
        try
        {
            var after = (await mediator.Send(RequestOf(id, json, n), HttpContext.RequestAborted)).View!;
            return await ActionEffects.OfAsync(before, after, session.Notified, directory, texts, HttpContext.RequestAborted);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 403 or 409 or 412 or 422)
        {
            // A form that nobody has sent yet is not told what is wrong with it.
            if (HttpMethods.IsPost(HttpContext.Request.Method)) Refused(body, problem);
            return [];
        }
        finally
        {
            session.Rehearsing = false;
        }
    }

    private int NumberOf(ActionBody body) => Form.Any(field => field.Name == "n") ? body.Number() : 0;

    private CaseActionRequest RequestOf(string id, byte[] json, int n)
    {
        var request = (CaseActionRequest)RequestBody.Parse(json, CaseActions.Find(Name)!);
        (request.Case, request.N, request.ExpectedVersion) = (id, n, Case.Version);
        return request;
    }

    private async Task<bool> SaveAsync(string id)
    {
        var body = new ActionBody(typed);
        var json = body.Write(Form);
        var n = NumberOf(body);
        if (body.Wrong.Count > 0) return RefusedAtOnce(body, json);
        var seen = Seen;
        for (var attempt = 1; ; attempt++)
        {
            if (Case.Version != seen && await OvertakenAsync(id, seen)) return Refused(StatusCodes.Status412PreconditionFailed);
            try
            {
                Case = (await mediator.Send(RequestOf(id, json, n), HttpContext.RequestAborted)).View ?? Case;
                TempData["Flash"] = texts["Act.Done", Label].Value;
                return true;
            }
            catch (ProblemException stale) when (stale.Status == 412 && attempt < Tries)
            {
                await LookAsync(id);
            }
            catch (ProblemException problem) when (problem.Status is 400 or 403 or 409 or 412 or 422)
            {
                return Refused(body, problem);
            }
        }
    }

    /// <summary>What cannot be read and what else is missing, together.</summary>
    private bool RefusedAtOnce(ActionBody body, byte[] json)
    {
        foreach (var (field, message) in body.Wrong) Wrong(field, message);
        var type = CaseActions.Find(Name)!;
        try
        {
            Shape.Check(RequestBody.Parse(json, type),
                HttpContext.RequestServices.GetServices(typeof(IValidator<>).MakeGenericType(type)).Cast<IValidator>());
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            foreach (var (field, messages) in problem.Fields.Where(pair => !body.Wrong.ContainsKey(body.FieldOf(pair.Key))))
                foreach (var message in messages)
                    Wrong(body.FieldOf(field), message);
        }

        return Refused(StatusCodes.Status400BadRequest);
    }

    /// <summary>Whether a person changed the case since; what the service itself writes does not count.</summary>
    private async Task<bool> OvertakenAsync(string id, int seen)
    {
        var cursor = Cursor.Write([seen.ToString(CultureInfo.InvariantCulture)], $"timeline|{Case.Id}");
        Since = [.. (await mediator.Send(new GetTimeline(id, 200, cursor), HttpContext.RequestAborted)).Items
            .Where(item => item.Actor != Caller.System.User)];
        if (Since.Count == 0) return false;
        Add("", texts["Act.Stale"]);
        return true;
    }

    private bool Refused(ActionBody body, ProblemException problem)
    {
        foreach (var (field, messages) in problem.Fields)
            foreach (var message in messages)
                Wrong(body.FieldOf(field), message);
        if (problem.Fields.Count == 0) Add("", problem.Text.In() + (problem.Basis is null ? "" : $" ({problem.Basis.In()})"));
        return Refused(problem.Status);
    }

    private bool Refused(int status)
    {
        Response.StatusCode = status;
        return false;
    }

    private void Wrong(string field, Message message) =>
        Add(field, $"{FieldLabel(field)}{(Language.IsEnglish ? ": " : "\uFF1A")}{message.In()}");

    private void Add(string field, string text)
    {
        if (!errors.TryGetValue(field, out var list)) errors[field] = list = [];
        if (!list.Contains(text)) list.Add(text);
    }

    private string FieldLabel(string field)
    {
        if (field.StartsWith("terms[", StringComparison.Ordinal) && field.IndexOf("].", StringComparison.Ordinal) is > 0 and var end)
            return texts["Term.Row", int.TryParse(field.AsSpan(6, end - 6), CultureInfo.InvariantCulture, out var row) ? row + 1 : 0] + " "
                + Text("Term." + field[(end + 2)..], field);
        return Form.FirstOrDefault(asked => asked.Name == field)?.Label?.In()
            ?? Text($"Field.{Name}.{field}", Text("Field." + field, field));
    }

    private string Text(string key, string otherwise) => texts[key] is { ResourceNotFound: false } found ? found.Value : otherwise;
}
