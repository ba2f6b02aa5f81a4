using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// Some three hundred cases over fourteen months, in every state, ending at the machine's own present: a service that
/// starts with a shifted clock finds them aged. The same seed makes the same cases.
/// </summary>
public sealed class DemonstrationCases(NpgsqlDataSource db, Keys keys, BodyDirectory directory)
{
    internal const int Count = 300;
    private const int Seed = 20_260_101;
    internal static readonly Caller Teller = new("system", "system", Role.Admin, "", "", "");

    /// <param name="present">The machine's own time, never the shifted one.</param>
    /// <returns>The number of cases made; 0 when there are cases already.</returns>
    public async Task<int> LoadAsync(TimeProvider present, WorkingCalendar calendar, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>("select exists (select 1 from cases)")) return 0;
        var places = await StoryPlaces.LoadAsync(connection);
        var numbers = (await connection.QueryAsync<long>("select nextval('case_no_seq') from generate_series(1, @Count)", new { Count }))
            .AsList();
        var random = new Random(Seed);
        var world = new StoryWorld(calendar, present.GetUtcNow());
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var some in Enumerable.Range(0, Count).Chunk(50))
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            var rows = new CaseBatch(keys);
            foreach (var index in some)
                Story(index, numbers[index], places, random, world).End(rows);
            rows.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await CountRoundsAsync(connection, world.Until);
        await transaction.CommitAsync(cancellationToken);
        return Count;
    }

    /// <summary>The return's counts that are not cases: disputes found by going round, and what was prevented.</summary>
    internal static async Task CountRoundsAsync(NpgsqlConnection connection, DateTimeOffset until)
    {
        var today = ShanghaiTime.DateOf(until).ToDateTime(default);
        await connection.ExecuteAsync("""
            with found as (
                select left(division, 6) as county, date_trunc('month', opened_at at time zone 'Asia/Shanghai')::date as month,
                    count(*) as cases
                from cases group by 1, 2)
            insert into survey (id, division, on_date, rounds, found, actor, at)
            select gen_random_uuid(), county, least((month + interval '1 month - 1 day')::date, @today::date), 4,
                cases + 1, 'system', @until
            from found
            """, new { today, until });
        await connection.ExecuteAsync("""
            insert into prevented (id, division, on_date, kind, persons, actor, at)
            select gen_random_uuid(), left(division, 6), least((opened_at at time zone 'Asia/Shanghai')::date + 3, @today::date),
                case when category = '10' then 'massPetition' else 'brawl' end, 5, 'system', @until
            from cases where risk = @red
            """, new { today, until, red = (short)Risk.Red });
    }

    private GeneratedCase Story(int index, long number, StoryPlaces places, Random random, StoryWorld world)
    {
        // Two thirds over fourteen months, one third in the last six weeks, where most of them are still open.
        var daysAgo = index % 3 == 0 ? random.Next(0, 42) : random.Next(0, 425);
        var opened = Workday(ShanghaiTime.DateOf(world.Until).AddDays(-daysAgo), world.Calendar);
        var at = Hour(opened, random);
        if (at > world.Until) at = world.Until.AddMinutes(-random.Next(5, 300));
        var story = new GeneratedCase(
            new CaseDraft(Guid.CreateVersion7(at), null, new At(at), directory, new CaseNumbers(db), Teller, keys),
            world);
        new CaseGenerator(story, places, new CaseWords(random), random, world.Calendar).Generate(at, number);
        return story;
    }

    internal static DateOnly Workday(DateOnly date, WorkingCalendar calendar)
    {
        while (!calendar.IsWorkday(date)) date = date.AddDays(-1);
        return date;
    }

    internal static DateTimeOffset Hour(DateOnly date, Random random) =>
        ShanghaiTime.StartOf(date).AddMinutes(random.Next(8 * 60 + 30, 17 * 60 + 30));

    internal sealed class At(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}
