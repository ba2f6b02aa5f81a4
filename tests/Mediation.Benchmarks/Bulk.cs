using System.Diagnostics;
using System.Globalization;
using Dapper;
using Mediation.Service.Courts.Files;
using Mediation.Service.Escalation;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>
/// What writes many cases at once, against PostgreSQL writing exactly the rows that came of it: the service goes first, its
/// rows are set aside, undone, and written again by bare COPY or SQL. So the database ends as the service left it.
/// </summary>
internal sealed class Bulk(CaseDatabase database, ServiceProcess service, Lots lots, TextWriter output)
{
    private const int Rows = 10_000;
    private const int WarmingRows = 5_000;
    private readonly List<string> remarks = [];

    /// <summary>What belongs below the table.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    // Numbers that no earlier run gave out, unless it was less than three minutes ago.
    private int next = (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 9_000_000 * 100);

    /// <summary>Parents first.</summary>
    private static readonly (string Table, string Case)[] Tables =
        [("cases", "id"), ("case_event", "case_id"), ("clock", "case_id"), ("case_party", "case_id"), ("case_text", "case_id"),
            ("case_gram", "case_id"), ("notice", "case_id"), ("escalation", "case_id"), ("referral_batch_row", "case_id")];

    /// <summary>
    /// A court's file with rows of its own, through the service's importer, and the same rows by COPY into the same indexes.
    /// </summary>
    public void Import()
    {
        using var db = database.Connect();
        var court = lots.Courts[0];
        Send(court, WarmingRows); // not counted: the process is compiled while it works
        var first = db.ExecuteScalar<long>("select pg_current_xact_id()::text::bigint");
        var seconds = Send(court, Rows);
        db.Execute("""
            create temporary table made as select id from cases where age(xmin) between 0 and pg_current_xact_id()::text::bigint - @first
                and court = @court
            """, new { first, court = court.Body }, commandTimeout: 0);
        var made = db.ExecuteScalar<int>("select count(*) from made");
        if (made != Rows) throw new InvalidOperationException($"Of {Rows} rows {made} became cases.");
        db.Execute("set session_replication_role = replica"); // the journal's trigger, and the references while rows are away
        var copies = new List<(string Table, byte[] Data)>();
        foreach (var (table, key) in Tables)
            copies.Add((table, Out(db, $"copy (select * from {table} where {key} in (select id from made)) to stdout (format binary)")));
        const string Deltas = "age(xmin) between 0 and pg_current_xact_id()::text::bigint - ";
        copies.Add(("tally_delta", Out(db, string.Create(CultureInfo.InvariantCulture,
            $"copy (select * from tally_delta where {Deltas}{first}) to stdout (format binary)"))));
        db.Execute($"delete from tally_delta where {Deltas}@first", new { first }, commandTimeout: 0);
        foreach (var (table, key) in Tables.Reverse())
            db.Execute($"delete from {table} where {key} in (select id from made)", commandTimeout: 0);
        db.Execute("set session_replication_role = origin; drop table made");
        var began = Stopwatch.GetTimestamp();
        foreach (var (table, data) in copies)
        {
            using var copy = db.BeginRawBinaryCopy($"copy {table} from stdin (format binary)");
            copy.Write(data);
        }

        var bare = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Say("bulk import", 0.5, 0.8, Rows / seconds, Rows / bare, "rows");
    }

    private double Send(Viewer court, int rows)
    {
        var file = People.CourtFile(court.Body, rows, next, new Random(next));
        var began = Stopwatch.GetTimestamp();
        using var line = new HttpLine(service.Port);
        var answer = line.Ask(Asking.Post("/api/v1/referrals/batch", court.Token, $"import-{next}", "text/csv", file));
        if (answer.Status != 200)
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(line.Text[..Math.Min(answer.Bytes, 1500)]));
        next += rows;
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>
    /// A tenth of the clocks, those that fall due next, swept by the service's own handler at the moment when the last of them
    /// is due; and the same rows by bare SQL in batches of a thousand.
    /// </summary>
    public async Task SweepAsync()
    {
        await using var db = database.Connect();
        await using var handlers = new Handlers(database);
        await handlers.SendAsync(new SweepClocks()); // what is due today already
        await handlers.SendAsync(new SweepClocks(), await DueAsync(db, 2_000)); // not counted: the process is compiled while it works
        var clock = await DueAsync(db, Math.Min(100_000, database.Cases / 10));
        var then = clock.GetUtcNow().UtcDateTime;
        await db.ExecuteAsync("""
            drop table if exists bench_due, bench_cases, bench_clock;
            create table bench_due as select distinct case_id as id from clock where next_at <= @then;
            create unique index on bench_due (id);
            create table bench_cases as select c.* from cases c join bench_due d on d.id = c.id;
            create table bench_clock as select k.* from clock k join bench_due d on d.id = k.case_id
            """, new { then }, commandTimeout: 0);
        var first = await db.ExecuteScalarAsync<long>("select pg_current_xact_id()::text::bigint");
        var began = Stopwatch.GetTimestamp();
        var result = await handlers.SendAsync(new SweepClocks(), clock);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var swept = await db.ExecuteScalarAsync<int>(
            "select count(*) from cases c join bench_cases b on b.id = c.id where c.version > b.version");
        if (swept == 0 || result.Failed > 0) throw new InvalidOperationException($"The sweep: {result}.");
        var bare = await AgainAsync(db, first, then);
        Say("sweep", 0.6, 0.8, swept / seconds, swept / bare, "cases");
        await BesideAsync(handlers, await DueAsync(db, Math.Min(20_000, database.Cases / 10)));
    }

    /// <summary>
    /// What a reader notices of a sweep: a hundred requests a second, of cases and of lists, without and with one beside them.
    /// </summary>
    private async Task BesideAsync(Handlers handlers, TimeProvider clock)
    {
        var alone = Read(TimeSpan.FromSeconds(10));
        var sweep = handlers.SendAsync(new SweepClocks(), clock);
        var beside = new List<double>();
        while (!sweep.IsCompleted) beside.AddRange(Read(TimeSpan.FromSeconds(2)).Milliseconds);
        beside.Sort();
        var result = await sweep;
        remarks.Add(string.Create(CultureInfo.InvariantCulture,
            $"At a hundred reads a second the API's p50 / p99 were {alone.Percentile(0.5):F1} / {alone.Percentile(0.99):F1} ms, and "
                + $"{beside[beside.Count / 2]:F1} / {beside[(int)(0.99 * beside.Count)]:F1} ms beside a sweep ({result}; "
                + $"goal: p99 less than doubled)."));
    }

    private LoadResult Read(TimeSpan time)
    {
        var heads = lots.Heads.Values.ToList();
        return Load.Run(service.Port, Asking.Each(index => Asking.Get(random =>
        {
            var head = heads[random.Next(heads.Count)];
            return random.Next(2) == 0 ? ($"/api/v1/cases?open=true&body={head.Body}", head.Token)
                : ("/api/v1/cases/" + lots.Cases[random.Next(lots.Cases.Count)], lots.Province.Token);
        }, index), 8), time, 100);
    }

    private static async Task<double> AgainAsync(NpgsqlConnection db, long first, DateTime then)
    {
        string Columns(string table, params string[] keys) => string.Join(", ", db.Query<string>("""
            select attname::text from pg_attribute where attrelid = @table::regclass and attnum > 0 and not attisdropped
                and attname <> all(@keys)
            """, new { table, keys }));
        var (cases, clock) = (Columns("cases", "id"), Columns("clock", "case_id", "key"));
        string Set(string columns) => string.Join(", ", columns.Split(", ").Select(column => $"{column} = b.{column}"));
        // The rows that the service wrote, by case; then the state before it.
        await db.ExecuteAsync($"""
            drop table if exists bench_cases_after, bench_clock_after, bench_event_after, bench_notice_after,
                bench_escalation_after, bench_delta_after;
            create table bench_cases_after as select c.* from cases c join bench_cases b on b.id = c.id where c.version > b.version;
            create table bench_clock_after as select k.* from clock k join bench_clock b on b.case_id = k.case_id and b.key = k.key
                where k.* is distinct from b.*;
            create table bench_event_after as select e.* from case_event e join bench_cases b on b.id = e.case_id where e.seq > b.version;
            create table bench_notice_after as select n.* from notice n join bench_cases b on b.id = n.case_id where n.seq > b.version;
            create table bench_escalation_after as select s.* from escalation s join bench_cases b on b.id = s.case_id
                where age(s.xmin) between 0 and pg_current_xact_id()::text::bigint - @first;
            create index on bench_cases_after (id); create index on bench_clock_after (case_id);
            create index on bench_event_after (case_id);
            create index on bench_notice_after (case_id); create index on bench_escalation_after (case_id);
            set session_replication_role = replica;
            delete from case_event e using bench_event_after a where a.case_id = e.case_id and a.seq = e.seq;
            delete from notice n using bench_notice_after a where a.id = n.id;
            delete from escalation s using bench_escalation_after a where (a.*)::text = (s.*)::text and a.case_id = s.case_id;
            update cases c set {Set(cases)} from bench_cases b where b.id = c.id;
            update clock k set {Set(clock)} from bench_clock b where b.case_id = k.case_id and b.key = k.key;
            set session_replication_role = origin;
            """, new { first }, commandTimeout: 0);
        await db.ExecuteAsync("vacuum (analyze) cases", commandTimeout: 0);
        await db.ExecuteAsync("vacuum (analyze) clock", commandTimeout: 0);
        await db.ExecuteAsync("analyze bench_cases_after; analyze bench_clock_after; analyze bench_event_after; analyze "
            + "bench_notice_after; analyze bench_escalation_after");
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await using var transaction = await db.BeginTransactionAsync();
            var due = (await db.QueryAsync<Guid>("""
                select c.id from clock k join cases c on c.id = k.case_id join bench_cases_after a on a.id = c.id
                where k.next_at <= @then and c.version < a.version order by k.next_at limit 1000 for no key update of c skip locked
                """, new { then }, transaction)).Distinct().ToArray();
            if (due.Length == 0) break;
            await db.ExecuteAsync($"""
                update cases c set {Set(cases)} from bench_cases_after b where b.id = c.id and b.id = any(@due);
                update clock k set {Set(clock)} from bench_clock_after b where b.case_id = k.case_id and b.key = k.key
                    and b.case_id = any(@due);
                insert into case_event select * from bench_event_after where case_id = any(@due);
                insert into notice select * from bench_notice_after where case_id = any(@due);
                insert into escalation select * from bench_escalation_after where case_id = any(@due);
                """, new { due }, transaction);
            await transaction.CommitAsync();
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await db.ExecuteAsync("""
            drop table bench_due, bench_cases, bench_clock, bench_cases_after, bench_clock_after, bench_event_after, bench_notice_after,
                bench_escalation_after
            """);
        return seconds;
    }

    private void Say(string name, double goal, double stretch, double own, double bare, string unit) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {own / bare:F2} | {goal:F2} ({stretch:F2}) | {own:F0} {unit} | {bare:F0} {unit} | | | |"));

    private static byte[] Out(NpgsqlConnection db, string sql)
    {
        using var stream = db.BeginRawBinaryCopy(sql);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>A clock at the moment when that many clocks are due, and that goes on from there.</summary>
    private static async Task<TimeProvider> DueAsync(NpgsqlConnection db, int clocks)
    {
        var last = await db.ExecuteScalarAsync<DateTime>(
            "select max(next_at) from (select next_at from clock where next_at is not null order by next_at limit @clocks) due",
            new { clocks }, commandTimeout: 0);
        return new Ahead(last - TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
