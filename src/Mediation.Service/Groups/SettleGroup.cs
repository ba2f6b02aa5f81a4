using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Closure;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Groups;

/// <summary>
/// One agreement text with a sum for each case. Who represents with special authority signs once for all who gave it to him,
/// and the respondents once for all cases; each case gets an agreement of its own (人民调解法 art. 29), or says what it lacks.
/// </summary>
[Requires(Permission.Conduct)]
public sealed record SettleGroup : GroupActRequest
{
    public Text? Common { get; init; }
    public IReadOnlyList<Sum>? PerCase { get; init; }

    /// <param name="What">What the sum is paid for.</param>
    /// <param name="DueOn">By when each sum is paid.</param>
    /// <param name="SignedOn">Not in the future; the business date unless told.</param>
    /// <param name="SignedBy">Name of the representative who signs for all who gave him special authority.</param>
    /// <param name="RespondentsSigned">The respondents signed themselves, once for all cases.</param>
    public sealed record Text(
        AgreementForm? Form, string? Facts, string? Issues, string? Way, bool? Sealed, DateOnly? SignedOn, string? What, DateOnly? DueOn, string? SignedBy, bool? RespondentsSigned, bool? MediatorSigned);

    /// <param name="Case">UUID or case number.</param>
    /// <param name="Amount">Yuan.</param>
    /// <param name="Version">The version that was seen; without it the case is taken as it stands.</param>
    /// <param name="Obligor">Party id; the first respondent unless told.</param>
    /// <param name="Obligee">Party id; the first applicant unless told.</param>
    /// <param name="Signatures">Who else signed in this case, e.g. an applicant himself: p1.</param>
    public sealed record Sum(string? Case, decimal? Amount, int? Version, string? Obligor, string? Obligee, IReadOnlyList<string>? Signatures);

    public static SettleGroup Example => new()
    {
        Common = new Text(AgreementForm.Written, "公司拖欠三十名工人工资", "各人工资数额", "银行转账", true, new DateOnly(2026, 11, 20), "支付拖欠工资", new DateOnly(2026, 12, 20), "王代理", true, true),
        PerCase = [new Sum("430104-2026-00000001", 12000.00m, null, null, null, null), new Sum("430104-2026-00000002", 9800.50m, null, null, null, ["p1"])],
    };

    public override SeenCase? Seen(Case state) => Of(state) is { } sum ? new SeenCase(sum.Case, sum.Version) : null;

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

    /// <summary>Whether a representative may sign is decided case by case: who gave him only general authority is named by the refusal.</summary>
    private List<string> Signatures(StoredCase stored, Sum sum)
    {
        var signatures = new List<string>(sum.Signatures ?? []);
        foreach (var party in stored.State.Parties.Where(party => !signatures.Exists(signature => signature.Split('.')[0] == party.Id)))
        {
            var by = Common!.SignedBy is { } name ? stored.Party(party.Id)?.Representatives.ToList().FindIndex(person => person.Name == name.Trim()) ?? -1 : -1;
            if (by >= 0) signatures.Add($"{party.Id}.r{by + 1}");
            else if (party.Side == Side.Respondent && Common.RespondentsSigned == true) signatures.Add(party.Id);
        }

        if (Common!.MediatorSigned == true) signatures.Add("mediator");
        return signatures;
    }

    private Sum? Of(Case state) => PerCase!.FirstOrDefault(sum => new SeenCase(sum.Case, null).Is(state));

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
            RuleFor(request => request.PerCase).NotEmpty().Must(sums => sums is null || sums.Count <= CaseGroups.Most).Saying($"请填写 1 至 {CaseGroups.Most} 件的金额。", $"Give the sums of 1 to {CaseGroups.Most} cases.");
            RuleFor(request => request.PerCase).Must(sums => sums is null || sums.Select(sum => sum?.Case).Distinct(StringComparer.OrdinalIgnoreCase).Count() == sums.Count)
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
        public Task<GroupAnswer> Handle(SettleGroup request, CancellationToken cancellationToken) => run.RunAsync(request, cancellationToken);
    }
}
