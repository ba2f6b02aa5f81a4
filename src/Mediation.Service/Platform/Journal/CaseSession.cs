using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// The cases that one request works on: loads with one round trip, whatever of it the caller may see, decides, and
/// writes with one implicitly atomic batch.
/// </summary>
public sealed class CaseSession(
    NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Keys keys, ICaseCalendar calendar, ICasePolicies policies,
    ICaseLadders ladders, Idempotency idempotency)
{
    /// <summary>Everything is decided and answered as ever, and nothing is written: to show what an action will do.</summary>
    public bool Rehearsing { get; set; }

    /// <summary>Who would be notified at once by the rehearsed action: bodies, and persons where it is one.</summary>
    public IReadOnlyList<(string Body, string? Person)> Notified { get; private set; } = [];

    private readonly Dictionary<string, StoredCase> loaded = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="reference">UUID or case number.</param>
    /// <exception cref="ProblemException">404 where there is no such case or the caller may not see it.</exception>
    public async Task<StoredCase> LoadAsync(string reference, CancellationToken cancellationToken)
    {
        if (loaded.TryGetValue(reference, out var known)) return known;
        object key = Guid.TryParseExact(reference, "D", out var id) ? id
            : OwnCaseNumber.TryParse(reference, out _) ? reference
            : throw ProblemException.NotFound();
        var (match, which) = key is Guid ? ("c.id = $1", "$1") : ("c.case_no = $1", "(select id from cases where case_no = $1)");
        var scope = CaseScope.Of(caller.Value);
        await using var batch = db.CreateBatch();
        // Whether the caller may see it is asked once: without the first row the others are not looked at.
        CaseBatch.Put(batch, $"select c.head_hash, c.state::text from cases c where {match} and {scope.Numbered(2)}",
            [key, .. scope.Values]);
        CaseBatch.Put(batch, $"""
            select id, side, kind, name, minor, key, identity_cipher, credit_code, phone_cipher, address, representatives
            from case_party where case_id = {which} order by length(id), id
            """, key);
        CaseBatch.Put(batch, $"select id, body from case_text where case_id = {which}", key);

        if (idempotency.IsRequested) batch.BatchCommands.Add(idempotency.Question());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var stored = await ReadAsync(reader, cancellationToken) ?? throw ProblemException.NotFound();
        if (await reader.NextResultAsync(cancellationToken)) await idempotency.ReadAsync(reader, cancellationToken);
        // A policy that this node has not seen yet is read before it is asked for.
        await policies.ForAsync(stored.State.Clocks, cancellationToken);
        await ladders.ForAsync(stored.State.Clocks, cancellationToken);
        loaded[reference] = stored;
        loaded[stored.State.Id.ToString("D")] = stored;
        return stored;
    }

    /// <summary>A case as the caller may see it, as an answer.</summary>
    public async Task<CaseAnswer> ShowAsync(string reference, CancellationToken cancellationToken) => CaseAnswer.Of(
        await LoadAsync(reference, cancellationToken), 200, caller.Value, await calendar.GetAsync(cancellationToken),
        await policies.GetAsync(cancellationToken));

    /// <summary>What a decision depends on besides the case.</summary>
    public async ValueTask<DecideContext> ContextAsync(DateOnly? on, TextRef? lateReason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return new DecideContext(now, on ?? ShanghaiTime.DateOf(now), caller.Value.User,
            await calendar.GetAsync(cancellationToken), await policies.GetAsync(cancellationToken), lateReason)
        { Ladders = await ladders.GetAsync(cancellationToken) };
    }

    /// <summary>
    /// Decides and writes. The answer is made from what will be stored, and kept under the idempotency key in the same batch.
    /// </summary>
    /// <exception cref="ProblemException">409 or 422 for a refusal, 412 when another was quicker.</exception>
    public async Task<CaseAnswer> ActAsync(
        CaseDraft draft, CaseCommand command, DecideContext context, int status, CancellationToken cancellationToken)
    {
        var change = Decided(draft, command, context);
        var after = Stored(draft, change);
        var answer = CaseAnswer.Of(after, status, caller.Value, context.Calendar, context.Policies);
        var rows = new CaseBatch(keys);
        rows.Add(change, draft);
        if (draft.Second is { } second)
            rows.Add(Decided(second.Draft, second.Command, context with { On = context.Today, LateReason = null }), second.Draft);
        if (Rehearsing)
        {
            Notified = [.. rows.Notified.Distinct()];
            return answer;
        }

        await using var batch = db.CreateBatch();
        rows.AddTo(batch);
        idempotency.Keep(batch, answer.Kept);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException rival) when (Idempotency.IsRival(rival))
        {
            return CaseAnswer.Repeated(await idempotency.FindAsync(db, cancellationToken) ?? throw ProblemWriter.ForStatus(503));
        }
        catch (PostgresException conflict) when (IsLost(conflict))
        {
            throw await StaleAsync(draft.CaseId, cancellationToken);
        }

        if (draft.Before is null) Counted.Opened(after.State.Channel);
        loaded[draft.CaseId.ToString("D")] = after;
        return answer;
    }

    /// <summary>Decides and chains without writing: for what writes several cases in one batch.</summary>
    public static CaseChange Decided(CaseDraft draft, CaseCommand command, DecideContext context)
    {
        var decision = Decide.Handle(draft.Before?.State, command, context);
        if (decision.Refusal is { } refusal) throw ProblemException.Of(refusal);
        return CaseChange.From(draft.Before?.State, draft.Before?.HeadHash ?? HashChain.Start, draft.CaseId, decision.Events,
            context.Now, context.On, context.Actor);
    }

    public static ProblemException Stale(Case current) => new(412, "case.stale",
        new("案件已被更新。请刷新后查看变化，再重试。", "The case has changed meanwhile. Reload, look at what changed, then try again."))
    {
        Extensions = new Dictionary<string, object?> { ["changedBy"] = current.LastActor, ["version"] = current.Version },
    };

    private async Task<ProblemException> StaleAsync(Guid id, CancellationToken cancellationToken)
    {
        loaded.Clear();
        return Stale((await LoadAsync(id.ToString("D"), cancellationToken)).State);
    }

    /// <summary>What was loaded is read anew: another was quicker.</summary>
    public void Forget() => loaded.Clear();

    internal static bool IsLost(PostgresException conflict) =>
        conflict is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "case_event_pkey" };

    private static StoredCase Stored(CaseDraft draft, CaseChange change)
    {
        var texts = new Dictionary<Guid, string>(draft.Before?.Texts ?? new Dictionary<Guid, string>());
        foreach (var text in draft.Texts) texts[text.Id] = text.Body;
        var parties = (draft.Before?.Parties ?? []).Where(old => draft.Parties.All(party => party.Id != old.Id)).Concat(draft.Parties)
            .OrderBy(party => party.Id.Length).ThenBy(party => party.Id, StringComparer.Ordinal);
        return new StoredCase(change.After, change.HeadHash, [.. parties], texts);
    }

    private async Task<StoredCase?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        (byte[] Head, Case State)? row = null;
        if (await reader.ReadAsync(cancellationToken)) row = (reader.GetFieldValue<byte[]>(0), Known(reader.GetString(1)));
        await reader.NextResultAsync(cancellationToken);
        if (row is null) return null;
        var parties = new List<PartyRow>();
        while (await reader.ReadAsync(cancellationToken)) parties.Add(ReadParty(reader, keys));
        await reader.NextResultAsync(cancellationToken);
        var texts = new Dictionary<Guid, string>();
        while (await reader.ReadAsync(cancellationToken)) texts[reader.GetGuid(0)] = reader.GetString(1);
        return new StoredCase(row.Value.State, row.Value.Head, parties, texts);
    }

    /// <exception cref="ProblemException">503 where a newer version has given the case a value that this one does not know.</exception>
    private static Case Known(string state)
    {
        try
        {
            return CaseJson.ParseCase(state);
        }
        catch (JsonException)
        {
            throw new ProblemException(503, Refusals.NewerVersion.Code, Refusals.NewerVersion.Message);
        }
    }

    internal static PartyRow ReadParty(NpgsqlDataReader reader, Keys keys)
    {
        return new PartyRow(reader.GetString(0), Enum.Parse<Side>(reader.GetString(1), ignoreCase: true),
            Enum.Parse<PartyKind>(reader.GetString(2), ignoreCase: true), reader.GetString(3), reader.GetBoolean(4),
            reader.GetFieldValue<byte[]>(5))
        {
            IdentityNumber = Opened(6),
            CreditCode = reader.IsDBNull(7) ? null : reader.GetString(7),
            Phone = Opened(8),
            Address = reader.IsDBNull(9) ? null : reader.GetString(9),
            Representatives = Opened(10) is { } json ? JsonSerializer.Deserialize<List<RepresentativeRow>>(json, ApiJson.Output)! : [],
        };

        string? Opened(int ordinal) => reader.IsDBNull(ordinal) ? null : keys.Decrypt(reader.GetFieldValue<byte[]>(ordinal));
    }
}
