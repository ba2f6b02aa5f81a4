using System.Data;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Tallies;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// Very many cases for measuring, over sixty months: each is made through the domain as those of the demonstration are,
/// and written by COPY. For an empty database; what was broken off is begun again in a fresh one.
/// </summary>
public sealed class SeedCases(NpgsqlDataSource db, Keys keys, BodyDirectory directory)
{
    public const int Most = 20_000_000;

    private const int Months = 60;
    private const int Seed = 20_260_101;
    private const int AtOnce = 1000;
    private const long BytesPerCase = 12_000; // with indexes, without the log's share

    /// <summary>The number of cases that was asked for; null when it is none.</summary>
    public static int? CountOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most ? count : null;

    /// <param name="free">Bytes that the database may grow by.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int count, StoryWorld world, long free, TextWriter output, TextWriter errors)
    {
        if (free < count * BytesPerCase)
        {
            await errors.WriteLineAsync(Invariant($"{count} cases need some {Gigabytes(count * BytesPerCase)} GB, ")
                + Invariant($"{Gigabytes(free)} GB are free: choose another data folder, or fewer cases. / ")
                + Invariant($"{count} 件案件约需 {Gigabytes(count * BytesPerCase)} GB，可用 {Gigabytes(free)} GB：请更换数据目录或减少件数。"));
            return 1;
        }

        await using var connection = await db.OpenConnectionAsync();
        await connection.ExecuteAsync("set statement_timeout = 0");
        if (await connection.ExecuteScalarAsync<bool>("select exists (select 1 from cases)"))
        {
            await errors.WriteLineAsync("There are cases already: seed needs an empty database, e.g. a fresh MEDIATION_DATA. / 库中已有案件："
                + "请在空库中执行，例如换一个新的 MEDIATION_DATA 目录。");
            return 1;
        }

        try
        {
            await TellAsync(connection, count, world, output);
            await connection.ExecuteAsync("reset statement_timeout");
            return 0;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            await errors.WriteLineAsync(
                "The disk is full. Delete this data folder and begin again where there is more room. / 磁盘已满：请删除该数据目录，换到空间充足处重新执行。");
            return 1;
        }
    }

    private async Task TellAsync(NpgsqlConnection connection, int count, StoryWorld world, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var places = (await StoryPlaces.LoadAsync(connection)).ByLevel();
        var (first, last) = await connection.QuerySingleAsync<(long, long)>(
            "select min(n), max(n) from (select nextval('case_no_seq') as n from generate_series(1, @count)) numbers",
            new { count }, commandTimeout: 0);
        if (last - first + 1 != count) throw new InvalidOperationException("Another program takes case numbers from this database.");
        var indexes = await SeedIndexes.DropAsync(connection);
        var lines = new TallySums.Lines();
        var workers = Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount))
            .Select(_ => new Worker(new TallySums(lines), [])).ToArray();
        var said = TimeSpan.Zero;
        var slice = Math.Clamp(count / (4 * workers.Length), 1, AtOnce);
        for (var begin = 0; begin < count; begin += slice * workers.Length)
        {
            // What begins on a rest day is entered on the workday before.
            await FiguresAsync(connection, workers, Month(DayOf(begin, count, world).AddDays(-15)));
            var from = begin;
            await Task.WhenAll(workers.Select((worker, index) => Task.Run(() =>
                SliceAsync(worker, from + index * slice, Math.Min(count, from + (index + 1) * slice), count, first, places, world))));
            if (watch.Elapsed - said < TimeSpan.FromSeconds(10)) continue;
            said = watch.Elapsed;
            await output.WriteLineAsync(
                Invariant($"{Math.Min(count, begin + slice * workers.Length):N0} / {count:N0}, {watch.Elapsed:mm\\:ss}"));
        }

        await FiguresAsync(connection, workers, DateOnly.MaxValue);
        await DemonstrationCases.CountRoundsAsync(connection, world.Until);
        await output.WriteLineAsync(Invariant($"Indexes / 建立索引, {watch.Elapsed:mm\\:ss}"));
        await indexes.RestoreAsync(connection);
        await connection.ExecuteAsync("analyze", commandTimeout: 0, commandType: CommandType.Text);
        await output.WriteLineAsync(Invariant($"{count:N0} cases in {watch.Elapsed:hh\\:mm\\:ss}. / 已生成 {count:N0} 件。"));
    }

    /// <summary>Some cases in one transaction: each is there whole or not at all.</summary>
    private async Task SliceAsync(Worker worker, int begin, int end, int count, long first, StoryPlaces places, StoryWorld world)
    {
        if (begin >= end) return;
        var rows = new CaseBatch(keys);
        for (var index = begin; index < end; index++)
        {
            var told = Story(index, first + index, DayOf(index, count, world), places, world).End(rows);
            foreach (var (month, fact) in TallyRows.Facts(told))
            {
                worker.Figures.Add(month, fact);
                worker.Facts.Add((told.Events[0].CaseId, month, fact));
            }
        }

        await using var connection = await db.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("set local statement_timeout = 0; set local synchronous_commit = off");
        rows.CopyTo(connection, TallyRows.Deltas);
        TallyEntries.Copy(connection, worker.Facts);
        worker.Facts.Clear();
        await transaction.CommitAsync();
    }

    private static async Task FiguresAsync(NpgsqlConnection connection, Worker[] workers, DateOnly before)
    {
        foreach (var other in workers[1..]) workers[0].Figures.Take(other.Figures, before);
        await using var transaction = await connection.BeginTransactionAsync();
        workers[0].Figures.CopyTo(connection, before);
        await transaction.CommitAsync();
    }

    private GeneratedCase Story(int index, long number, DateOnly day, StoryPlaces places, StoryWorld world)
    {
        var random = new Random(Seed + index);
        var at = DemonstrationCases.Hour(DemonstrationCases.Workday(day, world.Calendar), random);
        if (at > world.Until) at = world.Until.AddMinutes(-random.Next(5, 300));
        var story = new GeneratedCase(new CaseDraft(Guid.CreateVersion7(at), null, new DemonstrationCases.At(at), directory,
            new CaseNumbers(db), DemonstrationCases.Teller, keys), world);
        new CaseGenerator(story, places, new CaseWords(random, CaseWords.AsReturned), random, world.Calendar).Generate(at, number);
        return story;
    }

    private static DateOnly DayOf(int index, int count, StoryWorld world)
    {
        var today = ShanghaiTime.DateOf(world.Until);
        var first = today.AddMonths(-Months);
        return first.AddDays((int)((long)index * (today.DayNumber - first.DayNumber + 1) / count));
    }

    private static DateOnly Month(DateOnly date) => new(date.Year, date.Month, 1);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static long Gigabytes(long bytes) => (bytes + 999_999_999) / 1_000_000_000;

    private sealed record Worker(TallySums Figures, List<(Guid Case, DateOnly Month, Fact Fact)> Facts);
}
