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

namespace Mediation.Service.Deadlines;

/// <summary>
/// Adds a deadline policy; the one that it replaces ends the day before. Running clocks keep theirs unless runningClocks says otherwise.
/// </summary>
[Requires(Permission.ManagePolicies)]
public sealed record AddPolicy : PolicyDraft, IRequest<StoredAnswer>, IEndpoint
{
    /// <summary>Of pg_advisory_xact_lock: what the table must keep is a matter of all its rows.</summary>
    internal const long Lock = 0x4D454449_504F4C49; // "MEDIPOLI"

    public static AddPolicy Example => new()
    {
        Clock = ClockName.Term,
        Track = Domain.Track.People,
        From = new(2027, 7, 1),
        Unit = TimeUnit.CalendarDays,
        Days = 30,
        WarnWorkingDays = 5,
        Extension = new ExtensionView(ExtensionConsent.AllParties, 30, 2),
        Basis = new BasisView("《人民调解工作若干规定》第三十三条", "Provisions on People's Mediation Work, art. 33"),
        Replaces = "term.people",
        RunningClocks = false,
    };

    public sealed class Validator : PolicyDraftValidator<AddPolicy>;

    public sealed class Handler(NpgsqlDataSource db, DeadlinePolicySource source, CurrentCaller caller, TimeProvider clock,
        Idempotency idempotency) : IRequestHandler<AddPolicy, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(AddPolicy request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction,
                cancellationToken: cancellationToken));
            var (policy, ended, _) = request.Into(await DeadlinePolicySource.ReadAsync(connection, transaction, cancellationToken));
            var answer = new StoredAnswer(201, null, "/api/v1/policies/deadlines/" + policy.Id,
                JsonSerializer.SerializeToUtf8Bytes(PolicyView.Of(policy, ShanghaiTime.DateOf(now)), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            if (ended is not null) EndPolicy.Add(batch, ended, caller.Value.User, now);
            Add(batch, policy, request.Replaces, now);
            if (request.RunningClocks == true) RecountClocks.Ask(batch, RecountCause.Policy, policy.Id, caller.Value.User, now);
            var written = await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            source.Forget();
            return written;
        }

        private void Add(NpgsqlBatch batch, DeadlinePolicy policy, string? replaces, DateTimeOffset now) => CaseBatch.Put(batch, """
            insert into deadline_policy (id, clock, track, procedure, category, risk, from_date, to_date, starts, stops, unit,
                days, rolls, pauses,
                extension_consent, extension_cap_days, extension_max_times, warn_working_days, basis_zh, basis_en, of_house, replaces,
                created_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
            """, policy.Id, policy.Clock.Camel(), policy.Track?.Camel(), policy.Procedure?.Camel(), policy.Category, policy.Risk?.Camel(),
            policy.From, policy.To, policy.Starts.Camel(), policy.Stops.Camel(), policy.Unit.Camel(), policy.Days, policy.Rolls,
            policy.PausesOnSuspension, policy.Extension?.Consent.Camel(), policy.Extension?.CapDays, policy.Extension?.MaxTimes,
            policy.WarnWorkingDays, policy.Basis.Zh, policy.Basis.En, policy.OfHouse, string.IsNullOrEmpty(replaces) ? null : replaces,
            caller.Value.User, now.UtcDateTime);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/policies/deadlines", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<AddPolicy>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(AddPolicy)).WithTags("Policies").WithMetadata(new BodyOf(typeof(AddPolicy)))
        .Produces<PolicyView>(201);
}
