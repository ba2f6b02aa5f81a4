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
        id uuid, case_no text, version integer, head_hash bytea, state json, status text, stage text, outcome text,
        is_open boolean, risk smallint,
        timeliness smallint, track text, channel text, initiation text, category text, division text, centre text, desk text, body text,
        offered_to text, transfer_to text, joined text[], mediator text, court text, court_case_no text,
        court_round integer, amount numeric,
        major boolean, opened_at timestamptz, opened_on date, closed_on date, due_at timestamptz, updated_at timestamptz,
        due_on date
        """);

    internal static readonly RowShape Clocks = new("clock", """
        case_id uuid, key text, name text, state text, timeliness smallint, started_on date, due_on date, due_at timestamptz,
        next_at timestamptz,
        steps_done integer, ended_on date
        """);

    private static readonly RowShape Opened = new("cases", Folds.Definition + ", court_content bytea");

    private static readonly RowShape Changed = new("cases", Folds.Definition + ", before integer", $$"""
        update cases c
        set {{string.Join(", ", Folds.Columns.Skip(1).Select(column => $"{column.Name} = {RowShape.Value(column.Name, column.Type)}"))}}
        from {rows} where c.id = n.id and c.version = n.before
        """);

    private static readonly RowShape MovedClocks = new("clock", Clocks.Definition, onConflict: """
        on conflict (case_id, key) do update set state = excluded.state, timeliness = excluded.timeliness, started_on = excluded.started_on,
            due_on = excluded.due_on, due_at = excluded.due_at, next_at = excluded.next_at, steps_done = excluded.steps_done,
            ended_on = excluded.ended_on
        """);

    private static readonly RowShape Events = new("case_event", """
        case_id uuid, seq integer, kind text, at timestamptz, happened_on date, actor text, on_behalf_of text, body json,
        prev_hash bytea, hash bytea
        """);

    private static readonly RowShape Texts = new("case_text", "id uuid, case_id uuid, kind text, body text, key bytea");

    private static readonly RowShape Parties = new("case_party", """
        case_id uuid, id text, side text, kind text, name text, identity_cipher bytea, identity_hash bytea,
        credit_code text, phone_cipher bytea,
        phone_hash bytea, address text, minor boolean, representatives bytea, key bytea
        """);

    private static readonly RowShape ChangedParties = new("case_party", Parties.Definition, onConflict: """
        on conflict (case_id, id) do update set name = excluded.name, identity_cipher = excluded.identity_cipher,
            identity_hash = excluded.identity_hash, credit_code = excluded.credit_code, phone_cipher = excluded.phone_cipher,
            phone_hash = excluded.phone_hash, address = excluded.address, representatives = excluded.representatives, key = excluded.key
        """);

    private static readonly RowShape Grams = new("case_gram", "gram text, case_id uuid");

    private static readonly RowShape MoreGrams = new("case_gram", Grams.Definition, onConflict: "on conflict do nothing");

    // The fold's row first: two writers of one case then wait in one order, and the second finds its event's number taken.
    private static readonly RowShape[] Order =
    [
        Opened, Changed, Events, Clocks, MovedClocks, .. CaseProjections.All.SelectMany(projection => projection.Shapes), Texts, Parties,
        ChangedParties, Grams, MoreGrams,
    ];

    private readonly Dictionary<RowShape, List<object?[]>> rows = [];
    private readonly List<NpgsqlBatchCommand> others = [];

    private readonly List<(string Body, string? Person)> notified = [];

    /// <summary>Who is notified by what was gathered: a body, and the person where it is one.</summary>
    public IReadOnlyList<(string Body, string? Person)> Notified => notified;

    public void Add(CaseChange change, CaseDraft? draft)
    {
        var isNew = change.Before is null;
        if (isNew) Add(Opened, [.. FoldValues(change.After, change.HeadHash), draft?.CourtContent]);
        else Add(Changed, [.. FoldValues(change.After, change.HeadHash), change.Before!.Version]);
        AddEvents(change);
        foreach (var clock in change.Events.SelectMany(row => row.Event.Clocks).GroupBy(clock => clock.Key).Select(group => group.Last()))
            Add(isNew ? Clocks : MovedClocks, ClockValues(change.After.Id, clock));
        foreach (var projection in CaseProjections.All) projection.Add(this, change, draft);
        if (draft is not null) AddOutside(change, draft);
    }

    /// <summary>Everything gathered, in statements behind those that are there.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var shape in Order)
            if (rows.TryGetValue(shape, out var some)) batch.BatchCommands.Add(shape.Command(some));
        foreach (var other in others) batch.BatchCommands.Add(other);
    }

    /// <summary>For cases that are new, into tables that nobody else writes.</summary>
    /// <param name="apart">What is written in another way.</param>
    internal void CopyTo(NpgsqlConnection connection, RowShape apart)
    {
        if (others.Count > 0) throw new InvalidOperationException("Rows that change others cannot be copied.");
        foreach (var shape in Order)
            if (shape != apart && rows.TryGetValue(shape, out var some)) shape.CopyTo(connection, some);
    }

    internal void Add(RowShape shape, object?[] values)
    {
        if (!rows.TryGetValue(shape, out var some)) rows.Add(shape, some = []);
        some.Add(values);
    }

    internal void Add(NpgsqlBatchCommand other) => others.Add(other);

    internal bool Has(RowShape shape, Predicate<object?[]> row) => rows.TryGetValue(shape, out var some) && some.Exists(row);

    internal void Notify(string body, string? person) => notified.Add((body, person));

    private void AddEvents(CaseChange change)
    {
        var previous = change.PreviousHash;
        for (var index = 0; index < change.Events.Count; index++)
        {
            var row = change.Events[index];
            Add(Events, [row.CaseId, row.Seq, CaseJson.Kind(row.Event), row.At.UtcDateTime, row.On, row.Actor, row.OnBehalfOf,
                change.Bodies[index], previous, change.Hashes[index]]);
            previous = change.Hashes[index];
        }
    }

    /// <summary>The stored row of a case, in the order of <see cref="Folds"/>; the check of the fold compares with the same.</summary>
    internal static object?[] FoldValues(Case after, byte[] headHash) =>
        [
            after.Id, after.CaseNo, after.Version, headHash, CaseJson.Serialize(after), Name(after.Status), Name(after.Stage),
            after.Outcome is { } outcome ? Name(outcome) : null, after.IsOpen, (short)after.Risk, (short)after.Timeliness,
            Name(after.Track), Name(after.Channel), Name(after.Initiation), after.Category, after.Division, after.Centre.Code,
            after.Desk.Code, after.Body?.Code, after.OfferedTo?.Code, after.Transfer?.To.Code, after.Concerned.ToArray(), after.Mediator,
            after.Court, after.CourtCaseNo, after.CourtRound, after.Amount, after.Major, after.OpenedAt.UtcDateTime, after.OpenedOn,
            after.ClosedOn, after.Due?.UtcDateTime ?? Infinity, after.LastAt.UtcDateTime,
            after.DueOn,
        ];

    internal static object?[] ClockValues(Guid caseId, Clock clock) =>
        [
            caseId, clock.Key, Name(clock.Name), Name(clock.State), (short)clock.Timeliness, clock.StartedOn, clock.DueOn,
            clock.DueAt.UtcDateTime, clock.NextAt?.UtcDateTime, clock.StepsDone, clock.EndedOn,
        ];

    // The last instant stands for PostgreSQL's infinity.
    private static readonly DateTime Infinity = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    private void AddOutside(CaseChange change, CaseDraft draft)
    {
        var isNew = change.Before is null;
        foreach (var text in draft.Texts) Add(Texts, [text.Id, draft.CaseId, text.Kind, text.Body, text.Key]);
        foreach (var party in draft.Parties)
        {
            Add(isNew ? Parties : ChangedParties,
            [
                draft.CaseId, party.Id, Name(party.Side), Name(party.Kind), party.Name, Sealed(party.IdentityNumber),
                Hashed(party.IdentityNumber), party.CreditCode, Sealed(party.Phone), Hashed(party.Phone), party.Address, party.Minor,
                SealedRepresentatives(party), party.Key,
            ]);
        }

        if (isNew)
        {
            Add(Grams, [CaseDraft.EndOf(change.After.CaseNo), draft.CaseId]);
            if (change.After.CourtCaseNo is { } number) Add(Grams, [CaseDraft.EndOf(number), draft.CaseId]);
        }

        foreach (var gram in CaseDraft.Grams(draft.Parties.Select(party => party.Name)))
            Add(isNew ? Grams : MoreGrams, [gram, draft.CaseId]);

        byte[]? SealedRepresentatives(PartyRow party) =>
            party.Representatives.Count == 0 ? null : keys.Encrypt(JsonSerializer.Serialize(party.Representatives, ApiJson.Output));
        byte[]? Sealed(string? text) => text is null ? null : keys.Encrypt(text);
        byte[]? Hashed(string? text) => text is null ? null : keys.SearchHash(text);
    }

    /// <summary>A statement with its parameters, for what writes few rows of its own.</summary>
    internal static void Put(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values) =>
        batch.BatchCommands.Add(Command(sql, values));

    internal static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    private static string Name(Enum value) => value.Camel();
}
