using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Mediation.Service.Drafts;

/// <summary>What its owner typed into a form and has not sent yet.</summary>
/// <param name="Form">The address of the form.</param>
/// <param name="SavedAt">UTC.</param>
public sealed record FormDraft(string Form, IReadOnlyDictionary<string, string[]> Fields, DateTimeOffset SavedAt)
{
    public FormCollection Typed() =>
        new(Fields.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value), StringComparer.Ordinal));
}

/// <summary>Keeps what was typed. False where it is more than a draft may hold.</summary>
[Requires(Permission.OwnAccount)]
public sealed partial record SaveDraft(string Form, IReadOnlyDictionary<string, string[]> Fields) : IRequest<bool>
{
    public const int MostBytes = 1_000_000;
    public const int MostForms = 50;

    // What a form carries without anybody having typed it.
    private static readonly HashSet<string> Carried = new(["version", "once", "partyCount"], StringComparer.Ordinal);

    public static SaveDraft Of(string form, IFormCollection typed) => new(form, typed
        .Where(pair => !pair.Key.StartsWith("__", StringComparison.Ordinal) && pair.Key is not ("more" or "draft"))
        .ToDictionary(pair => pair.Key, pair => pair.Value.OfType<string>().ToArray(), StringComparer.Ordinal));

    public sealed class Validator : AbstractValidator<SaveDraft>
    {
        public Validator() => RuleFor(request => request.Form).Must(form => form is not null && Address().IsMatch(form))
            .Saying("该表单不能存草稿。", "This form keeps no draft.");
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys, TimeProvider clock) : IRequestHandler<SaveDraft, bool>
    {
        public async Task<bool> Handle(SaveDraft request, CancellationToken cancellationToken)
        {
            if (request.Fields.All(pair => Carried.Contains(pair.Key) || pair.Value.All(string.IsNullOrWhiteSpace))) return true;
            var json = JsonSerializer.Serialize(request.Fields);
            if (json.Length > MostBytes / 3) return false; // at most three bytes a character
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("""
                with older as (
                    delete from form_draft where user_name = @user and form in (
                        select form from form_draft where user_name = @user and form <> @form order by saved_at desc offset @others)
                )
                insert into form_draft (user_name, form, body, saved_at) values (@user, @form, @body, @now)
                on conflict (user_name, form) do update set body = excluded.body, saved_at = excluded.saved_at
                """, new
            {
                user = caller.Value.User,
                form = request.Form,
                body = keys.Encrypt(json),
                now = clock.GetUtcNow().UtcDateTime,
                others = MostForms - 1
            }, cancellationToken: cancellationToken));
            return true;
        }
    }

    [GeneratedRegex(@"^/cases/(new|[^/?#\s]{1,64}/act/[a-z/-]{1,60})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}

/// <summary>The caller's own draft of a form; null without one.</summary>
[Requires(Permission.OwnAccount)]
public sealed record FindDraft(string Form) : IRequest<FormDraft?>
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys) : IRequestHandler<FindDraft, FormDraft?>
    {
        public async Task<FormDraft?> Handle(FindDraft request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
                "select body, saved_at from form_draft where user_name = @user and form = @Form",
                new { user = caller.Value.User, request.Form }, cancellationToken: cancellationToken));
            return row is { } found
                ? new FormDraft(request.Form,
                    JsonSerializer.Deserialize<Dictionary<string, string[]>>(keys.Decrypt(found.Body))!, found.SavedAt)
                : null;
        }

        private sealed record Row(byte[] Body, DateTimeOffset SavedAt);
    }
}

/// <summary>The caller's drafts, the newest first.</summary>
[Requires(Permission.OwnAccount)]
public sealed record ListDrafts : IRequest<IReadOnlyList<ListDrafts.Row>>
{
    public sealed record Row(string Form, DateTimeOffset SavedAt);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListDrafts, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(ListDrafts request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Row>(new CommandDefinition(
                "select form, saved_at from form_draft where user_name = @user order by saved_at desc, form",
                new { user = caller.Value.User }, cancellationToken: cancellationToken))).AsList();
        }
    }
}

/// <summary>Forgets the draft of a form that was sent or is not wanted any more.</summary>
[Requires(Permission.OwnAccount)]
public sealed record DropDraft(string Form) : IRequest
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<DropDraft>
    {
        public async Task<Unit> Handle(DropDraft request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "delete from form_draft where user_name = @user and form = @Form", new { user = caller.Value.User, request.Form },
                cancellationToken: cancellationToken));
            return Unit.Value;
        }
    }
}
