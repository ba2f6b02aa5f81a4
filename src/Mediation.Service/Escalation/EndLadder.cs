using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>Ends a ladder: its last due day. Where no other fits, the general one applies. Clocks that have run out keep theirs.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record EndLadder : IRequest<StoredAnswer>, IEndpoint
{
    [JsonIgnore]
    public string Ladder { get; set; } = "";

    /// <summary>The last due day to which it applies (Asia/Shanghai); the day before its first withdraws it.</summary>
    public DateOnly? To { get; set; }

    public static EndLadder Example => new() { To = new(2027, 6, 30) };

    public sealed class Validator : AbstractValidator<EndLadder>
    {
        public Validator() => RuleFor(request => request.To).NotNull();
    }

    public sealed class Handler(NpgsqlDataSource db, LadderSource source, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<EndLadder, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(EndLadder request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { AddLadder.Lock }, transaction,
                cancellationToken: cancellationToken));
            var ladders = await LadderSource.ReadAsync(connection, transaction, cancellationToken);
            var ladder = ladders.FirstOrDefault(one => one.Id == request.Ladder) ?? throw ProblemException.NotFound();
            var ended = ladder with { To = request.To };
            if (ladder.Id == Domain.Deadlines.Ladder.DefaultId)
                LadderDraft.Refuse(new Dictionary<string, Message>
                { ["to"] = new("通用阶梯不能终止：没有更合适的阶梯时由它告知。", "The general ladder cannot end: it tells where no other fits.") });
            if (ended.To < ladder.From.AddDays(-1))
                LadderDraft.Refuse(
                    new Dictionary<string, Message> { ["to"] = new("不能早于生效日的前一日。", "Not before the day that precedes its first.") });
            if (ended.To >= ended.From)
                LadderDraft.Refuse(LadderRules.Check(ended, [.. ladders.Where(one => one.Id != ladder.Id && !(one.To < one.From))]));
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(LadderView.Of(ended, ShanghaiTime.DateOf(now)), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, "update ladder set to_date = $2, ended_by = $3, ended_at = $4 where id = $1", ended.Id, ended.To,
                caller.Value.User, now.UtcDateTime);
            var written = await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            source.Forget();
            return written;
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/policies/ladders/{ladder}/end", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<EndLadder>(http, request => request.Ladder = (string)http.GetRouteValue("ladder")!))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(nameof(EndLadder)).WithTags("Policies").WithMetadata(new BodyOf(typeof(EndLadder)))
            .Produces<LadderView>();
}
