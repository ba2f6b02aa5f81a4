using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Intake;

/// <summary>The counter's form. Inputs bear the names of the API's fields, so that what is wrong is shown beside its field.</summary>
public sealed class NewCaseModel(IMediator mediator, CurrentCaller caller) : PageModel
{
    private const int MostParties = 200;

    public int PartyCount { get; private set; } = 2;

    public IActionResult OnGet() => Permissions.Has(caller.Value.Role, Permission.Intake) ? Page() : throw ProblemException.Forbidden();

    public async Task<IActionResult> OnPostAsync()
    {
        PartyCount = int.TryParse(Request.Form["partyCount"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Clamp(count, 2, MostParties) : 2;
        if (Request.Form["more"] == "true")
        {
            PartyCount = Math.Min(PartyCount + 1, MostParties);
            return Page();
        }

        var amount = Amount();
        if (!ModelState.IsValid) return Again(400);
        try
        {
            var answer = await mediator.Send(new OpenCase
            {
                Channel = Value<Channel>("channel"),
                Category = Text("category"),
                Division = Text("division"),
                Summary = Text("summary"),
                Description = Text("description"),
                Amount = amount,
                OccurredOn = Day("occurredOn"),
                Major = Has("major"),
                Parties = Parties(),
            }, HttpContext.RequestAborted);
            return Redirect($"/cases/{answer.View!.CaseNo}");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409 or 422)
        {
            foreach (var (field, messages) in problem.Fields)
                foreach (var message in messages) ModelState.AddModelError(field, message.In());
            if (problem.Fields.Count == 0) ModelState.AddModelError("", problem.Text.In());
            return Again(problem.Status);
        }
    }

    public bool Has(string name) => Request.HasFormContentType && Request.Form[name] == "true";

    public FieldView Line(string name, string label, int maxLength, bool required = false, string? hint = null) =>
        Of(name, Control.Line, label, maxLength) with { Required = required, Hint = hint };

    public FieldView Choice(string name, string label, IReadOnlyList<Option> options, string? byDefault = null)
    {
        var field = Of(name, Control.Select, label);
        return field with { Required = true, Options = options, Values = field.Values.Count > 0 || byDefault is null ? field.Values : [byDefault] };
    }

    public FieldView Of(string name, Control control, string label, int? maxLength = null) =>
        new(name, control, label) { Required = false, MaxLength = maxLength, Values = Typed(name) is { Length: > 0 } typed ? [typed] : ByDefault(name) };

    /// <summary>A court's cases come as referrals, transfers from other bodies.</summary>
    public IReadOnlyList<Option> Channels(IStringLocalizer<Texts> texts) =>
        [.. texts.Options<Channel>().Where(option => option.Value is not ("court" or "transfer"))];

    public IReadOnlyList<Option> Categories() => [.. Category.All.Select(code => new Option(code, $"{code} {Words.Category(code)}"))];

    private IReadOnlyList<string> ByDefault(string name) => name switch
    {
        "division" => [caller.Value.Division],
        "channel" => ["walkIn"],
        _ => [],
    };

    private List<PartyInput> Parties() => [.. Enumerable.Range(0, PartyCount)
        .Where(index => index < 2 || Text($"parties[{index}].name") is not null)
        .Select(index => new PartyInput
        {
            Side = Value<Side>($"parties[{index}].side"), Kind = Value<PartyKind>($"parties[{index}].kind"), Name = Text($"parties[{index}].name"),
            IdentityNumber = Text($"parties[{index}].identityNumber"), Phone = Text($"parties[{index}].phone"), Address = Text($"parties[{index}].address"),
        })];

    private decimal? Amount()
    {
        if (Text("amount") is not { } text) return null;
        if (decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return amount;
        ModelState.AddModelError("amount", new Message("金额应为数字，如 3200.50。", "Give the amount as a number, e.g. 3200.50.").In());
        return null;
    }

    private DateOnly? Day(string name) =>
        DateOnly.TryParseExact(Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private T? Value<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(Text(name), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private string? Text(string name) => Typed(name) is { } typed && !string.IsNullOrWhiteSpace(typed) ? typed.Trim() : null;

    private string? Typed(string name) => Request.HasFormContentType ? (string?)Request.Form[name] : null;

    private PageResult Again(int status)
    {
        Response.StatusCode = status;
        return Page();
    }
}
