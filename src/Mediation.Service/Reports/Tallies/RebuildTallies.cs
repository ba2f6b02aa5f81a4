using System.Data;
using Dapper;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Reports.Tallies;

/// <summary>
/// Writes all figures anew from the journal, e.g. when a version counts what an earlier one did not. Whoever writes a case
/// waits until it is done; published months keep what was published.
/// </summary>
public static class RebuildTallies
{
    private const int EntriesAtOnce = 50_000;

    /// <returns>The number of entries.</returns>
    public static async Task<long> RunAsync(NpgsqlDataSource db, CancellationToken cancellationToken = default)
    {
        await using var writing = await db.OpenConnectionAsync(cancellationToken);
        await writing.ExecuteAsync("set role none"); // only the owner may empty the tables
        try
        {
            await using var transaction = await writing.BeginTransactionAsync(cancellationToken);
            // Emptying locks the tables: every journal row that is seen from now on has its entries here, and no other.
            await writing.ExecuteAsync("set local statement_timeout = 0; truncate tally_delta, tally_entry, tally");
            var (sums, entries, count) = (new TallySums(new TallySums.Lines()), new List<(Guid, DateOnly, Fact)>(EntriesAtOnce), 0L);
            await using (var reading = await db.OpenConnectionAsync(cancellationToken))
            await using (await reading.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
            {
                await reading.ExecuteAsync("set local statement_timeout = 0");
                await foreach (var (caseId, month, fact) in TallyEntries.FromJournalAsync(reading, cancellationToken))
                {
                    sums.Add(month, fact);
                    entries.Add((caseId, month, fact));
                    if (entries.Count == EntriesAtOnce) Flush();
                }
            }

            Flush();
            sums.CopyTo(writing, DateOnly.MaxValue);
            await transaction.CommitAsync(cancellationToken);
            return count;

            void Flush()
            {
                TallyEntries.Copy(writing, entries);
                count += entries.Count;
                entries.Clear();
            }
        }
        finally
        {
            await writing.ExecuteAsync("set role mediation_app");
        }
    }
}
