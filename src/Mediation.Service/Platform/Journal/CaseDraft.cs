using System.Security.Cryptography;
using System.Text;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>What a use case puts aside while it makes its command: texts and parties.</summary>
public sealed class CaseDraft(
    Guid caseId, StoredCase? before, TimeProvider clock, ICaseDirectory directory, CaseNumbers numbers, Caller caller, Keys keys)
{
    private readonly List<TextRow> texts = [];
    private readonly List<PartyRow> parties = [];
    private readonly List<object> others = [];
    private readonly NpgsqlDataSource? db;

    public Guid CaseId { get; } = caseId;
    public StoredCase? Before { get; } = before;
    public ICaseDirectory Directory { get; } = directory;
    public Caller Caller { get; } = caller;
    public Case Case => Before?.State ?? throw new InvalidOperationException("The case does not exist yet.");
    public IReadOnlyList<TextRow> Texts => texts;
    public IReadOnlyList<PartyRow> Parties => parties;

    /// <summary>For what a use case must look up besides the case and the directory.</summary>
    public NpgsqlDataSource Db
    {
        get => db ?? throw new InvalidOperationException("This draft looks nothing up.");
        init => db = value;
    }

    /// <summary>SHA-256 of a court's referral in its normal form.</summary>
    public byte[]? CourtContent { get; set; }

    /// <summary>Puts aside what a projection of the use case's own capability writes beside the case.</summary>
    public void Put<T>(T beside) where T : class => others.Add(beside);

    public T? Find<T>() where T : class => others.OfType<T>().FirstOrDefault();

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

    /// <summary>A second case that is written with this one.</summary>
    public (CaseDraft Draft, CaseCommand.Register Command)? Second { get; private set; }

    /// <summary>
    /// Prepares a linked case for what a partial agreement leaves open: the parties that have not settled, and where a side
    /// would be empty, that side whole.
    /// </summary>
    /// <returns>The new case's id.</returns>
    public async ValueTask<Guid> SplitOffAsync(IReadOnlyList<string> settledParties, CancellationToken cancellationToken)
    {
        var rest = new CaseDraft(Guid.CreateVersion7(clock.GetUtcNow()), null, clock, Directory, numbers, Caller, keys);
        var staying = Case.Parties.Where(party => !settledParties.Contains(party.Id)).ToList();
        var theirs = Case.Parties.Where(party => staying.Contains(party) || staying.All(other => other.Side != party.Side))
            .Select((party, index) => Before!.Party(party.Id)! with { Id = $"p{index + 1}", Key = Keys.NewItemKey() }).ToList();
        Second = (rest, new CaseCommand.Register(new CaseEvent.Registered(
            await numbers.NextAsync(Case.Division, Today.Year, cancellationToken), Case.Channel, Case.Initiation, Case.Track, Case.Category,
            Case.Division, Case.Desk, Case.Centre, rest.Text("summary", Before!.Text(Case.Summary) ?? Case.CaseNo),
            [.. theirs.Select(rest.Party)])
        {
            LinkedTo = Case.Id,
            Major = Case.Major,
            Risk = Case.Risk,
            Court = Case.Court,
            Procedure = Case.Procedure,
            RegimeOn = Case.RegimeOn,
            ReceivedOn = Case.ReceivedOn,
        }));
        return rest.CaseId;
    }

    /// <summary>Today in Shanghai.</summary>
    public DateOnly Today => ShanghaiTime.DateOf(clock.GetUtcNow());

    /// <exception cref="ProblemException">422 where there is no such body.</exception>
    public async ValueTask<BodyRef> BodyAsync(string code, string field, CancellationToken cancellationToken) =>
        await Directory.FindBodyAsync(code, cancellationToken) is { Active: true } body
            ? new BodyRef(body.Code, body.Division, body.Level)
            : throw ProblemException.Unknown(field, new("没有这个组织，请核对代码。", "There is no such body: check the code."));

    /// <exception cref="ProblemException">422 where there is no such body, or where it does not mediate.</exception>
    public async ValueTask<BodyRef> MediationBodyAsync(string code, string field, CancellationToken cancellationToken) =>
        await Directory.FindBodyAsync(code, cancellationToken) is not { Mediates: false }
            ? await BodyAsync(code, field, cancellationToken)
            : throw ProblemException.Unknown(field, new("该单位不是调解组织，请选择调解组织。", "This body does not mediate: choose one that does."));

    /// <summary>A mediator as the decision needs him; a conflict of interest is found by a party's identity or phone number.</summary>
    /// <exception cref="ProblemException">422 where there is no such mediator.</exception>
    public async ValueTask<MediatorCheck> MediatorAsync(string user, CancellationToken cancellationToken)
    {
        if (await Directory.FindMediatorAsync(user, cancellationToken) is not { Active: true } mediator)
            throw ProblemException.Unknown("mediator", new("没有这位调解员，请核对用户名。", "There is no such mediator: check the user name."));
        var conflict = (Before?.Parties ?? [])
            .Any(party => Same(party.IdentityNumber, mediator.IdentityHash) || Same(party.Phone, mediator.PhoneHash));
        return new MediatorCheck(mediator.User, mediator.Body, mediator.TermUntil, conflict);

        bool Same(string? number, byte[]? hash) =>
            number is not null && hash is not null && keys.SearchHash(number).AsSpan().SequenceEqual(hash);
    }

    /// <summary>
    /// The grams under which a case is found by a party's name: every two characters that stand together. Two digits are none:
    /// they are in every number, and tell no names apart.
    /// </summary>
    public static IEnumerable<string> Grams(IEnumerable<string> names) => names
        // a rare character is two of UTF-16
        .Select(name => name.Normalize(NormalizationForm.FormKC).ToLowerInvariant().EnumerateRunes().ToList())
        .SelectMany(runes => runes.Zip(runes.Skip(1)))
        .Where(pair => !Rune.IsWhiteSpace(pair.First) && !Rune.IsWhiteSpace(pair.Second) && !(IsDigit(pair.First) && IsDigit(pair.Second)))
        .Select(pair => $"{pair.First}{pair.Second}")
        .Distinct(StringComparer.Ordinal);

    /// <summary>What stands among the grams for a number: turned round, so that its end can be looked for.</summary>
    public static string EndOf(string number) => "#" + string.Concat(number.TrimEnd('号').Reverse());

    private static bool IsDigit(Rune rune) => rune.IsAscii && Rune.IsDigit(rune);

    public static byte[] ContentHash(string normalForm) => SHA256.HashData(Encoding.UTF8.GetBytes(normalForm));
}
