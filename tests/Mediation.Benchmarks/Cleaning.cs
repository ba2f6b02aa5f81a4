using Dapper;

namespace Mediation.Benchmarks;

/// <summary>
/// Remembers what pgbench is about to change, and takes away what it wrote: its keys begin with 019a0000, its cases are
/// those of bench_change.
/// </summary>
internal sealed class Cleaning : IDisposable
{
    private readonly CaseDatabase database;

    public Cleaning(CaseDatabase database)
    {
        this.database = database;
        using var db = database.Connect();
        db.Execute("""
            drop table if exists bench_cases, bench_clock;
            create table bench_cases as select c.* from cases c where c.id in (select id from bench_change);
            create table bench_clock as select k.* from clock k where k.case_id in (select id from bench_change);
            analyze bench_cases; analyze bench_clock
            """, commandTimeout: 0);
    }

    public void Dispose()
    {
        using var db = database.Connect();
        var columns = string.Join(", ", db.Query<string>("""
            select attname::text from pg_attribute where attrelid = 'cases'::regclass and attnum > 0
                and not attisdropped and attname <> 'id'
            """));
        var clock = string.Join(", ", db.Query<string>("""
            select attname::text from pg_attribute where attrelid = 'clock'::regclass and attnum > 0 and not attisdropped
                and attname not in ('case_id', 'key')
            """));
        db.Execute($"""
            set session_replication_role = replica; -- the journal's own trigger lets nobody else
            delete from case_event e using bench_cases b where e.case_id = b.id and e.seq > b.version;
            update cases c set ({columns}) = (select {columns} from bench_cases b where b.id = c.id) from bench_cases b where b.id = c.id;
            update clock k set ({clock}) = (select {clock} from bench_clock b where b.case_id = k.case_id and b.key = k.key)
                from bench_clock b where b.case_id = k.case_id and b.key = k.key;
            delete from case_event where case_id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from clock where case_id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from case_party where case_id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from case_text where id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from case_gram where case_id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from notice where id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            delete from cases where id between '019a0000-0000-0000-0000-000000000000' and '019a0000-0000-0fff-ffff-ffffffffffff';
            drop table bench_cases, bench_clock;
            """, commandTimeout: 0);
        db.Execute("set session_replication_role = origin; delete from idempotency", commandTimeout: 0);
        db.Execute("vacuum (analyze) cases, clock, case_event", commandTimeout: 0);
    }
}
