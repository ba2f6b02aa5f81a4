using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Closure;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Groups;

/// <summary>
/// One agreement text with a sum for each case. Who represents with special authority signs once for all who gave it to him,
/// and the respondents once for all cases; each case gets an agreement of its own (人民调解法 art. 29), or says what it lacks.
/// </summary>
[Requires(Permission.Conduct)]
public sealed record SettleGroup : GroupActRequest, IEndpoint
{
    public Text? Common { get; init; }
    public IReadOnlyList<Sum>? PerCase { get; init; }

    public sealed record Text
    {
        public AgreementForm? Form { get; init; }
        public string? Facts { get; init; }
        public string? Issues { get; init; }
        public string? Way { get; init; }
        public bool? Sealed { get; init; }

        /// <summary>Not in the future; the business date by default.</summary>
        public DateOnly? SignedOn { get; init; }

        /// <summary>What each sum is paid for.</summary>
        public string? What { get; init; }

        /// <summary>By when each sum is paid.</summary>
        public DateOnly? DueOn { get; init; }

        /// <summary>Name of the representative who signs for all who gave him special authority.</summary>
        public string? SignedBy { get; init; }

        /// <summary>The respondents signed themselves, once for all cases.</summary>
        public bool? RespondentsSigned { get; init; }

        public bool? MediatorSigned { get; init; }
    }

    public sealed record Sum
    {
        /// <summary>UUID or case number.</summary>
        public string? Case { get; init; }

        /// <summary>Yuan.</summary>
        public decimal? Amount { get; init; }

        /// <summary>The version that was seen; without it the case is taken as it stands.</summary>
        public int? Version { get; init; }

        /// <summary>Party id; the first respondent by default.</summary>
        public string? Obligor { get; init; }

        /// <summary>Party id; the first applicant by default.</summary>
        public string? Obligee { get; init; }

        /// <summary>Who else signed in this case, e.g. an applicant himself: p1.</summary>
        public IReadOnlyList<string>? Signatures { get; init; }
    }

    public static SettleGroup Example => new()
    {
        Common = new Text
        {
            Form = AgreementForm.Written,
            Facts = "公司拖欠三十名工人工资",
            Issues = "各人工资数额",
            Way = "银行转账",
            Sealed = true,
            SignedOn = new DateOnly(2026, 11, 20),
            What = "支付拖欠工资",
            DueOn = new DateOnly(2026, 12, 20),
            SignedBy = "王代理",
            RespondentsSigned = true,
            MediatorSigned = true,
        },
        PerCase = [new() { Case = "430104-2026-00000001", Amount = 12000.00m },
            new() { Case = "430104-2026-00000002", Amount = 9800.50m, Signatures = ["p1"] }],
    };

    public override SeenCase? Seen(Case state) => Of(state) is { } sum ? new SeenCase { Case = sum.Case, Version = sum.Version } : null;

    public override IEnumerable<string> Names() => PerCase!.Select(sum => sum.Case!);

    public override IReadOnlyList<CaseActionRequest> Steps(StoredCase stored)
    {
        var (c, sum, text) = (stored.State, Of(stored.State)!, Common!);
        return
        [
            new SettleCase
            {
                Form = text.Form,
                Facts = text.Facts,
                Issues = text.Issues,
                Way = text.Way,
                Sealed = text.Sealed,
                SignedOn = text.SignedOn,
                Signatures = Signatures(stored, sum),
                Terms =
                [
                    new()
                    {
                        Obligor = sum.Obligor ?? First(c, Side.Respondent),
                        Obligee = sum.Obligee ?? First(c, Side.Applicant),
                        What = text.What,
                        Amount = sum.Amount,
                        DueOn = text.DueOn,
                    },
                ],
            },
        ];
    }

    /// <summary>
    /// Whether a representative may sign is decided case by case: who gave him only general authority is named by the refusal.
    /// </summary>
    private List<string> Signatures(StoredCase stored, Sum sum)
    {
        var signatures = new List<string>(sum.Signatures ?? []);
        foreach (var party in stored.State.Parties.Where(party => !signatures.Exists(signature => signature.Split('.')[0] == party.Id)))
        {
            var by = Common!.SignedBy is { } name
                ? stored.Party(party.Id)?.Representatives.ToList().FindIndex(person => person.Name == name.Trim()) ?? -1 : -1;
            if (by >= 0) signatures.Add($"{party.Id}.r{by + 1}");
            else if (party.Side == Side.Respondent && Common.RespondentsSigned == true) signatures.Add(party.Id);
        }

        if (Common!.MediatorSigned == true) signatures.Add("mediator");
        return signatures;
    }

    private Sum? Of(Case state) => PerCase!.FirstOrDefault(sum => new SeenCase { Case = sum.Case }.Is(state));

    private static string? First(Case c, Side side) => c.Parties.FirstOrDefault(party => party.Side == side)?.Id;

    public sealed class Validator : GroupActValidator<SettleGroup>
    {
        public Validator()
        {
            RuleFor(request => request.Cases).Null().Saying("请在 perCase 中列出案件。", "Name the cases in perCase.");
            RuleFor(request => request.Common).NotNull();
            RuleFor(request => request.Common!).ChildRules(text =>
            {
                text.RuleFor(common => common.Form).NotNull().IsInEnum();
                text.RuleFor(common => common.Facts).MaximumLength(5000);
                text.RuleFor(common => common.Issues).MaximumLength(5000);
                text.RuleFor(common => common.Way).MaximumLength(1000);
                text.RuleFor(common => common.What).NotEmpty().MaximumLength(1000);
                text.RuleFor(common => common.SignedBy).MaximumLength(100);
            }).When(request => request.Common is not null);
            RuleFor(request => request.PerCase).NotEmpty().Must(sums => sums is null || sums.Count <= CaseGroups.Most)
                .Saying($"请填写 1 至 {CaseGroups.Most} 件的金额。", $"Give the sums of 1 to {CaseGroups.Most} cases.");
            RuleFor(request => request.PerCase).Must(
                sums => sums is null || sums.Select(sum => sum?.Case).Distinct(StringComparer.OrdinalIgnoreCase).Count() == sums.Count)
                .Saying("同一案件只能出现一次。", "Name each case once.");
            RuleForEach(request => request.PerCase).NotNull().ChildRules(sum =>
            {
                sum.RuleFor(row => row.Case).NotEmpty().MaximumLength(36);
                sum.RuleFor(row => row.Amount).NotNull().Money();
                sum.RuleFor(row => row.Obligor).MaximumLength(10);
                sum.RuleFor(row => row.Obligee).MaximumLength(10);
                sum.RuleFor(row => row.Signatures).PartyIds(maxLength: 64);
            });
        }
    }

    public sealed class Handler(GroupRun run) : IRequestHandler<SettleGroup, GroupAnswer>
    {
        public Task<GroupAnswer> Handle(SettleGroup request, CancellationToken cancellationToken) =>
            run.RunAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => GroupActs.Map<SettleGroup>(app, "settle");
}
