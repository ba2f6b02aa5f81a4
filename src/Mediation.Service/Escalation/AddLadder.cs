using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>Adds a ladder. Clocks that have run out already keep theirs.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record AddLadder : LadderDraft, IRequest<StoredAnswer>, IEndpoint
{
    /// <summary>Of pg_advisory_xact_lock: what the ladders must keep is a matter of all of them.</summary>
    internal const long Lock = 0x4D454449_4C414444; // "MEDILADD"

    public static AddLadder Example => new()
    {
        Name = new LadderNameView("山林土地纠纷", "Forest and land disputes"),
        Category = "07",
        Clock = ClockName.Term,
        From = new(2027, 1, 1),
        Steps = ExampleSteps,
    };

    public sealed class Validator : LadderDraftValidator<AddLadder>;

    public sealed class Handler(NpgsqlDataSource db, LadderSource source, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<AddLadder, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(AddLadder request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction,
                cancellationToken: cancellationToken));
            var ladder = request.Into(await LadderSource.ReadAsync(connection, transaction, cancellationToken));
            var answer = new StoredAnswer(201, null, "/api/v1/policies/ladders/" + ladder.Id,
                JsonSerializer.SerializeToUtf8Bytes(LadderView.Of(ladder, ShanghaiTime.DateOf(now)), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, """
                insert into ladder (id, name_zh, name_en, clock, level, category, risk, amount_from, from_date, to_date,
                    created_by, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """, ladder.Id, ladder.Name.Zh, ladder.Name.En, ladder.Clock?.Camel(), ladder.Level?.Camel(), ladder.Category,
                ladder.Risk?.Camel(), ladder.AmountFrom, ladder.From, ladder.To, caller.Value.User, now.UtcDateTime);
            foreach (var step in ladder.Steps)
                CaseBatch.Put(batch, """
                    insert into ladder_step (ladder, step, unit, after, rung, up, ask, channels, attempts, repeat_every, repeat_times)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """, ladder.Id, step.Step, step.Unit.Camel(), step.After, step.To.Camel(), step.Up, step.Ask.Camel(),
                    step.Channels.Select(channel => channel.Camel()).ToArray(), step.Attempts, step.RepeatEvery, step.RepeatTimes);
            var written = await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            source.Forget();
            return written;
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/policies/ladders", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<AddLadder>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(AddLadder)).WithTags("Policies").WithMetadata(new BodyOf(typeof(AddLadder)))
        .Produces<LadderView>(201);
}
