using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Courts.Files;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>What stands under a court's case number already, one row for each round.</summary>
public sealed record KnownReferral(Guid Id, string CaseNo, string CourtCaseNo, int Round, bool IsOpen, byte[]? Content)
{
    public bool Has(byte[] content) => Content is not null && Content.AsSpan().SequenceEqual(content);
}

/// <summary>Turns a court's referral into a new case: at stage intake, at the desk of its division's centre.</summary>
public sealed class Referrals(
    NpgsqlDataSource db, BodyDirectory directory, CaseNumbers numbers, CurrentCaller caller, Keys keys, TimeProvider clock)
{
    private readonly Dictionary<string, string?> wantedBodies = new(StringComparer.Ordinal);

    public static ProblemException OutsideScope() => new(403, "referral.outsideScope",
        new("该案号属于其他法院，您只能移送本院或下级法院的案件。", "This number is another court's: you refer for your own court and those below it."));

    public static ProblemException Conflict(string caseNo) => new(409, "referral.conflict",
        new("该案号已移送，且内容不同；原案件保持不变。", "This number was referred before with other content; the first stays."))
    {
        Extensions = new Dictionary<string, object?> { ["caseNo"] = caseNo },
    };

    /// <summary>The body code of the court whose number it is; null where the caller does not refer for that court.</summary>
    public string? CourtOf(string courtCaseNo)
    {
        var (low, high) = CaseScope.Subtree(caller.Value.Division);
        return CourtCaseNumber.TryParse(courtCaseNo, out var number) && number.DivisionCode is { } division
            && string.CompareOrdinal(division, low) >= 0 && string.CompareOrdinal(division, high) < 0
            ? $"{division}-court"
            : null;
    }

    /// <summary>All rounds of the numbers, newest round first.</summary>
    public async Task<ILookup<string, KnownReferral>> KnownAsync(IEnumerable<string> courtCaseNos, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(Guid Id, string CaseNo, string CourtCaseNo, int Round, bool IsOpen, byte[]? Content)>(
            new CommandDefinition("""
                select id, case_no, court_case_no, court_round, is_open, court_content from cases
                where court_case_no = any(@numbers) order by court_case_no, court_round desc
                """, new { numbers = courtCaseNos.Distinct(StringComparer.Ordinal).ToArray() }, cancellationToken: cancellationToken));
        return rows.ToLookup(row => row.CourtCaseNo,
            row => new KnownReferral(row.Id, row.CaseNo, row.CourtCaseNo, row.Round, row.IsOpen, row.Content), StringComparer.Ordinal);
    }

    /// <exception cref="ProblemException">
    /// 403 for another court's number, 422 for a court that is not in the directory, 400 for an unknown division.
    /// </exception>
    public async Task<(CaseDraft Draft, CaseCommand.Register Command)> PrepareAsync(
        ReferralDraft referral, IReadOnlyList<PartyRow> parties, byte[] content, int round, Guid? linkedTo,
        CancellationToken cancellationToken)
    {
        var court = CourtOf(referral.CourtCaseNo) ?? throw OutsideScope();
        if (await directory.FindBodyAsync(court, cancellationToken) is not { Active: true })
            throw ProblemException.Unknown("court", new("名录中没有该案号所属的法院，请核对案号。", "The directory has no court of this number: check it."));
        var centre = await directory.CentreOfAsync(referral.Division, cancellationToken)
            ?? throw ProblemException.Invalid("division", new("行政区划代码不存在，请核对。", "Unknown division code: check it."));
        var desk = new BodyRef(centre.Code, centre.Division, centre.Level);
        var draft = new CaseDraft(Guid.CreateVersion7(clock.GetUtcNow()), null, clock, directory, numbers, caller.Value, keys)
        { CourtContent = content };
        var wanted = await WantedBodyAsync(referral.WantedBody, cancellationToken);
        var papers = string.Join(';', new[]
        {
            Named("承办法官", referral.Judge), Named("送达地址", referral.ServiceAddress),
            Named("当事人同意", referral.PartyConsent is { } consents ? (consents ? "是" : "否") : null),
            Named("特邀调解组织", wanted is null ? referral.WantedBody : null),
        }.OfType<string>());
        return (draft, new CaseCommand.Register(new CaseEvent.Registered(
            await numbers.NextAsync(referral.Division, draft.Today.Year, cancellationToken), Channel.Court, Initiation.Entrusted,
            referral.Track, referral.Category ?? "99", referral.Division, desk, desk, draft.Text("summary", referral.Cause),
            [.. parties.Select(draft.Party)])
        {
            Description = draft.Text("description", referral.Facts),
            Amount = referral.Amount,
            PersonsInvolved = parties.Count,
            Source = draft.OptionalText("source", papers),
            LinkedTo = linkedTo,
            Procedure = referral.Procedure,
            Court = court,
            CourtCaseNo = referral.CourtCaseNo,
            CourtRound = round,
            ReceivedOn = referral.ReceivedOn,
            RegimeOn = referral.FiledOn ?? referral.ReceivedOn,
            WantedBody = wanted,
        }));

        static string? Named(string name, string? value) => string.IsNullOrWhiteSpace(value) ? null : $"{name}:{value}";
    }

    /// <summary>A court names a body by its code or its name; the journal holds only codes.</summary>
    private async ValueTask<string?> WantedBodyAsync(string? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null) return null;
        if (wantedBodies.TryGetValue(wanted, out var known)) return known;
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return wantedBodies[wanted] = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select code from body where (code = @wanted or name = @wanted) and mediates and active order by code limit 1",
            new { wanted }, cancellationToken: cancellationToken));
    }

    public static PartyRow ToRow(ReferralParty party, int index) =>
        new($"p{index + 1}", party.Side, party.Kind, party.Name, false, Keys.NewItemKey())
        {
            IdentityNumber = party.IdentityNumber,
            CreditCode = party.CreditCode,
            Phone = party.Phone,
        };

    /// <summary>Two wrote the same number at once; the index let one through, or the two waited for each other.</summary>
    public static bool IsTaken(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "cases_court_case_no" }
            or { SqlState: PostgresErrorCodes.DeadlockDetected };
}
