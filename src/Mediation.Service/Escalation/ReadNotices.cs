using System.Text.Json;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>Marks all that the caller was told as read; what asks for an answer goes on asking.</summary>
[Requires(Permission.ReadCases)]
public sealed record ReadNotices : IRequest<ReadNotices.Answer>, IEndpoint
{
    public sealed record Answer(int Read);

    public static ReadNotices Example => new();

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<ReadNotices, Answer>
    {
        public async Task<Answer> Handle(ReadNotices request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return new Answer(await connection.ExecuteAsync(new CommandDefinition($"""
                update notice n set read_at = @now, read_by = @user from cases c
                where c.id = n.case_id and n.read_at is null and {ListNotices.Mine} and {scope.Sql}
                """, new
            {
                user = caller.Value.User,
                now = clock.GetUtcNow(),
                forBody = ListNotices.ForBody(caller.Value),
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body
            }, cancellationToken: cancellationToken)));
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/notices/read", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<ReadNotices>(http))
            .SendAloneAsync<Answer>(
                answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)))))
        .WithName(nameof(ReadNotices)).WithTags("Cases").WithMetadata(new BodyOf(typeof(ReadNotices)))
        .Produces<Answer>();
}
