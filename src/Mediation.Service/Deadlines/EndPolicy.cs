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

namespace Mediation.Service.Deadlines;

/// <summary>Ends a deadline policy: its last day. Refused where a clock would then find none. Running clocks keep it.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record EndPolicy : IRequest<StoredAnswer>, IEndpoint
{
    [JsonIgnore]
    public string Policy { get; set; } = "";

    /// <summary>The last day on which it applies (Asia/Shanghai); the day before its first withdraws it.</summary>
    public DateOnly? To { get; set; }

    public static EndPolicy Example => new() { To = new(2027, 6, 30) };

    public sealed class Validator : AbstractValidator<EndPolicy>
    {
        public Validator() => RuleFor(request => request.To).NotNull();
    }

    public sealed class Handler(NpgsqlDataSource db, DeadlinePolicySource source, CurrentCaller caller, TimeProvider clock,
        Idempotency idempotency) : IRequestHandler<EndPolicy, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(EndPolicy request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { AddPolicy.Lock }, transaction,
                cancellationToken: cancellationToken));
            var ended = Ended(request, await DeadlinePolicySource.ReadAsync(connection, transaction, cancellationToken));
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(PolicyView.Of(ended, ShanghaiTime.DateOf(now)), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            Add(batch, ended, caller.Value.User, now);
            var written = await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            source.Forget();
            return written;
        }

        private static DeadlinePolicy Ended(EndPolicy request, IReadOnlyList<DeadlinePolicy> policies)
        {
            var policy = policies.FirstOrDefault(one => one.Id == request.Policy) ?? throw ProblemException.NotFound();
            var ended = policy with { To = request.To };
            if (ended.To < policy.From.AddDays(-1))
                PolicyDraft.Refuse(
                    new Dictionary<string, Message> { ["to"] = new("不能早于生效日的前一日。", "Not before the day that precedes its first.") });
            var others = policies.Where(one => one.Id != policy.Id).ToList();
            // A withdrawn one applies on no day: only the others have to leave no hole.
            if (ended.To >= ended.From) PolicyDraft.Refuse(PolicyRules.Check(ended, others));
            else if (PolicyRules.CheckTable(ended.Clock, others) is { } hole)
                PolicyDraft.Refuse(new Dictionary<string, Message> { [hole.Field] = hole.Reason });
            return ended;
        }
    }

    internal static void Add(NpgsqlBatch batch, DeadlinePolicy ended, string user, DateTimeOffset now) => CaseBatch.Put(batch,
        "update deadline_policy set to_date = $2, ended_by = $3, ended_at = $4 where id = $1", ended.Id, ended.To, user, now.UtcDateTime);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/policies/deadlines/{policy}/end", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<EndPolicy>(http, request => request.Policy = (string)http.GetRouteValue("policy")!))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(nameof(EndPolicy)).WithTags("Policies").WithMetadata(new BodyOf(typeof(EndPolicy)))
            .Produces<PolicyView>();
}
