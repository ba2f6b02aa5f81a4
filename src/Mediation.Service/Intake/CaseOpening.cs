using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Identities;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Npgsql;

namespace Mediation.Service.Intake;

/// <summary>What every new case needs, whichever way it comes: its centre, and whether its parties were here before.</summary>
public sealed class CaseOpening(NpgsqlDataSource db, BodyDirectory directory, Keys keys, TimeProvider clock)
{
    /// <exception cref="ProblemException">400 where the division does not exist.</exception>
    public async Task<BodyRef> CentreAsync(string division, CancellationToken cancellationToken) =>
        await directory.CentreOfAsync(division, cancellationToken) is { } centre
            ? new BodyRef(centre.Code, centre.Division, centre.Level)
            : throw ProblemException.Invalid("division", new("行政区划代码不存在，请核对。", "Unknown division code: check it."));

    /// <summary>Same person, same kind of matter within 180 days: the public is to come once at most (最多访一次).</summary>
    public async Task<bool> IsRepeatAsync(IReadOnlyList<PartyRow> parties, string category, CancellationToken cancellationToken)
    {
        var hashes = parties.Where(party => party is { Side: Side.Applicant, Kind: PartyKind.Person, IdentityNumber: not null })
            .Select(party => keys.SearchHash(party.IdentityNumber!)).ToArray();
        if (hashes.Length == 0) return false;
        var since = clock.GetUtcNow().AddDays(-180).UtcDateTime;
        await using var batch = db.CreateBatch();
        // One statement for each person, and a count instead of "exists": its plan costs the same whatever is asked
        // for, so PostgreSQL keeps it.
        foreach (var hash in hashes)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                select count(*) from case_party p join cases c on c.id = p.case_id where p.identity_hash = $1 and c.category = $2
                    and c.opened_at >= $3
                """) { Parameters = { new() { Value = hash }, new() { Value = category }, new() { Value = since } } });
        }

        await using var counts = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            if (await counts.ReadAsync(cancellationToken) && counts.GetInt64(0) > 0) return true;
        }
        while (await counts.NextResultAsync(cancellationToken));
        return false;
    }
}
