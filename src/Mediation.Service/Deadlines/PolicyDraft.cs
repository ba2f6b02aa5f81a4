using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Deadlines;

/// <summary>A deadline policy as somebody proposes it: to be tried, or to be added.</summary>
public abstract record PolicyDraft
{
    public ClockName? Clock { get; set; }

    /// <summary>Null: every track; the same for procedure, category and risk.</summary>
    public Track? Track { get; set; }

    public Procedure? Procedure { get; set; }
    public string? Category { get; set; }
    public Risk? Risk { get; set; }

    /// <summary>First day to which it applies (Asia/Shanghai).</summary>
    public DateOnly? From { get; set; }

    public DateOnly? To { get; set; }

    /// <summary>What sets the clock going; the usual event of this clock by default.</summary>
    public ClockEvent? Starts { get; set; }

    public ClockEvent? Stops { get; set; }
    public TimeUnit? Unit { get; set; }
    public int? Days { get; set; }

    /// <summary>A last day that is a rest day moves to the next working day; so it is for calendar days by default.</summary>
    public bool? Rolls { get; set; }

    public bool? Pauses { get; set; }
    public int? WarnWorkingDays { get; set; }

    /// <summary>Null: no extension.</summary>
    public ExtensionView? Extension { get; set; }

    public BasisView? Basis { get; set; }

    /// <summary>A rule of the house: no law sets this time.</summary>
    public bool? OfHouse { get; set; }

    /// <summary>The id of the policy that ends the day before this one begins.</summary>
    public string? Replaces { get; set; }

    /// <summary>Clocks that already run are computed again by it, each with its event; without this none of them moves.</summary>
    public bool? RunningClocks { get; set; }

    public DeadlinePolicy ToPolicy(string id)
    {
        var clock = Clock!.Value;
        return new DeadlinePolicy(id, clock, Track, Procedure, string.IsNullOrEmpty(Category) ? null : Category, Risk, From!.Value, To,
            Unit!.Value, Days!.Value, Rolls ?? Unit != TimeUnit.WorkingDays, Extension is null
                ? null : new ExtensionRule(Extension.CapDays, Extension.MaxTimes, Extension.Consent ?? ExtensionConsent.AllParties),
            Pauses ?? clock == ClockName.Term, WarnWorkingDays ?? 3, new Message(Basis!.Zh?.Trim() ?? "", Basis.En?.Trim() ?? ""))
        {
            Starts = Starts ?? ClockEvents.StartsOf(clock)[0],
            Stops = Stops ?? ClockEvents.StopsOf(clock)[0],
            OfHouse = OfHouse ?? false,
        };
    }

    /// <summary>The table as it would be: the one replaced ends the day before, or is withdrawn where it would begin later.</summary>
    /// <exception cref="ProblemException">422 with the field and the reason.</exception>
    public (DeadlinePolicy Policy, DeadlinePolicy? Ended, IReadOnlyList<DeadlinePolicy> After) Into(IReadOnlyList<DeadlinePolicy> policies)
    {
        var policy = ToPolicy(IdFor(policies));
        var ended = Replaces is { Length: > 0 } ? Ended(policies, policy) : null;
        List<DeadlinePolicy> others = [.. policies.Select(other => other.Id == ended?.Id ? ended : other)];
        Refuse(PolicyRules.Check(policy, others));
        return (policy, ended, [.. others, policy]);
    }

    public static void Refuse(IReadOnlyDictionary<string, Message> wrong)
    {
        if (wrong.Count > 0) throw ProblemException.Of(
            new Refusal("policy.invalid", new("这项规则不能成立，请按提示更正。", "This policy cannot stand: correct the fields named."))
            { Fields = wrong });
    }

    private DeadlinePolicy Ended(IReadOnlyList<DeadlinePolicy> policies, DeadlinePolicy policy)
    {
        var old = policies.FirstOrDefault(other => other.Id == Replaces)
            ?? throw ProblemException.Unknown("replaces", new("没有这项规则，请核对编号。", "There is no such policy: check its id."));
        if (old.Key != policy.Key)
            Refuse(new Dictionary<string, Message>
            { ["replaces"] = new("被替代的规则适用于另一种期限或另一类案件。", "The policy replaced is for another clock or for other cases.") });
        var last = policy.From > old.From ? policy.From.AddDays(-1) : old.From.AddDays(-1);
        return old.To < last ? old : old with { To = last };
    }

    private string IdFor(IReadOnlyList<DeadlinePolicy> policies)
    {
        var parts = new[] { Clock!.Value.Camel(), Track?.Camel(), Procedure?.Camel(), string.IsNullOrEmpty(Category) ? null : Category,
            Risk?.Camel(), $"{From:yyyyMMdd}" };
        var id = string.Join('.', parts.Where(part => part is not null));
        var n = 1;
        while (policies.Any(policy => policy.Id == (n == 1 ? id : $"{id}-{n}"))) n++;
        return n == 1 ? id : $"{id}-{n}";
    }
}

/// <summary>The shape; whether it can stand beside the others is for <see cref="PolicyRules"/> to say.</summary>
public abstract class PolicyDraftValidator<T> : AbstractValidator<T> where T : PolicyDraft
{
    protected PolicyDraftValidator()
    {
        RuleFor(draft => draft.Clock).NotNull();
        RuleFor(draft => draft.Category).MaximumLength(2);
        RuleFor(draft => draft.From).NotNull();
        RuleFor(draft => draft.Unit).NotNull();
        RuleFor(draft => draft.Days).NotNull();
        RuleFor(draft => draft.Basis).NotNull();
        RuleFor(draft => draft.Basis!.Zh).MaximumLength(300).OverridePropertyName("basis.zh").When(draft => draft.Basis is not null);
        RuleFor(draft => draft.Basis!.En).MaximumLength(300).OverridePropertyName("basis.en").When(draft => draft.Basis is not null);
        RuleFor(draft => draft.Replaces).MaximumLength(80);
    }
}
