using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>Reads a notice and, with a text, answers what it asks. The first answer stands.</summary>
[Requires(Permission.ReadCases)]
public sealed record AnswerNotice : IRequest<AnswerNotice.Answer>
{
    [JsonIgnore]
    public Guid Notice { get; set; }

    /// <summary>Null: only read.</summary>
    public string? Text { get; set; }

    public sealed record Answer(Guid Id, DateTimeOffset ReadAt, string? Response, DateTimeOffset? AnsweredAt);

    public static AnswerNotice Example => new() { Text = "已约定周五上午再次调解。" };

    public sealed class Validator : AbstractValidator<AnswerNotice>
    {
        public Validator() => RuleFor(request => request.Text).MaximumLength(1000);
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<AnswerNotice, Answer>
    {
        public async Task<Answer> Handle(AnswerNotice request, CancellationToken cancellationToken)
        {
            var (scope, text) = (CaseScope.Of(caller.Value), string.IsNullOrWhiteSpace(request.Text) ? null : request.Text.Trim());
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var found = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"""
                select n.answer as Response, n.answered_at as AnsweredAt, {ListNotices.IsOpen} as Open
                from notice n join cases c on c.id = n.case_id where n.id = @Notice and {ListNotices.Mine} and {scope.Sql} for update of n
                """, new { request.Notice, user = caller.Value.User, forBody = ListNotices.ForBody(caller.Value), scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body },
                transaction, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
            if (text is not null && found.Response is not null && found.Response != text)
                throw new ProblemException(409, "notice.answered", new("已有人答复，请查看该答复。", "Somebody has answered already: see that answer."));
            if (text is not null && found.Response is null && !found.Open)
                throw new ProblemException(409, "notice.settled", new("该期限已经结束，无须答复。", "The clock has ended: no answer is needed."));
            var row = await connection.QuerySingleAsync<Row>(new CommandDefinition("""
                update notice set read_at = coalesce(read_at, @now), read_by = coalesce(read_by, @User), answer = coalesce(answer, @text),
                    answered_at = case when @text is null then answered_at else coalesce(answered_at, @now) end,
                    answered_by = case when @text is null then answered_by else coalesce(answered_by, @User) end
                where id = @Notice returning read_at as ReadAt, answer as Response, answered_at as AnsweredAt
                """, new { request.Notice, now = clock.GetUtcNow(), caller.Value.User, text }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return new Answer(request.Notice, row.ReadAt!.Value, row.Response, row.AnsweredAt);
        }

        private sealed class Row
        {
            public DateTimeOffset? ReadAt { get; init; }
            public string? Response { get; init; }
            public DateTimeOffset? AnsweredAt { get; init; }
            public bool Open { get; init; }
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/notices/{notice}/answer", (Delegate)(async (HttpContext http) =>
    {
        if (!Guid.TryParseExact((string?)http.GetRouteValue("notice"), "D", out var id)) throw ProblemException.NotFound();
        await (await PlainRequest.ReadAsync<AnswerNotice>(http, Permission.ReadCases, request => request.Notice = id))
            .SendAloneAsync<Answer>(answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)));
    })).WithName(nameof(AnswerNotice)).WithTags("Cases").WithMetadata(new BodyOf(typeof(AnswerNotice)))
        .Produces<Answer>().ProducesProblems(400, 401, 403, 404, 409, 413, 415, 422, 429);
}
