using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// The rows of one or many changed cases: journal, fold, projections, figures. They are gathered table by table and go out
/// in one implicitly atomic batch, one statement for each table; or, for very many new cases, by COPY.
/// </summary>
public sealed class CaseBatch(Keys keys)
{
    internal static readonly RowShape Folds = new("cases", """
        id uuid, case_no text, version integer, head_hash bytea, state json, status text, stage text, outcome text, is_open boolean, risk smallint,
        timeliness smallint, track text, channel text, initiation text, category text, division text, centre text, desk text, body text,
        offered_to text, transfer_to text, joined text[], mediator text, court text, court_case_no text, court_round integer, amount numeric,
        major boolean, opened_at timestamptz, opened_on date, closed_on date, due_at timestamptz, updated_at timestamptz
        """);

    internal static readonly RowShape Clocks = new("clock", """
        case_id uuid, key text, name text, state text, timeliness smallint, started_on date, due_on date, due_at timestamptz, next_at timestamptz,
        steps_done integer, ended_on date
        """);

    private static readonly RowShape Opened = new("cases", Folds.Definition + ", court_content bytea");

    private static readonly RowShape Changed = new("cases", Folds.Definition + ", before integer", $$"""
        update cases c set {{string.Join(", ", Folds.Columns.Skip(1).Select(column => $"{column.Name} = {RowShape.Value(column.Name, column.Type)}"))}}
        from {rows} where c.id = n.id and c.version = n.before
        """);

    private static readonly RowShape MovedClocks = new("clock", Clocks.Definition, onConflict: """
        on conflict (case_id, key) do update set state = excluded.state, timeliness = excluded.timeliness, started_on = excluded.started_on,
            due_on = excluded.due_on, due_at = excluded.due_at, next_at = excluded.next_at, steps_done = excluded.steps_done, ended_on = excluded.ended_on
        """);

    private static readonly RowShape Events = new("case_event", """
        case_id uuid, seq integer, kind text, at timestamptz, happened_on date, actor text, on_behalf_of text, body json, prev_hash bytea, hash bytea
        """);

    // A clock may come back to an earlier due day; the event's number keeps a sweep from running twice.
    private static readonly RowShape Escalations = new("escalation", """
        case_id uuid, clock text, started_on date, due_on date, step integer, time integer, rung text, body text, person text, at timestamptz
        """, onConflict: "on conflict do nothing");

    private static readonly RowShape Notices = new("notice", """
        id uuid, case_id uuid, seq integer, body text, person text, kind text, created_at timestamptz, clock text, started_on date, due_on date,
        step integer, time integer, ask text, outside text[]
        """, onConflict: "on conflict do nothing");

    private static readonly RowShape Texts = new("case_text", "id uuid, case_id uuid, kind text, body text, key bytea");

    private static readonly RowShape Parties = new("case_party", """
        case_id uuid, id text, side text, kind text, name text, identity_cipher bytea, identity_hash bytea, credit_code text, phone_cipher bytea,
        phone_hash bytea, address text, minor boolean, representatives bytea, key bytea
        """);

    private static readonly RowShape ChangedParties = new("case_party", Parties.Definition, onConflict: """
        on conflict (case_id, id) do update set name = excluded.name, identity_cipher = excluded.identity_cipher,
            identity_hash = excluded.identity_hash, credit_code = excluded.credit_code, phone_cipher = excluded.phone_cipher,
            phone_hash = excluded.phone_hash, address = excluded.address, representatives = excluded.representatives, key = excluded.key
        """);

    private static readonly RowShape Receipts = new("public_receipt", "case_id uuid, form_hash bytea, content_hash bytea, code_hash bytea, at timestamptz");

    private static readonly RowShape Grams = new("case_gram", "gram text, case_id uuid");

    private static readonly RowShape MoreGrams = new("case_gram", Grams.Definition, onConflict: "on conflict do nothing");

    // The fold's row first: two writers of one case then wait in one order, and the second finds its event's number taken.
    private static readonly RowShape[] Order =
    [
        Opened, Changed, Events, Clocks, MovedClocks, Escalations, Notices, OversightRows.Letters, OversightRows.RiskEnds, TallyRows.Deltas, Texts,
        Parties, ChangedParties, Receipts, Grams, MoreGrams,
    ];

    private readonly Dictionary<RowShape, List<object?[]>> rows = [];
    private readonly List<NpgsqlBatchCommand> others = [];

    /// <summary>Whom what was gathered tells of something: a body, and the person where it is one.</summary>
    public IEnumerable<(string Body, string? Person)> Told => rows.GetValueOrDefault(Notices, []).Select(row => ((string)row[3]!, (string?)row[4]));

    private readonly HashSet<(Guid Case, string Clock, DateOnly StartedOn, DateOnly DueOn, int Step, int Time)> told = [];

    public void Add(CaseChange change, CaseDraft? draft)
    {
        var isNew = change.Before is null;
        if (isNew) Add(Opened, [.. FoldValues(change.After, change.HeadHash), draft?.CourtContent]);
        else Add(Changed, [.. FoldValues(change.After, change.HeadHash), change.Before!.Version]);
        AddEvents(change);
        foreach (var clock in change.Events.SelectMany(row => row.Event.Clocks).GroupBy(clock => clock.Key).Select(group => group.Last()))
            Add(isNew ? Clocks : MovedClocks, ClockValues(change.After.Id, clock));
        foreach (var row in change.Events) AddTold(row, change.After);
        OversightRows.Add(this, change);
        TallyRows.Add(this, change);
        if (draft?.Receipt is { } receipt) Add(Receipts, [change.After.Id, receipt.FormHash, receipt.ContentHash, receipt.CodeHash, receipt.At]);
        if (draft is not null) AddOutside(change, draft);
    }

    /// <summary>Everything gathered, in statements behind those that are there.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var shape in Order)
            if (rows.TryGetValue(shape, out var some)) batch.BatchCommands.Add(shape.Command(some));
        foreach (var other in others) batch.BatchCommands.Add(other);
    }

    /// <summary>For cases that are new, into tables that nobody else writes; without the figures, which are counted apart.</summary>
    public void CopyTo(NpgsqlConnection connection)
    {
        if (others.Count > 0) throw new InvalidOperationException("Rows that change others cannot be copied.");
        foreach (var shape in Order)
            if (shape != TallyRows.Deltas && rows.TryGetValue(shape, out var some)) shape.CopyTo(connection, some);
    }

    internal void Add(RowShape shape, object?[] values)
    {
        if (!rows.TryGetValue(shape, out var some)) rows.Add(shape, some = []);
        some.Add(values);
    }

    internal void Add(NpgsqlBatchCommand other) => others.Add(other);

    private void AddEvents(CaseChange change)
    {
        var previous = change.PreviousHash;
        for (var index = 0; index < change.Events.Count; index++)
        {
            var row = change.Events[index];
            Add(Events, [row.CaseId, row.Seq, CaseJson.Kind(row.Event), row.At.UtcDateTime, row.On, row.Actor, row.OnBehalfOf, change.Bodies[index], previous, change.Hashes[index]]);
            previous = change.Hashes[index];
        }
    }

    /// <summary>The stored row of a case, in the order of <see cref="Folds"/>; the check of the fold compares with the same.</summary>
    internal static object?[] FoldValues(Case after, byte[] headHash) =>
        [
            after.Id, after.CaseNo, after.Version, headHash, CaseJson.Serialize(after), Name(after.Status), Name(after.Stage),
            after.Outcome is { } outcome ? Name(outcome) : null, after.IsOpen, (short)after.Risk, (short)after.Timeliness,
            Name(after.Track), Name(after.Channel), Name(after.Initiation), after.Category, after.Division, after.Centre.Code, after.Desk.Code,
            after.Body?.Code, after.OfferedTo?.Code, after.Transfer?.To.Code, after.Concerned.ToArray(), after.Mediator, after.Court,
            after.CourtCaseNo, after.CourtRound, after.Amount, after.Major, after.OpenedAt.UtcDateTime, after.OpenedOn, after.ClosedOn,
            after.Due?.UtcDateTime ?? Infinity, after.LastAt.UtcDateTime,
        ];

    internal static object?[] ClockValues(Guid caseId, Clock clock) =>
        [
            caseId, clock.Key, Name(clock.Name), Name(clock.State), (short)clock.Timeliness, clock.StartedOn, clock.DueOn,
            clock.DueAt.UtcDateTime, clock.NextAt?.UtcDateTime, clock.StepsDone, clock.EndedOn,
        ];

    // The last instant stands for PostgreSQL's infinity.
    private static readonly DateTime Infinity = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    /// <summary>Whom an event is told to: an escalation's rung, and the centre at once when the risk turns red.</summary>
    private void AddTold(Recorded row, Case after)
    {
        if (row.Event is CaseEvent.Escalated escalated)
        {
            var clock = escalated.Clocks.Single();
            if (!told.Add((row.CaseId, escalated.Clock, clock.StartedOn, clock.DueOn, escalated.Step, escalated.Time ?? 1))) return;
            Add(Escalations, [row.CaseId, escalated.Clock, clock.StartedOn, clock.DueOn, escalated.Step, escalated.Time ?? 1, Name(escalated.Rung), escalated.To, escalated.Person, row.At.UtcDateTime]);
            AddNotice(row, escalated.To, escalated.Person, "escalated", escalated, clock);
        }
        else if (row.Event is CaseEvent.NoticeAnswered said)
        {
            Add(Command("""
                update notice set read_at = coalesce(read_at, $2), read_by = coalesce(read_by, $3), answer_text = $4, answered_at = $2, answered_by = $3
                where id = $1
                """, said.Notice, row.At.UtcDateTime, row.Actor, said.Text.Id));
        }
        else if (row.Event is CaseEvent.LetterSent letter) AddNotice(row, letter.To.Code, null, "letterSent");
        else if (row.Event is CaseEvent.LetterReplied replied) AddNotice(row, after.Letters[replied.N - 1].Issuer, null, "letterReplied");
        else if (row.Event is CaseEvent.WhistleAnswered answered) AddNotice(row, after.Whistles[answered.N - 1].From, null, "whistleAnswered");
        else if (row.Event is CaseEvent.WhistleBlown whistle)
        {
            foreach (var department in whistle.Departments) AddNotice(row, department.Code, null, "whistleBlown");
        }
        else if (row.Event is CaseEvent.Overdue && row.Event.Clocks is [{ Name: ClockName.LetterReply or ClockName.WhistleAnswer, Subject: { } n } asked])
        {
            // Whoever asked learns at once that no answer came; the ladder tells those above.
            AddNotice(row, asked.Name == ClockName.LetterReply ? after.Letters[n - 1].Issuer : after.Whistles[n - 1].From, null, "unanswered");
        }
        else if (row.Event is CaseEvent.RiskSet { Risk: Risk.Red } or CaseEvent.RiskFellBack { Risk: Risk.Red })
        {
            AddNotice(row, after.Centre.Code, null, "riskRed");
            if (after.Body is { } body) AddNotice(row, body.Code, null, "riskRed");
            if (after.Lead is { } lead) AddNotice(row, after.Centre.Code, lead, "riskRed");
        }
        else if (row.Event is CaseEvent.LeadNamed named)
        {
            AddNotice(row, after.Centre.Code, named.Person, after.Risk == Risk.Red ? "riskRed" : "leadNamed");
        }
    }

    private void AddNotice(Recorded row, string body, string? person, string kind, CaseEvent.Escalated? told = null, Clock? clock = null) =>
        Add(Notices,
        [
            Guid.CreateVersion7(row.At), row.CaseId, row.Seq, body, person, kind, row.At.UtcDateTime, told?.Clock, clock?.StartedOn, clock?.DueOn,
            told?.Step, told is null ? null : told.Time ?? 1, told?.Ask is { } ask ? Name(ask) : null, told?.Channels?.Select(channel => Name(channel)).ToArray(),
        ]);

    private void AddOutside(CaseChange change, CaseDraft draft)
    {
        var isNew = change.Before is null;
        foreach (var text in draft.Texts) Add(Texts, [text.Id, draft.CaseId, text.Kind, text.Body, text.Key]);
        foreach (var party in draft.Parties)
        {
            Add(isNew ? Parties : ChangedParties,
            [
                draft.CaseId, party.Id, Name(party.Side), Name(party.Kind), party.Name, Sealed(party.IdentityNumber), Hashed(party.IdentityNumber),
                party.CreditCode, Sealed(party.Phone), Hashed(party.Phone), party.Address, party.Minor, SealedRepresentatives(party), party.Key,
            ]);
        }

        if (isNew)
        {
            Add(Grams, [CaseDraft.EndOf(change.After.CaseNo), draft.CaseId]);
            if (change.After.CourtCaseNo is { } number) Add(Grams, [CaseDraft.EndOf(number), draft.CaseId]);
        }

        foreach (var gram in CaseDraft.Grams(draft.Parties.Select(party => party.Name))) Add(isNew ? Grams : MoreGrams, [gram, draft.CaseId]);

        byte[]? SealedRepresentatives(PartyRow party) =>
            party.Representatives.Count == 0 ? null : keys.Encrypt(JsonSerializer.Serialize(party.Representatives, ApiJson.Output));
        byte[]? Sealed(string? text) => text is null ? null : keys.Encrypt(text);
        byte[]? Hashed(string? text) => text is null ? null : keys.SearchHash(text);
    }

    /// <summary>A statement with its parameters, for what writes few rows of its own.</summary>
    internal static void Put(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values) => batch.BatchCommands.Add(Command(sql, values));

    internal static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    private static string Name(Enum value) => value.Camel();
}
