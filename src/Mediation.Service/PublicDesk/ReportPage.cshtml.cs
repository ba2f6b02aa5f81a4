using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Mediation.Service.PublicDesk;

/// <summary>
/// The public's form and, in answer to it, the receipt. The code stands in no address, so that no log or history keeps it.
/// </summary>
[AllowAnonymous, RequestSizeLimit(64 * 1024), RequestFormLimits(ValueCountLimit = 64)]
public sealed class ReportPageModel(IMediator mediator, PublicTurns turns, NpgsqlDataSource db) : PageModel
{
    private static readonly string[] Inputs =
        ["division", "category", "summary", "description", "name", "phone", "identityNumber", "otherKind", "otherName", "otherPhone"];

    public string FormKey { get; private set; } = "";

    /// <summary>The places that have a centre.</summary>
    public IReadOnlyList<Option> Places { get; private set; } = [];

    public ReportDispute.Receipt? Receipt { get; private set; }

    public Task OnGetAsync()
    {
        FormKey = ReceiptCode.NewFormKey();
        return LoadAsync();
    }

    public async Task OnPostAsync()
    {
        FormKey = Text("formKey") ?? "";
        try
        {
            turns.Report(HttpContext);
            Receipt = await mediator.Send(new ReportDispute
            {
                FormKey = FormKey,
                Division = Text("division"),
                Category = Text("category"),
                Summary = Text("summary"),
                Description = Text("description"),
                Name = Text("name"),
                Phone = Text("phone"),
                IdentityNumber = Text("identityNumber"),
                OtherKind = Enum.TryParse<PartyKind>(Text("otherKind"), ignoreCase: true, out var kind) && Enum.IsDefined(kind)
                    ? kind : null,
                OtherName = Text("otherName"),
                OtherPhone = Text("otherPhone"),
            }, HttpContext.RequestAborted);
            Response.Headers.CacheControl = "no-store";
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409 or 422 or 429)
        {
            ModelState.Show(problem, [.. Inputs.Select(name => (name, name))]);
            // A key that is not ours is replaced, or the form could never be sent.
            if (!ReceiptCode.IsFormKey(FormKey)) FormKey = ReceiptCode.NewFormKey();
            Response.StatusCode = problem.Status;
            await LoadAsync();
        }
    }

    public IReadOnlyList<Option> Categories() => [.. Category.All.Select(code => new Option(code, Words.Category(code)))];

    public FieldView Of(string name, Control control, string label, int? maxLength = null, bool required = false, string? hint = null) =>
        new(name, control, label)
        { Required = required, MaxLength = maxLength, Hint = hint, Values = Text(name) is { } typed ? [typed] : [] };

    public FieldView Choice(string name, Control control, string label, IReadOnlyList<Option> options) =>
        Of(name, control, label, required: true) with { Options = options };

    /// <summary>Without control characters, which no sheet of paper can hold.</summary>
    private string? Text(string name) =>
        Request.HasFormContentType && string.Concat(((string?)Request.Form[name] ?? "")
            .Where(letter => !char.IsControl(letter) || letter is '\n' or '\r' or '\t')).Trim() is { Length: > 0 } text
            ? text : null;

    private async Task LoadAsync()
    {
        await using var connection = await db.OpenConnectionAsync(HttpContext.RequestAborted);
        var rows = await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition("""
            select d.code, case when p.kind = 'prefecture' then p.name || ' ' || d.name else d.name end
            from body b join division d on d.code = b.division left join division p on p.code = d.parent
            where b.kind = 'centre' and b.active group by d.code, d.name, p.kind, p.name order by d.code
            """, cancellationToken: HttpContext.RequestAborted));
        Places = [.. rows.Select(row => new Option(row.Code, row.Name))];
    }
}
