using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// Each journal row's hash covers the row before it, so that a changed, dropped or reordered row is found by anyone who
/// holds a later hash. SHA-256 over the previous hash, then the row's columns, one a line, then the body as stored.
/// </summary>
public static class HashChain
{
    public static byte[] Start { get; } = new byte[32];

    public static byte[] Next(
        byte[] previous, Guid caseId, int seq, string kind, DateTimeOffset at, DateOnly on, string actor, string? onBehalfOf, string body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{caseId:D}\n{seq}\n{kind}\n{at.UtcTicks / TimeSpan.TicksPerMicrosecond}\n{on:yyyy-MM-dd}\n{actor}\n{onBehalfOf}\n")));
        hash.AppendData(Encoding.UTF8.GetBytes(body));
        return hash.GetHashAndReset();
    }

    public static byte[] Next(byte[] previous, Recorded recorded, string body) => Next(
        previous, recorded.CaseId, recorded.Seq, CaseJson.Kind(recorded.Event), recorded.At, recorded.On,
        recorded.Actor, recorded.OnBehalfOf, body);
}
