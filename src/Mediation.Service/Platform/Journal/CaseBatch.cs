using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Service.Platform.Journal;

/// <summary>One change of one case: the events, the fold after them, and the end of the chain.</summary>
public sealed record CaseChange(Case? Before, Case After, IReadOnlyList<Recorded> Events, IReadOnlyList<string> Bodies, IReadOnlyList<byte[]> Hashes, byte[] PreviousHash)
{
    public byte[] HeadHash => Hashes[^1];

    /// <summary>Chains the decided events behind the case and folds them. Times are cut to microseconds and never run back.</summary>
    public static CaseChange From(Case? before, byte[] headHash, Guid caseId, IReadOnlyList<CaseEvent> events, DateTimeOffset now, DateOnly on, string actor, string? onBehalfOf = null)
    {
        var at = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        if (before is not null && at < before.LastAt) at = before.LastAt;
        var (current, hash, seq) = (before, headHash, before?.Version ?? 0);
        var (recorded, bodies, hashes) = (new List<Recorded>(), new List<string>(), new List<byte[]>());
        foreach (var happened in events)
        {
            var row = new Recorded(caseId, ++seq, at, on, actor, onBehalfOf, happened);
            var body = CaseJson.Serialize(happened);
            hash = HashChain.Next(hash, row, body);
            current = Evolve.Apply(current, row);
            recorded.Add(row);
            bodies.Add(body);
            hashes.Add(hash);
        }

        return new CaseChange(before, current!, recorded, bodies, hashes, headHash);
    }
}

/// <summary>Puts a change into an implicitly atomic batch: journal, fold, projections, figures. No BEGIN, one round trip.</summary>
public static class CaseBatch
{
    public static void Add(NpgsqlBatch batch, CaseChange change, CaseDraft? draft, Keys keys)
    {
        // The fold's row first: two writers of one case then wait in one order, and the second finds its event's number taken.
        AddFold(batch, change, draft?.CourtContent);
        AddEvents(batch, change);
        foreach (var clock in change.Events.SelectMany(row => row.Event.Clocks).GroupBy(clock => clock.Key).Select(group => group.Last()))
            AddClock(batch, change.After.Id, clock);
        foreach (var row in change.Events) AddTold(batch, row, change.After);
        OversightRows.Add(batch, change);
        TallyRows.Add(batch, change);
        if (draft is not null) AddOutside(batch, change, draft, keys);
    }

    private static void AddEvents(NpgsqlBatch batch, CaseChange change)
    {
        var previous = change.PreviousHash;
        for (var index = 0; index < change.Events.Count; index++)
        {
            var row = change.Events[index];
            Put(batch, """
                insert into case_event (case_id, seq, kind, at, happened_on, actor, on_behalf_of, body, prev_hash, hash)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """, row.CaseId, row.Seq, CaseJson.Kind(row.Event), row.At.UtcDateTime, row.On, row.Actor, row.OnBehalfOf,
                Json(change.Bodies[index]), previous, change.Hashes[index]);
            previous = change.Hashes[index];
        }
    }

    internal const string FoldColumns = """
        id, case_no, version, head_hash, state, status, stage, outcome, is_open, risk, timeliness, track, channel, initiation, category, division,
        centre, desk, body, offered_to, transfer_to, joined, mediator, court, court_case_no, court_round, amount, major, opened_at, opened_on,
        closed_on, due_at, updated_at
        """;

    internal const string ClockColumns = "case_id, key, name, state, timeliness, started_on, due_on, due_at, next_at, steps_done, ended_on";

    /// <summary>The stored row of a case, in the order of <see cref="FoldColumns"/>; the check of the fold compares with the same.</summary>
    internal static object?[] FoldValues(Case after, byte[] headHash) =>
        [
            after.Id, after.CaseNo, after.Version, headHash, Json(CaseJson.Serialize(after)), Name(after.Status), Name(after.Stage),
            after.Outcome is { } outcome ? Name(outcome) : null, after.IsOpen, (short)after.Risk, (short)after.Timeliness,
            Name(after.Track), Name(after.Channel), Name(after.Initiation), after.Category, after.Division, after.Centre.Code, after.Desk.Code,
            after.Body?.Code, after.OfferedTo?.Code, after.Transfer?.To.Code, after.Concerned.ToArray(), after.Mediator, after.Court,
            after.CourtCaseNo, after.CourtRound, after.Amount, after.Major, after.OpenedAt.UtcDateTime, after.OpenedOn, after.ClosedOn,
            after.Due?.UtcDateTime ?? DateTime.MaxValue, after.LastAt.UtcDateTime,
        ];

    internal static object?[] ClockValues(Guid caseId, Clock clock) =>
        [
            caseId, clock.Key, Name(clock.Name), Name(clock.State), (short)clock.Timeliness, clock.StartedOn, clock.DueOn,
            clock.DueAt.UtcDateTime, clock.NextAt?.UtcDateTime, clock.StepsDone, clock.EndedOn,
        ];

    private static void AddFold(NpgsqlBatch batch, CaseChange change, byte[]? courtContent)
    {
        var values = FoldValues(change.After, change.HeadHash);
        if (change.Before is null)
        {
            Put(batch, $"""
                insert into cases ({FoldColumns}, court_content)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                    $26, $27, $28, $29, $30, $31, $32, $33, $34)
                """, [.. values, courtContent]);
            return;
        }

        Put(batch, """
            update cases set case_no = $2, version = $3, head_hash = $4, state = $5, status = $6, stage = $7, outcome = $8, is_open = $9,
                risk = $10, timeliness = $11, track = $12, channel = $13, initiation = $14, category = $15, division = $16, centre = $17,
                desk = $18, body = $19, offered_to = $20, transfer_to = $21, joined = $22, mediator = $23, court = $24, court_case_no = $25,
                court_round = $26, amount = $27, major = $28, opened_at = $29, opened_on = $30, closed_on = $31, due_at = $32, updated_at = $33
            where id = $1 and version = $34
            """, [.. values, change.Before.Version]);
    }

    private static void AddClock(NpgsqlBatch batch, Guid caseId, Clock clock) => Put(batch, $"""
        insert into clock ({ClockColumns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (case_id, key) do update set state = excluded.state, timeliness = excluded.timeliness, started_on = excluded.started_on,
            due_on = excluded.due_on, due_at = excluded.due_at, next_at = excluded.next_at, steps_done = excluded.steps_done, ended_on = excluded.ended_on
        """, ClockValues(caseId, clock));

    /// <summary>Whom an event is told to: an escalation's rung, and the centre at once when the risk turns red.</summary>
    private static void AddTold(NpgsqlBatch batch, Recorded row, Case after)
    {
        if (row.Event is CaseEvent.Escalated escalated)
        {
            var clock = escalated.Clocks.Single();
            Put(batch, """
                insert into escalation (case_id, clock, started_on, due_on, step, time, rung, body, person, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                on conflict do nothing -- a clock may come back to an earlier due day; the sequence number keeps a sweep from running twice
                """, row.CaseId, escalated.Clock, clock.StartedOn, clock.DueOn, escalated.Step, escalated.Time ?? 1, Name(escalated.Rung), escalated.To, escalated.Person, row.At.UtcDateTime);
            AddNotice(batch, row, escalated.To, escalated.Person, "escalated", escalated, clock);
        }
        else if (row.Event is CaseEvent.LetterSent letter) AddNotice(batch, row, letter.To.Code, null, "letterSent");
        else if (row.Event is CaseEvent.LetterReplied replied) AddNotice(batch, row, after.Letters[replied.N - 1].Issuer, null, "letterReplied");
        else if (row.Event is CaseEvent.WhistleAnswered answered) AddNotice(batch, row, after.Whistles[answered.N - 1].From, null, "whistleAnswered");
        else if (row.Event is CaseEvent.WhistleBlown whistle)
        {
            foreach (var department in whistle.Departments) AddNotice(batch, row, department.Code, null, "whistleBlown");
        }
        else if (row.Event is CaseEvent.Overdue && row.Event.Clocks is [{ Name: ClockName.LetterReply or ClockName.WhistleAnswer, Subject: { } n } asked])
        {
            // Whoever asked learns at once that no answer came; the ladder tells those above.
            AddNotice(batch, row, asked.Name == ClockName.LetterReply ? after.Letters[n - 1].Issuer : after.Whistles[n - 1].From, null, "unanswered");
        }
        else if (row.Event is CaseEvent.RiskSet { Risk: Risk.Red } or CaseEvent.RiskFellBack { Risk: Risk.Red })
        {
            AddNotice(batch, row, after.Centre.Code, null, "riskRed");
            if (after.Body is { } body) AddNotice(batch, row, body.Code, null, "riskRed");
            if (after.Lead is { } lead) AddNotice(batch, row, after.Centre.Code, lead, "riskRed");
        }
        else if (row.Event is CaseEvent.LeadNamed named)
        {
            AddNotice(batch, row, after.Centre.Code, named.Person, after.Risk == Risk.Red ? "riskRed" : "leadNamed");
        }
    }

    private static void AddNotice(NpgsqlBatch batch, Recorded row, string body, string? person, string kind, CaseEvent.Escalated? told = null, Clock? clock = null) =>
        Put(batch, """
            insert into notice (id, case_id, seq, body, person, kind, created_at, clock, started_on, due_on, step, time, ask, outside)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing
            """, Guid.CreateVersion7(row.At), row.CaseId, row.Seq, body, person, kind, row.At.UtcDateTime, told?.Clock, clock?.StartedOn, clock?.DueOn,
            told?.Step, told is null ? null : told.Time ?? 1, told?.Ask is { } ask ? Name(ask) : null, told?.Channels?.Select(channel => Name(channel)).ToArray());

    private static void AddOutside(NpgsqlBatch batch, CaseChange change, CaseDraft draft, Keys keys)
    {
        foreach (var text in draft.Texts)
            Put(batch, "insert into case_text (id, case_id, kind, body, key) values ($1, $2, $3, $4, $5)", text.Id, draft.CaseId, text.Kind, text.Body, text.Key);
        foreach (var party in draft.Parties)
            Put(batch, """
                insert into case_party (case_id, id, side, kind, name, identity_cipher, identity_hash, credit_code, phone_cipher, phone_hash,
                    address, minor, representatives, key)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                on conflict (case_id, id) do update set name = excluded.name, identity_cipher = excluded.identity_cipher,
                    identity_hash = excluded.identity_hash, credit_code = excluded.credit_code, phone_cipher = excluded.phone_cipher,
                    phone_hash = excluded.phone_hash, address = excluded.address, representatives = excluded.representatives, key = excluded.key
                """, draft.CaseId, party.Id, Name(party.Side), Name(party.Kind), party.Name, Sealed(party.IdentityNumber), Hashed(party.IdentityNumber),
                party.CreditCode, Sealed(party.Phone), Hashed(party.Phone), party.Address, party.Minor,
                SealedRepresentatives(party), party.Key);
        var words = draft.Parties.Select(party => party.Name);
        if (change.Before is null) words = words.Append(change.After.CaseNo).Append(change.After.CourtCaseNo ?? "");
        var grams = CaseDraft.Grams(words).ToArray();
        if (grams.Length > 0)
            Put(batch, "insert into case_gram (gram, case_id) select gram, $2 from unnest($1) as gram on conflict do nothing", grams, draft.CaseId);
        foreach (var command in draft.Also) batch.BatchCommands.Add(command);

        byte[]? SealedRepresentatives(PartyRow party) =>
            party.Representatives.Count == 0 ? null : keys.Encrypt(JsonSerializer.Serialize(party.Representatives, ApiJson.Output));
        byte[]? Sealed(string? text) => text is null ? null : keys.Encrypt(text);
        byte[]? Hashed(string? text) => text is null ? null : keys.SearchHash(text);
    }

    internal static void Put(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Json(string text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Json };

    private static string Name(Enum value) => value.Camel();
}
