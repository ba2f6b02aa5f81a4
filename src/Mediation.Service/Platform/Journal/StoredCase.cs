using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Journal;

/// <summary>A case as stored: the fold, the end of its hash chain, and what stands outside the journal.</summary>
public sealed record StoredCase(
    Case State, byte[] HeadHash, IReadOnlyList<PartyRow> Parties, IReadOnlyDictionary<Guid, string> Texts)
{
    public string? Text(TextRef? text) => text is not null && Texts.TryGetValue(text.Id, out var body) ? body : null;

    public PartyRow? Party(string id) => Parties.FirstOrDefault(party => party.Id == id);
}

/// <summary>A party's personal data. Numbers in clear only in memory.</summary>
/// <param name="Key">Key of the HMAC that the journal holds.</param>
public sealed record PartyRow(string Id, Side Side, PartyKind Kind, string Name, bool Minor, byte[] Key)
{
    public string? IdentityNumber { get; init; }
    public string? CreditCode { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
    public IReadOnlyList<RepresentativeRow> Representatives { get; init; } = [];

    /// <summary>The HMAC over the party's data as the journal names it; changes with every correction.</summary>
    public string Digest() => Keys.Digest(Key, string.Join('\u001f',
        [Name, IdentityNumber ?? "", CreditCode ?? "", Phone ?? "", Address ?? "",
            .. Representatives.Select(person => $"{person.Name}\u001e{person.Phone}")]));

    public Party ToDomain() =>
        new(Id, Side, Kind, Minor, Digest(), [.. Representatives.Select(person => new Representative(person.Kind, person.Authority))]);
}

public sealed record RepresentativeRow(string Name, RepresentativeKind Kind, Authority Authority, string? Phone);

/// <summary>A text written with the events that name it.</summary>
public sealed record TextRow(Guid Id, string Kind, string Body, byte[] Key);
