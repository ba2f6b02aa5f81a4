using System.Security.Cryptography;
using System.Text;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Registry;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>What a use case puts aside while it makes its command: texts, parties, and rows of its own for the same batch.</summary>
public sealed class CaseDraft(Guid caseId, StoredCase? before, TimeProvider clock, BodyDirectory directory, Caller caller)
{
    private readonly List<TextRow> texts = [];
    private readonly List<PartyRow> parties = [];

    public Guid CaseId { get; } = caseId;
    public StoredCase? Before { get; } = before;
    public BodyDirectory Directory { get; } = directory;
    public Caller Caller { get; } = caller;
    public Case Case => Before?.State ?? throw new InvalidOperationException("The case does not exist yet.");
    public IReadOnlyList<TextRow> Texts => texts;
    public IReadOnlyList<PartyRow> Parties => parties;

    /// <summary>SHA-256 of a court's referral in its normal form.</summary>
    public byte[]? CourtContent { get; set; }

    /// <summary>Further rows that must stand or fall with the events.</summary>
    public List<NpgsqlBatchCommand> Also { get; } = [];

    /// <summary>Puts a free text aside; the journal gets its id and HMAC.</summary>
    public TextRef Text(string kind, string body)
    {
        var row = new TextRow(Guid.CreateVersion7(clock.GetUtcNow()), kind, body.Trim(), Keys.NewItemKey());
        texts.Add(row);
        return new TextRef(row.Id, Keys.Digest(row.Key, row.Body));
    }

    public TextRef? OptionalText(string kind, string? body) => string.IsNullOrWhiteSpace(body) ? null : Text(kind, body);

    /// <summary>Adds a party, or replaces the stored one of the same id.</summary>
    public Party Party(PartyRow party)
    {
        parties.Add(party);
        return party.ToDomain();
    }

    /// <summary>The grams under which a case is found: every one and two characters of names, and its numbers.</summary>
    public static IEnumerable<string> Grams(IEnumerable<string> words) => words
        .Select(word => word.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
        .SelectMany(word => Enumerable.Range(0, Math.Max(0, word.Length - 1)).Select(start => word.Substring(start, 2)))
        .Where(gram => !gram.Any(char.IsWhiteSpace))
        .Distinct(StringComparer.Ordinal);

    public static byte[] ContentHash(string normalForm) => SHA256.HashData(Encoding.UTF8.GetBytes(normalForm));
}
