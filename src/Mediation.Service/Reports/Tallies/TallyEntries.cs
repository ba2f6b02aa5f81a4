using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Reports.Tallies;

/// <summary>The entries behind the figures: made again from the journal, written by COPY, read back.</summary>
internal static class TallyEntries
{
    private static readonly RowShape Entries = new("tally_entry", TallyRows.Deltas.Definition);

    private const int CasesAtOnce = 500;

    /// <summary>Every fact that the journal tells, case by case.</summary>
    public static async IAsyncEnumerable<(Guid Case, DateOnly Month, Fact Fact)> FromJournalAsync(
        NpgsqlConnection connection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (Guid? last = Guid.Empty; last is { } after;)
        {
            last = null;
            Case? state = null;
            foreach (var row in await connection.QueryAsync<EventRow>(new CommandDefinition("""
                         select case_id, seq, kind, at, happened_on, actor, on_behalf_of, body::text as body
                         from case_event where case_id in (select id from cases where id > @after order by id limit @CasesAtOnce)
                         order by case_id, seq
                         """, new { after, CasesAtOnce }, commandTimeout: 0, cancellationToken: cancellationToken)))
            {
                if (row.CaseId != last) (state, last) = (null, row.CaseId);
                var recorded = row.ToRecorded();
                var next = Evolve.Apply(state, recorded);
                foreach (var fact in Facts.Of(state, recorded, next))
                    yield return (row.CaseId, new DateOnly(row.HappenedOn.Year, row.HappenedOn.Month, 1), fact);
                state = next;
            }
        }
    }

    /// <summary>
    /// What the journal tells of one month, with the case that tells it: of the cases in whose events the scope's code stands.
    /// </summary>
    public static async IAsyncEnumerable<(string CaseNo, Fact Fact)> OfMonthAsync(
        NpgsqlConnection connection, string code, DateOnly month,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = month.AddMonths(1);
        for (Guid? last = Guid.Empty; last is { } after;)
        {
            last = null;
            Case? state = null;
            // What happened in the month was entered in it or later, so a case that has rested since before has nothing of it.
            foreach (var row in await connection.QueryAsync<EventRow>(new CommandDefinition("""
                         select case_id, seq, kind, at, happened_on, actor, on_behalf_of, body::text as body
                         from case_event where case_id in (
                             select c.id from cases c
                             where c.id > @after and c.opened_on < @next and c.updated_at >= @month::timestamp at time zone 'Asia/Shanghai'
                                 and exists (select 1 from case_event m where m.case_id = c.id and m.happened_on >= @month
                                     and m.happened_on < @next)
                                 and exists (select 1 from case_event p where p.case_id = c.id and position(@code in p.body::text) > 0)
                             order by c.id limit @CasesAtOnce)
                         order by case_id, seq
                         """, new { after, code, month, next, CasesAtOnce }, commandTimeout: 0, cancellationToken: cancellationToken)))
            {
                if (row.CaseId != last) (state, last) = (null, row.CaseId);
                var recorded = row.ToRecorded();
                var now = Evolve.Apply(state, recorded);
                foreach (var fact in row.HappenedOn >= month && row.HappenedOn < next ? Facts.Of(state, recorded, now) : [])
                    yield return (now.CaseNo, fact);
                state = now;
            }
        }
    }

    /// <summary>The events of those cases, a case at a time.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<Recorded>> JournalsAsync(
        NpgsqlConnection connection, IReadOnlyList<Guid> cases,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in cases.Chunk(CasesAtOnce))
        {
            var rows = await connection.QueryAsync<EventRow>(new CommandDefinition("""
                select case_id, seq, kind, at, happened_on, actor, on_behalf_of, body::text as body
                from case_event where case_id = any(@some) order by case_id, seq
                """, new { some }, cancellationToken: cancellationToken));
            foreach (var journal in rows.GroupBy(row => row.CaseId)) yield return [.. journal.Select(row => row.ToRecorded())];
        }
    }

    public static void Copy(NpgsqlConnection connection, IEnumerable<(Guid Case, DateOnly Month, Fact Fact)> facts) =>
        Entries.CopyTo(connection, facts.Select(row => TallyRows.Values(row.Case, row.Month, row.Fact)));

    /// <param name="table">tally_entry or tally_delta.</param>
    /// <param name="month">With <paramref name="county"/>: only what was entered in that month by a place of that county.</param>
    public static IAsyncEnumerable<(DateOnly Month, Fact Fact)> ReadAsync(
        NpgsqlConnection connection, string table, DateOnly? month = null, string? county = null) =>
        ReadAsync(connection, table, month is null ? "" : "where month = @month and left(division, 6) = @county", new { month, county });

    /// <param name="only">A condition with the parameters of <paramref name="values"/>.</param>
    public static async IAsyncEnumerable<(DateOnly Month, Fact Fact)> ReadAsync(
        NpgsqlConnection connection, string table, string only, object values)
    {
        await foreach (var row in connection.QueryUnbufferedAsync<Row>($"select {Entries.Names} from {table} {only}", values,
            commandTimeout: 0))
        {
            var at = new Place(row.Division, row.Body, row.Category, Of<Channel>(row.Channel), Of<Initiation>(row.Initiation), row.Court,
                Of<Track>(row.Track), LevelOf(row.Level));
            var from = row.From_Division is null ? null : at with
            { Division = row.From_Division, Body = row.From_Body, Category = row.From_Category!, Level = LevelOf(row.From_Level) };
            yield return (row.Month, new Fact(row.Measure, row.Amount, at, from, row.Days));
        }
    }

    private static T Of<T>(string name) where T : struct, Enum => Enum.Parse<T>(name, ignoreCase: true);

    private static Level? LevelOf(string? name) => name is null ? null : Of<Level>(name);

    private sealed class Row
    {
        public DateOnly Month { get; init; }
        public string Measure { get; init; } = "";
        public int Days { get; init; }
        public decimal Amount { get; init; }
        public string Division { get; init; } = "";
        public string? Body { get; init; }
        public string Category { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Initiation { get; init; } = "";
        public string? Court { get; init; }
        public string Track { get; init; } = "";
        public string? Level { get; init; }
        public string? From_Division { get; init; }
        public string? From_Body { get; init; }
        public string? From_Category { get; init; }
        public string? From_Level { get; init; }
    }

    private sealed class EventRow
    {
        public Guid CaseId { get; init; }
        public int Seq { get; init; }
        public string Kind { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public DateOnly HappenedOn { get; init; }
        public string Actor { get; init; } = "";
        public string? OnBehalfOf { get; init; }
        public string Body { get; init; } = "";

        public Recorded ToRecorded() => new(CaseId, Seq, At, HappenedOn, Actor, OnBehalfOf, CaseJson.Parse(Kind, Body));
    }
}
