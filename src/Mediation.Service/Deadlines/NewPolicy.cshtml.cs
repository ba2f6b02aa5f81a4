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

/// <summary>A new policy: tried over open cases or the journal first, then added. Begins with what the replaced one says.</summary>
public sealed class NewPolicyModel(IMediator mediator, CurrentCaller caller, IStringLocalizer<Texts> texts) : PageModel
{
    public static readonly IReadOnlyList<string> Order =
        ["clock", "track", "procedure", "category", "risk", "from", "to", "starts", "stops", "unit", "days", "rolls", "pauses",
            "warnWorkingDays", "extension", "capDays", "maxTimes", "basis.zh", "basis.en", "ofHouse", "replaces", "runningClocks"];

    private Dictionary<string, string> given = new(StringComparer.Ordinal);

    public SimulatePolicy.Answer? Tried { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? replaces)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ManagePolicies)) throw ProblemException.Forbidden();
        given = replaces is { Length: > 0 }
            ? From(await mediator.Send(new GetPolicy(replaces), HttpContext.RequestAborted))
            : new(StringComparer.Ordinal) { ["clock"] = "term", ["unit"] = "calendarDays", ["warnWorkingDays"] = "3", ["rolls"] = "true" };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        foreach (var (name, values) in Request.Form) given[name] = values.ToString().Trim();
        try
        {
            if (given.GetValueOrDefault("what") is "open" or "journal")
            {
                Tried = await mediator.Send(Fill(new SimulatePolicy { Months = given["what"] == "journal" ? 6 : null }),
                    HttpContext.RequestAborted);
                return Page();
            }

            var answer = await mediator.Send(Fill(new AddPolicy()), HttpContext.RequestAborted);
            TempData["Flash"] = texts[Is("runningClocks") ? "NewPolicy.AddedMoving" : "NewPolicy.Added"].Value;
            return Redirect(answer.Location!.Replace("/api/v1/policies/deadlines", "/policies", StringComparison.Ordinal));
        }
        catch (ProblemException problem) when (problem.Status is 400 or 422)
        {
            ModelState.Show(problem, [.. problem.Fields.Keys.Select(field => (field, field switch
            {
                "basis" => "basis.zh",
                "extension.capDays" => "capDays",
                "extension.maxTimes" => "maxTimes",
                _ => Order.Contains(field) ? field : "",
            }))]);
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    public bool Is(string name) => given.GetValueOrDefault(name) == "true";

    public string Given(string name) => given.GetValueOrDefault(name, "");

    public FieldView Choice(
        string name, string label, IReadOnlyList<Option> options, bool required = false, string? empty = null, string? hint = null) =>
        Of(name, Control.Select, label, required, hint) with { Options = options, Empty = empty };

    public FieldView Of(string name, Control control, string label, bool required = false, string? hint = null, int? maxLength = null) =>
        new(name, control, label)
        {
            Required = required,
            Hint = hint,
            MaxLength = maxLength,
            Values = given.TryGetValue(name, out var value) && value.Length > 0 ? [value] : []
        };

    private T Fill<T>(T draft) where T : PolicyDraft
    {
        draft.Clock = Value<ClockName>("clock");
        draft.Track = Value<Track>("track");
        draft.Procedure = Value<Procedure>("procedure");
        draft.Category = Given("category") is { Length: > 0 } category ? category : null;
        draft.Risk = Value<Risk>("risk");
        (draft.From, draft.To) = (PolicyForm.Day(Given("from")), PolicyForm.Day(Given("to")));
        (draft.Starts, draft.Stops) = (Value<ClockEvent>("starts"), Value<ClockEvent>("stops"));
        draft.Unit = Value<TimeUnit>("unit");
        draft.Days = draft.Unit == TimeUnit.FixedDate ? 0 : Whole("days");
        (draft.Rolls, draft.Pauses) = (Is("rolls"), Is("pauses"));
        draft.WarnWorkingDays = Whole("warnWorkingDays");
        draft.Extension = Value<ExtensionConsent>("extension") is { } consent
            ? new ExtensionView(consent, Whole("capDays"), Whole("maxTimes")) : null;
        draft.Basis = new BasisView(Given("basis.zh"), Given("basis.en"));
        (draft.OfHouse, draft.RunningClocks) = (Is("ofHouse"), Is("runningClocks"));
        draft.Replaces = Given("replaces") is { Length: > 0 } replaces ? replaces : null;
        return draft;
    }

    private T? Value<T>(string name) where T : struct, Enum => PolicyForm.Value<T>(Given(name));

    private int? Whole(string name) =>
        int.TryParse(Given(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Dictionary<string, string> From(PolicyView old) => new(StringComparer.Ordinal)
    {
        ["replaces"] = old.Id,
        ["clock"] = old.Clock.Camel(),
        ["track"] = old.Track?.Camel() ?? "",
        ["procedure"] = old.Procedure?.Camel() ?? "",
        ["category"] = old.Category ?? "",
        ["risk"] = old.Risk?.Camel() ?? "",
        ["starts"] = old.Starts.Camel(),
        ["stops"] = old.Stops.Camel(),
        ["unit"] = old.Unit.Camel(),
        ["days"] = old.Days.ToString(CultureInfo.InvariantCulture),
        ["rolls"] = old.Rolls ? "true" : "",
        ["pauses"] = old.Pauses ? "true" : "",
        ["warnWorkingDays"] = old.WarnWorkingDays.ToString(CultureInfo.InvariantCulture),
        ["extension"] = old.Extension?.Consent?.Camel() ?? "",
        ["capDays"] = old.Extension?.CapDays?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["maxTimes"] = old.Extension?.MaxTimes?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["basis.zh"] = old.Basis.Zh ?? "",
        ["basis.en"] = old.Basis.En ?? "",
        ["ofHouse"] = old.OfHouse ? "true" : "",
    };
}
