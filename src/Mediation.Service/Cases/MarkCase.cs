using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>Follows a case or no longer, and keeps a note about it, both for the caller alone; what is left out is gone.</summary>
[Requires(Permission.ReadCases)]
public sealed record MarkCase : IRequest<GetMark.Answer>, IEndpoint
{
    [JsonIgnore]
    public string Case { get; set; } = "";

    public bool? Followed { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public string? Note { get; init; }

    public static MarkCase Example => new() { Followed = true, Note = "周五前再打一次电话。" };

    public sealed class Validator : AbstractValidator<MarkCase>
    {
        public Validator() => RuleFor(request => request.Note).MaximumLength(2000);
    }

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller, TimeProvider clock, Keys keys)
        : IRequestHandler<MarkCase, GetMark.Answer>
    {
        public async Task<GetMark.Answer> Handle(MarkCase request, CancellationToken cancellationToken)
        {
            var id = (await session.LoadAsync(request.Case, cancellationToken)).State.Id;
            var answer = new GetMark.Answer(request.Followed ?? false,
                string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim());
            var values = new
            {
                user = caller.Value.User,
                id,
                answer.Followed,
                note = answer.Note is null ? null : keys.Encrypt(answer.Note),
                now = clock.GetUtcNow().UtcDateTime,
            };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(answer is { Followed: false, Note: null }
                ? "delete from case_mark where user_name = @user and case_id = @id"
                : """
                    insert into case_mark (user_name, case_id, followed, note_cipher, changed_at)
                    values (@user, @id, @Followed, @note, @now)
                    on conflict (user_name, case_id) do update set followed = excluded.followed, note_cipher = excluded.note_cipher,
                        changed_at = excluded.changed_at
                    """, values, cancellationToken: cancellationToken));
            return answer;
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/cases/{id}/mark", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<MarkCase>(http, request => request.Case = (string)http.GetRouteValue("id")!))
            .SendAloneAsync<GetMark.Answer>(
                answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)))))
        .WithName(nameof(MarkCase)).WithTags("Cases").WithMetadata(new BodyOf(typeof(MarkCase)))
        .Produces<GetMark.Answer>();
}
