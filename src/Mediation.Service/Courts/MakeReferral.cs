using System.Text.Json;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Courts.Files;
using Mediation.Service.Intake;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>
/// A court hands over one dispute (诉前委派、立案后委托). The same number and content again answers with the same case; other
/// content is 409 <c>referral.conflict</c>. The term starts when the papers are signed for, never at <see cref="ReceivedOn"/>.
/// </summary>
[Requires(Permission.ReferAsCourt)]
public sealed record MakeReferral : IRequest<CaseAnswer>, IEndpoint
{
    public string? CourtCaseNo { get; init; }
    public string? Cause { get; init; }
    public DateOnly? ReceivedOn { get; init; }
    public Track? Track { get; init; }
    public Procedure? Procedure { get; init; }
    public string? Category { get; init; }
    public string? Division { get; init; }

    /// <summary>Yuan.</summary>
    public decimal? Amount { get; init; }

    public string? Facts { get; init; }
    public IReadOnlyList<PartyInput>? Parties { get; init; }

    /// <summary>Goes first among the candidates; the centre decides.</summary>
    public string? WantedBody { get; init; }

    public DateOnly? FiledOn { get; init; }
    public string? Judge { get; init; }
    public string? ServiceAddress { get; init; }

    /// <summary>2 and more open a linked case after the one before has closed.</summary>
    public int? Round { get; init; }

    public static MakeReferral Example => new()
    {
        CourtCaseNo = "(2026)湘0104民初15号",
        Cause = "买卖合同纠纷",
        ReceivedOn = new DateOnly(2026, 10, 12),
        Track = Domain.Track.Entrusted,
        Procedure = Domain.Procedure.Summary,
        Category = "04",
        Division = "430104",
        Amount = 56519.18m,
        Facts = "货款未付清,协商未果",
        Parties =
        [
            new() { Side = Side.Applicant, Kind = PartyKind.Person, Name = "张三", IdentityNumber = "430104209103244939" },
            new() { Side = Side.Respondent, Kind = PartyKind.Organisation, Name = "湖南某某商贸有限公司" },
        ],
    };

    public sealed class Validator : AbstractValidator<MakeReferral>
    {
        public Validator()
        {
            RuleFor(request => request.CourtCaseNo).NotEmpty().Must(no => no is null || CourtCaseNumber.TryParse(no, out _))
                .Saying("案号格式不正确，应如(2026)湘0104民初15号。", "Not a court case number such as (2026)湘0104民初15号.");
            RuleFor(request => request.Cause).NotEmpty().MaximumLength(100);
            RuleFor(request => request.ReceivedOn).NotNull();
            RuleFor(request => request.Track).NotNull().Must(track => track is null or Domain.Track.Delegated or Domain.Track.Entrusted)
                .Saying("法院移送应为 delegated(委派)或 entrusted(委托)。", "A referral is delegated or entrusted.");
            RuleFor(request => request.Category).Must(code => code is null || Domain.Category.Exists(code))
                .Saying("纠纷类型代码不存在，请从 01 至 19、99 中选择。", "Unknown category: choose 01 to 19 or 99.");
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.Amount).Money();
            RuleFor(request => request.Facts).NotEmpty().MaximumLength(5000);
            RuleFor(request => request.Parties).NotEmpty().Must(parties => parties is null or { Count: <= 200 })
                .Saying("请填写 1 至 200 名当事人。", "Give 1 to 200 parties.");
            RuleForEach(request => request.Parties).NotNull().SetValidator(new PartyInput.Validator());
            RuleFor(request => request.Parties).Must(parties => parties is null
                || (parties.Any(party => party?.Side == Side.Respondent) && parties.Any(party => party?.Side == Side.Applicant)))
                .Saying("至少要有一名申请人和一名被申请人。", "Name at least one applicant and one respondent.");
            RuleFor(request => request.WantedBody).MaximumLength(100);
            RuleFor(request => request.Judge).MaximumLength(100);
            RuleFor(request => request.ServiceAddress).MaximumLength(200);
            RuleFor(request => request.Round).InclusiveBetween(1, 20);
        }
    }

    public sealed class Handler(Referrals referrals, CaseSession session, Idempotency idempotency, NpgsqlDataSource db)
        : IRequestHandler<MakeReferral, CaseAnswer>
    {
        public async Task<CaseAnswer> Handle(MakeReferral request, CancellationToken cancellationToken)
        {
            var number = CourtCaseNumber.TryParse(request.CourtCaseNo, out var parsed)
                ? parsed.ToString() : throw ProblemException.NotFound();
            if (referrals.CourtOf(number) is null) throw Referrals.OutsideScope();
            var rows = request.Parties!.Select((party, index) => party.ToRow($"p{index + 1}")).ToList();
            var referral = request.ToDraft(number, rows);
            var content = ContentOf(referral, rows);
            var round = request.Round ?? 1;
            if (await EarlierAsync(number, round, content, cancellationToken) is { } earlier) return earlier;
            var before = (await referrals.KnownAsync([number], cancellationToken))[number]
                .FirstOrDefault(known => known.Round == round - 1);
            if (round > 1 && before is not { IsOpen: false })
                throw new ProblemException(409, "referral.roundOpen",
                    new("前一轮调解尚未结束，不能再次移送。", "The round before has not been closed, or never was: it cannot be referred again yet."));
            var (draft, command) = await referrals.PrepareAsync(referral, rows, content, round, before?.Id, cancellationToken);
            try
            {
                return await session.ActAsync(draft, command,
                    await session.ContextAsync(null, null, cancellationToken), 201, cancellationToken);
            }
            catch (PostgresException taken) when (Referrals.IsTaken(taken))
            {
                return await EarlierAsync(number, round, content, cancellationToken) ?? throw ProblemWriter.ForStatus(503);
            }
        }

        private async Task<CaseAnswer?> EarlierAsync(string number, int round, byte[] content, CancellationToken cancellationToken)
        {
            if ((await referrals.KnownAsync([number], cancellationToken))[number]
                .FirstOrDefault(known => known.Round == round) is not { } known)
                return null;
            if (!known.Has(content)) throw Referrals.Conflict(known.CaseNo);
            var answer = await session.ShowAsync(known.Id.ToString("D"), cancellationToken);
            return CaseAnswer.Repeated(await idempotency.KeepAloneAsync(db, answer.Kept, cancellationToken));
        }
    }

    /// <summary>
    /// As the batch file counts it, so that either way of sending is a repeat of the other; what a file cannot say comes on top.
    /// </summary>
    private static byte[] ContentOf(ReferralDraft referral, List<PartyRow> rows) =>
        rows.TrueForAll(row => row is { Minor: false, Address: null, Representatives.Count: 0 })
            ? referral.ContentHash()
            : CaseDraft.ContentHash(Convert.ToHexString(referral.ContentHash())
                + JsonSerializer.Serialize(rows.Select(row => new { row.Minor, row.Address, row.Representatives }), ApiJson.Output));

    private ReferralDraft ToDraft(string number, List<PartyRow> rows) =>
        new(number, null, CourtText.Text(Cause!), ReceivedOn!.Value, Track!.Value,
            Track == Domain.Track.Entrusted ? Procedure ?? Domain.Procedure.Summary : Procedure, Category, Division!, Amount,
            CourtText.Text(Facts!),
            [.. rows.Select(row => new ReferralParty(row.Side, row.Kind, row.Name, row.IdentityNumber, row.CreditCode, row.Phone))],
            Given(WantedBody), FiledOn, Given(Judge), Given(ServiceAddress), null);

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : CourtText.Text(text);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/referrals", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<MakeReferral>(http)).SendAsync<CaseAnswer>(answer => answer.Kept)))
        .WithName(nameof(MakeReferral)).WithTags("Courts").WithMetadata(new BodyOf(typeof(MakeReferral)))
        .Produces<CaseView>(201).Produces<CaseView>().ProducesProblems(409);
}
