using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>Puts a message that was given up back among those that wait, with all its tries. What was sent is never sent again.</summary>
[Requires(Permission.RunJobs)]
public sealed record SendAgain : IRequest<SendAgain.Answer>, IEndpoint
{
    [JsonIgnore]
    public Guid Delivery { get; set; }

    public sealed record Answer(Guid Id, DateTimeOffset NextAt);

    public static SendAgain Example => new();

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<SendAgain, Answer>
    {
        public async Task<Answer> Handle(SendAgain request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var changed = await connection.ExecuteAsync(new CommandDefinition("""
                update delivery set state = 'waiting', attempts = 0, next_at = @now, ended_at = null, sent_again_by = @User
                where id = @Delivery and state = 'failed'
                """, new { request.Delivery, now, caller.Value.User }, cancellationToken: cancellationToken));
            if (changed == 1) return new Answer(request.Delivery, now);
            throw await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition("select exists (select 1 from delivery where id = @Delivery)", new { request.Delivery },
                    cancellationToken: cancellationToken))
                ? new ProblemException(409, "delivery.notFailed",
                    new("该消息不在发送失败之列，无须重发。", "This message has not failed: there is nothing to send again."))
                : ProblemException.NotFound();
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/deliveries/{delivery}/send-again", (Delegate)(async (HttpContext http) =>
        {
            if (!Guid.TryParseExact((string?)http.GetRouteValue("delivery"), "D", out var id)) throw ProblemException.NotFound();
            await (await PlainRequest.ReadAsync<SendAgain>(http, request => request.Delivery = id))
                .SendAloneAsync<Answer>(
                    answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)));
        })).WithName(nameof(SendAgain)).WithTags("Jobs").WithMetadata(new BodyOf(typeof(SendAgain)))
            .Produces<Answer>().ProducesProblems(409);
}
