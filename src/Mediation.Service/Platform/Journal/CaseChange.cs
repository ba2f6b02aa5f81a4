using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Journal;

/// <summary>One change of one case: the events, the fold after them, and the end of the chain.</summary>
public sealed record CaseChange(Case? Before, Case After, IReadOnlyList<Recorded> Events, IReadOnlyList<string> Bodies,
    IReadOnlyList<byte[]> Hashes, byte[] PreviousHash)
{
    public byte[] HeadHash => Hashes[^1];

    /// <summary>Chains the decided events behind the case and folds them. Times are cut to microseconds and never run back.</summary>
    public static CaseChange From(Case? before, byte[] headHash, Guid caseId, IReadOnlyList<CaseEvent> events, DateTimeOffset now,
        DateOnly on, string actor, string? onBehalfOf = null)
    {
        var at = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        if (before is not null && at < before.LastAt) at = before.LastAt;
        var (current, hash, seq) = (before, headHash, before?.Version ?? 0);
        var (recorded, bodies, hashes) = (new List<Recorded>(), new List<string>(), new List<byte[]>());
        foreach (var happened in events)
        {
            var row = new Recorded(caseId, ++seq, at, on, actor, onBehalfOf, happened);
            var body = CaseJson.Serialize(happened);
            hash = HashChain.Next(hash, row, body);
            current = Evolve.Apply(current, row);
            recorded.Add(row);
            bodies.Add(body);
            hashes.Add(hash);
        }

        return new CaseChange(before, current!, recorded, bodies, hashes, headHash);
    }
}
