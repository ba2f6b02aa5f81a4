using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Service.Drafts;
using Mediation.Service.People;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Mediation.Service.Intake;

/// <summary>The counter's form. Inputs bear the names of the API's fields, so that what is wrong is shown beside its field.</summary>
public sealed class NewCaseModel(IMediator mediator, CurrentCaller caller, Idempotency idempotency, NpgsqlDataSource db, TimeProvider clock,
    IStringLocalizer<Texts> texts) : PageModel
{
    /// <summary>The name under which the form's draft is kept.</summary>
    public const string Draft = "/cases/new";

    private const int MostParties = 200;
    private IFormCollection typed = FormCollection.Empty;

    public int PartyCount { get; private set; } = 2;

    /// <summary>The form's own key: sent twice it makes one case.</summary>
    public Guid Once { get; private set; }

    /// <summary>What was begun here before, as it stands in the form now.</summary>
    public FormDraft? Restored { get; private set; }

    /// <summary>What earlier cases know of a party, by its place in the form.</summary>
    public Dictionary<int, FindPerson.Answer> Earlier { get; } = [];

    public async Task<IActionResult> OnGetAsync()
    {
        if (!Permissions.Has(caller.Value.Role, Permission.Intake)) throw ProblemException.Forbidden();
        Restored = await mediator.Send(new FindDraft(Draft), HttpContext.RequestAborted);
        Fill(Restored?.Typed() ?? FormCollection.Empty);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Fill(await Request.ReadFormAsync(HttpContext.RequestAborted));
        if (typed["more"] == "true")
        {
            PartyCount = Math.Min(PartyCount + 1, MostParties);
            await mediator.Send(SaveDraft.Of(Draft, typed), HttpContext.RequestAborted);
            return Page();
        }

        if (typed["find"] == "true")
        {
            await FindPartiesAsync();
            return ModelState.IsValid ? Page() : await AgainAsync(400);
        }

        var (amount, occurredOn) = (Amount(), Day("occurredOn"));
        if (!ModelState.IsValid) return await AgainAsync(400);
        try
        {
            idempotency.Begin(Once, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(SaveDraft.Of(Draft, typed).Fields)));
            if (await idempotency.FindAsync(db, HttpContext.RequestAborted) is { } earlier)
                return await DoneAsync(CaseAnswer.Repeated(earlier));
            return await DoneAsync(await mediator.Send(new OpenCase
            {
                Channel = Value<Channel>("channel"),
                Category = Text("category"),
                Division = Text("division"),
                Summary = Text("summary"),
                Description = Text("description"),
                Amount = amount,
                OccurredOn = occurredOn,
                Major = Has("major"),
                Parties = Parties(),
            }, HttpContext.RequestAborted));
        }
        catch (ProblemException sent) when (sent.Code == "idempotency.mismatch")
        {
            Once = Guid.CreateVersion7(clock.GetUtcNow());
            ModelState.AddModelError("", texts["NewCase.SentBefore"]);
            return await AgainAsync(sent.Status);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409 or 422)
        {
            foreach (var (field, messages) in problem.Fields)
                foreach (var message in messages) ModelState.AddModelError(field, message.In());
            if (problem.Fields.Count == 0) ModelState.AddModelError("", problem.Text.In());
            return await AgainAsync(problem.Status);
        }
    }

    /// <summary>The number belongs to somebody else, or one of the two was mistyped.</summary>
    public bool HasOtherName(int index) =>
        Text($"parties[{index}].name") is { } name && Earlier[index].Items.Count > 0 && Earlier[index].Items.All(item => item.Name != name);

    /// <summary>
    /// Looks each party up by its number, and fills in the name and address that the newest case has where nothing is typed.
    /// </summary>
    private async Task FindPartiesAsync()
    {
        var known = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var (name, value) in typed) known[name] = value;
        for (var index = 0; index < PartyCount; index++)
        {
            var at = $"parties[{index}].";
            var (identityNumber, phone) = (Text(at + "identityNumber"), Text(at + "phone"));
            if (identityNumber is null && phone is null) continue;
            try
            {
                Earlier[index] = await mediator.Send(
                    new FindPerson
                    { IdentityNumber = identityNumber, Phone = identityNumber is null ? phone : null, Place = LookupPlace.Intake },
                    HttpContext.RequestAborted);
            }
            catch (ProblemException problem) when (problem.Status == 400)
            {
                ModelState.Show(problem, ("identityNumber", at + "identityNumber"), ("phone", at + "phone"));
                continue;
            }

            if (Earlier[index].Items is not [var newest, ..]) continue;
            if (Text(at + "name") is null) known[at + "name"] = newest.Name;
            if (Text(at + "address") is null && newest.Address is not null) known[at + "address"] = newest.Address;
        }

        if (Earlier.Count == 0 && ModelState.IsValid) ModelState.AddModelError("", texts["NewCase.FindNothing"]);
        typed = new FormCollection(known);
        await mediator.Send(SaveDraft.Of(Draft, typed), HttpContext.RequestAborted);
    }

    public bool Has(string name) => typed[name] == "true";

    public FieldView Line(string name, string label, int maxLength, bool required = false, string? hint = null) =>
        Of(name, Control.Line, label, maxLength) with { Required = required, Hint = hint };

    public FieldView Choice(string name, string label, IReadOnlyList<Option> options, string? byDefault = null)
    {
        var field = Of(name, Control.Select, label);
        return field with
        { Required = true, Options = options, Values = field.Values.Count > 0 || byDefault is null ? field.Values : [byDefault] };
    }

    public FieldView Of(string name, Control control, string label, int? maxLength = null) =>
        new(name, control, label)
        { Required = false, MaxLength = maxLength, Values = Typed(name) is { Length: > 0 } text ? [text] : ByDefault(name) };

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
            Side = Value<Side>($"parties[{index}].side"), Kind = Value<PartyKind>($"parties[{index}].kind"), Name =
                Text($"parties[{index}].name"),
            IdentityNumber = Text($"parties[{index}].identityNumber"), Phone = Text($"parties[{index}].phone"), Address =
                Text($"parties[{index}].address"),
        })];

    private decimal? Amount()
    {
        if (Text("amount") is not { } text) return null;
        if (decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var amount))
            return amount;
        ModelState.AddModelError("amount", new Message("金额应为数字，如 3200.50。", "Give the amount as a number, e.g. 3200.50.").In());
        return null;
    }

    private DateOnly? Day(string name)
    {
        if (Text(name) is not { } text) return null;
        if (TypedDates.Date(text) is { } date) return date;
        ModelState.AddModelError(name, new Message("日期应写作 2026-11-22。", "Write the date as 2026-11-22.").In());
        return null;
    }

    private T? Value<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(Text(name), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private string? Text(string name) => Typed(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private string? Typed(string name) => (string?)typed[name];

    private void Fill(IFormCollection form)
    {
        typed = form;
        PartyCount = int.TryParse(typed["partyCount"], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Math.Clamp(count, 2, MostParties) : 2;
        Once = Guid.TryParse(typed["once"], out var once) ? once : Guid.CreateVersion7(clock.GetUtcNow());
    }

    private async Task<RedirectResult> DoneAsync(CaseAnswer answer)
    {
        using var body = JsonDocument.Parse(answer.Kept.Body);
        await mediator.Send(new DropDraft(Draft), HttpContext.RequestAborted);
        return Redirect("/cases/" + body.RootElement.GetProperty("caseNo").GetString());
    }

    private async Task<PageResult> AgainAsync(int status)
    {
        await mediator.Send(SaveDraft.Of(Draft, typed), HttpContext.RequestAborted);
        Response.StatusCode = status;
        return Page();
    }
}
