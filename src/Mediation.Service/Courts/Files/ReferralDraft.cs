using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mediation.Domain.Cases;

namespace Mediation.Service.Courts.Files;

/// <summary>A party of a referral in normal form.</summary>
public sealed record ReferralParty(Side Side, PartyKind Kind, string Name, string? IdentityNumber, string? CreditCode, string? Phone);

/// <summary>One pre-litigation dispute that a court hands over, every field in its normal form.</summary>
/// <param name="CourtCaseNo">With full-width brackets.</param>
/// <param name="CourtDivision">GB/T 2260 code of the court's area by its number; null outside Hunan.</param>
/// <param name="ReceivedOn">The court's own date, Asia/Shanghai; no term runs from it.</param>
/// <param name="Track">Delegated or entrusted.</param>
/// <param name="Category">Code of <see cref="Domain.Category"/>; null when the court gave none.</param>
/// <param name="Amount">Yuan; null when unknown.</param>
public sealed record ReferralDraft(
    string CourtCaseNo, string? CourtDivision, string Cause, DateOnly ReceivedOn, Track Track, Procedure? Procedure,
    string? Category, string Division, decimal? Amount, string Facts, IReadOnlyList<ReferralParty> Parties,
    string? WantedBody, DateOnly? FiledOn, string? Judge, string? ServiceAddress, bool? PartyConsent)
{
    /// <summary>SHA-256 of the content. Two rows that differ only in how they are written have the same.</summary>
    public byte[] ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(CourtCaseNo);
        Add(Cause);
        Add(Iso(ReceivedOn));
        Add(Track.ToString());
        Add(Procedure?.ToString());
        Add(Category);
        Add(Division);
        Add(Amount?.ToString("F2", CultureInfo.InvariantCulture));
        Add(Facts);
        foreach (var party in Parties)
        {
            Add(party.Side.ToString());
            Add(party.Kind.ToString());
            Add(party.Name);
            Add(party.IdentityNumber);
            Add(party.CreditCode);
            Add(party.Phone);
        }
        Add(WantedBody);
        Add(FiledOn is { } filed ? Iso(filed) : null);
        Add(Judge);
        Add(ServiceAddress);
        Add(PartyConsent?.ToString());
        return hash.GetHashAndReset();

        // The length in front keeps neighbouring fields apart; -1 tells unknown from empty.
        void Add(string? text)
        {
            Span<byte> length = stackalloc byte[4];
            var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
