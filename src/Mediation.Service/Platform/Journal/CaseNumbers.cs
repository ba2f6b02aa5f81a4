using System.Collections.Concurrent;
using Dapper;
using Mediation.Domain.Identities;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>Our own case numbers, from a sequence in blocks, so that a new case costs no round trip of its own; gaps are allowed.</summary>
public sealed class CaseNumbers(NpgsqlDataSource db)
{
    private const int Block = 32;
    private readonly ConcurrentQueue<long> block = new();

    /// <param name="division">GB/T 2260 code; the number begins with its county.</param>
    public async Task<string> NextAsync(string division, int year, CancellationToken cancellationToken)
    {
        long number;
        while (!block.TryDequeue(out number)) await FetchAsync(Block, cancellationToken);
        return OwnCaseNumber.Format(division.PadRight(6, '0')[..6], year, checked((int)number));
    }

    /// <summary>One round trip for the numbers of so many cases.</summary>
    public async Task ReserveAsync(int count, CancellationToken cancellationToken)
    {
        if (count > block.Count) await FetchAsync(count - block.Count, cancellationToken);
    }

    private async Task FetchAsync(int count, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var fresh = await connection.QueryAsync<long>(new CommandDefinition(
            "select nextval('case_no_seq') from generate_series(1, @count)", new { count }, cancellationToken: cancellationToken));
        foreach (var next in fresh) block.Enqueue(next);
    }
}
