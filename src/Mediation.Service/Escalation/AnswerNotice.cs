using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>
/// Reads a notice and, with a text, answers what it asks: an event of the case that ends the repetitions of its step.
/// The first answer stands.
/// </summary>
[Requires(Permission.ReadCases)]
public sealed record AnswerNotice : IRequest<AnswerNotice.Answer>, IEndpoint
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

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller, TimeProvider clock, Keys keys,
        BodyDirectory directory, CaseNumbers numbers)
        : IRequestHandler<AnswerNotice, Answer>
    {
        private const int MostTries = 5;

        public async Task<Answer> Handle(AnswerNotice request, CancellationToken cancellationToken)
        {
            var text = string.IsNullOrWhiteSpace(request.Text) ? null : request.Text.Trim();
            for (var tries = 1; ; tries++)
            {
                var found = await FindAsync(request.Notice, cancellationToken);
                if (text is null) return await ReadAsync(request.Notice, found, cancellationToken);
                var stored = await session.LoadAsync(found.CaseId.ToString("D"), cancellationToken);
                // Asked again after the case was read: whoever answers in between writes an event, and this one's number is taken.
                found = await FindAsync(request.Notice, cancellationToken);
                if (found.AnsweredAt is not null && found.Response == text)
                    return await ReadAsync(request.Notice, found, cancellationToken);
                if (found.AnsweredAt is not null)
                    throw new ProblemException(409, "notice.answered",
                        new("已有人答复，请查看该答复。", "Somebody has answered already: see that answer."));
                if (!found.Open)
                    throw new ProblemException(409, "notice.settled", new("该期限已经结束，无须答复。", "The clock has ended: no answer is needed."));
                try
                {
                    return await WriteAsync(request.Notice, found, stored, text, cancellationToken);
                }
                catch (PostgresException lost) when (tries < MostTries && CaseSession.IsLost(lost))
                {
                    session.Forget();
                }
            }
        }

        private async Task<Row> FindAsync(Guid notice, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"""
                select n.case_id, n.clock, n.started_on, n.due_on, n.step, n.ask, n.read_at, coalesce(t.body, n.answer) as response,
                    n.answered_at,
                    {ListNotices.IsOpen} as open
                from notice n join cases c on c.id = n.case_id left join case_text t on t.id = n.answer_text
                where n.id = @notice and {ListNotices.Mine} and {scope.Sql}
                """, new
            {
                notice,
                user = caller.Value.User,
                forBody = ListNotices.ForBody(caller.Value),
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body
            }, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
        }

        private async Task<Answer> ReadAsync(Guid notice, Row found, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var readAt = await connection.QuerySingleAsync<DateTimeOffset>(new CommandDefinition("""
                update notice set read_at = coalesce(read_at, @now), read_by = coalesce(read_by, @User) where id = @notice returning read_at
                """, new { notice, now = clock.GetUtcNow(), caller.Value.User }, cancellationToken: cancellationToken));
            return new Answer(notice, readAt, found.Response, found.AnsweredAt);
        }

        private async Task<Answer> WriteAsync(Guid notice, Row found, StoredCase stored, string text, CancellationToken cancellationToken)
        {
            var draft = new CaseDraft(stored.State.Id, stored, clock, directory, numbers, caller.Value, keys);
            var command = new CaseCommand.AnswerNotice(notice, draft.Text("noticeAnswer", text), found.Clock, found.StartedOn,
                found.DueOn, found.Step, found.Ask);
            var change = CaseSession.Decided(draft, command, await session.ContextAsync(null, null, cancellationToken));
            await using var batch = db.CreateBatch();
            var rows = new CaseBatch(keys);
            rows.Add(change, draft);
            rows.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            var at = change.Events[^1].At;
            return new Answer(notice, found.ReadAt ?? at, text, at);
        }

        private sealed record Row(
            Guid CaseId, string? Clock, DateOnly? StartedOn, DateOnly? DueOn, int? Step, LadderAsk? Ask, DateTimeOffset? ReadAt,
            string? Response, DateTimeOffset? AnsweredAt, bool Open);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/notices/{notice}/answer", (Delegate)(async (HttpContext http) =>
        {
            if (!Guid.TryParseExact((string?)http.GetRouteValue("notice"), "D", out var id)) throw ProblemException.NotFound();
            await (await PlainRequest.ReadAsync<AnswerNotice>(http, request => request.Notice = id))
                .SendAloneAsync<Answer>(
                    answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)));
        })).WithName(nameof(AnswerNotice)).WithTags("Cases").WithMetadata(new BodyOf(typeof(AnswerNotice)))
            .Produces<Answer>().ProducesProblems(409);
}
