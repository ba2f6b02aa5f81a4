using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Escalation;

/// <summary>A ladder as somebody proposes it: to be tried, or to be added.</summary>
public abstract record LadderDraft
{
    public LadderNameView? Name { get; set; }

    /// <summary>Null: every clock; the same for level, category, risk and amount.</summary>
    public ClockName? Clock { get; set; }

    /// <summary>Of the body at which the case waits.</summary>
    public Level? Level { get; set; }

    public string? Category { get; set; }
    public Risk? Risk { get; set; }

    /// <summary>Yuan: cases of this amount or more.</summary>
    public decimal? AmountFrom { get; set; }

    /// <summary>First due day to which it applies (Asia/Shanghai).</summary>
    public DateOnly? From { get; set; }

    public DateOnly? To { get; set; }
    public IReadOnlyList<LadderStepView>? Steps { get; set; }

    /// <exception cref="ProblemException">422 with the field and the reason.</exception>
    public Ladder Into(IReadOnlyList<Ladder> ladders)
    {
        var ladder = new Ladder(IdFor(ladders), new Message(Name?.Zh?.Trim() ?? "", Name?.En?.Trim() ?? ""), Clock, Level,
            string.IsNullOrEmpty(Category) ? null : Category, Risk, AmountFrom, From!.Value, To,
            [.. Steps!.Select((step, index) => step.ToStep(index + 1))]);
        Refuse(LadderRules.Check(ladder, ladders));
        return ladder;
    }

    public static void Refuse(IReadOnlyDictionary<string, Message> wrong)
    {
        if (wrong.Count > 0) throw ProblemException.Of(
            new Refusal("ladder.invalid", new("这个阶梯不能成立，请按提示更正。", "This ladder cannot stand: correct the fields named."))
            { Fields = wrong });
    }

    private string IdFor(IReadOnlyList<Ladder> ladders)
    {
        var parts = new[] { Clock?.Camel(), Level?.Camel(), string.IsNullOrEmpty(Category) ? null : Category, Risk?.Camel(),
            AmountFrom is null ? null : $"{AmountFrom:0}", $"{From:yyyyMMdd}" };
        var id = string.Join('.', parts.Where(part => part is not null));
        var n = 1;
        while (ladders.Any(ladder => ladder.Id == (n == 1 ? id : $"{id}-{n}"))) n++;
        return n == 1 ? id : $"{id}-{n}";
    }

    protected static LadderStepView[] ExampleSteps =>
    [
        new() { Unit = DelayUnit.Hours, After = 0, To = LadderRung.Mediator, Ask = LadderAsk.Answer },
        new()
        {
            Unit = DelayUnit.WorkingDays,
            After = 2,
            To = LadderRung.Head,
            Ask = LadderAsk.Plan,
            Channels = [LadderChannel.Inbox, LadderChannel.Mail]
        },
        new()
        {
            Unit = DelayUnit.WorkingDays,
            After = 5,
            To = LadderRung.Centre,
            Ask = LadderAsk.Raise,
            Attempts = 3,
            RepeatEvery = 3,
            RepeatTimes = 2
        },
    ];
}

public abstract class LadderDraftValidator<T> : AbstractValidator<T> where T : LadderDraft
{
    protected LadderDraftValidator()
    {
        RuleFor(draft => draft.Name).NotNull();
        RuleFor(draft => draft.Name!.Zh).MaximumLength(100).OverridePropertyName("name.zh").When(draft => draft.Name is not null);
        RuleFor(draft => draft.Name!.En).MaximumLength(100).OverridePropertyName("name.en").When(draft => draft.Name is not null);
        RuleFor(draft => draft.Category).MaximumLength(2);
        RuleFor(draft => draft.From).NotNull();
        RuleFor(draft => draft.Steps).NotNull();
    }
}

public sealed record LadderNameView(string? Zh, string? En)
{
    public string Shown() => new Message(Zh ?? "", En ?? "").In();
}

/// <summary>One step as the API shows and takes it.</summary>
public sealed record LadderStepView
{
    public DelayUnit? Unit { get; set; }

    /// <summary>From the end of the due day.</summary>
    public int? After { get; set; }

    public LadderRung? To { get; set; }

    /// <summary>How many divisions above the centre's own, for above.</summary>
    public int? Up { get; set; }

    public LadderAsk? Ask { get; set; }

    /// <summary>The inbox always is one of them.</summary>
    public IReadOnlyList<LadderChannel>? Channels { get; set; }

    /// <summary>Sessions that must have been held before this step leaves the level; until then the level itself is told.</summary>
    public int? Attempts { get; set; }

    /// <summary>Comes again after so many units.</summary>
    public int? RepeatEvery { get; set; }

    public int? RepeatTimes { get; set; }

    public LadderStep ToStep(int number) => new(number, Unit ?? DelayUnit.WorkingDays, After ?? 0, To ?? (LadderRung)(-1))
    {
        Up = Up ?? 0,
        Ask = Ask ?? LadderAsk.Answer,
        Channels = Channels is null ? [LadderChannel.Inbox] : [.. Channels.Append(LadderChannel.Inbox).Distinct().Order()],
        Attempts = Attempts ?? 0,
        RepeatEvery = RepeatEvery ?? 0,
        RepeatTimes = RepeatTimes ?? 0,
    };

    public static LadderStepView Of(LadderStep step) => new()
    {
        Unit = step.Unit,
        After = step.After,
        To = step.To,
        Up = step.Up,
        Ask = step.Ask,
        Channels = step.Channels,
        Attempts = step.Attempts,
        RepeatEvery = step.RepeatEvery,
        RepeatTimes = step.RepeatTimes,
    };
}

/// <param name="To">The last due day; null while it goes on. The day before the first: withdrawn.</param>
public sealed record LadderView(
    string Id, LadderNameView Name, ClockName? Clock, Level? Level, string? Category, Risk? Risk, decimal? AmountFrom, DateOnly From,
    DateOnly? To, bool InForce, IReadOnlyList<LadderStepView> Steps)
{
    public static LadderView Of(Ladder ladder, DateOnly today) =>
        new(ladder.Id, new LadderNameView(ladder.Name.Zh, ladder.Name.En), ladder.Clock, ladder.Level, ladder.Category, ladder.Risk,
            ladder.AmountFrom, ladder.From, ladder.To, ladder.IsInForce(today), [.. ladder.Steps.Select(LadderStepView.Of)]);
}
