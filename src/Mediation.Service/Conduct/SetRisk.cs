using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Lights;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>
/// Sets how dangerous the matter is (风险等级), by the items of the checklist or by hand. Red is told to the centre and the
/// body at once.
/// </summary>
[Requires(Permission.SetRisk), CaseRoute("risk", Secondary = true)]
public sealed record SetRisk : CaseActionRequest
{
    [Ask(Ask.Value)]
    public Risk? Level { get; init; }

    /// <summary>Codes of the checklist's items, or their names; without them those that are ticked stay.</summary>
    [Ask(Ask.RiskItems)]
    public IReadOnlyList<string>? Items { get; init; }

    /// <summary>Last day on which it holds; on the next a level set by hand gives way to what the checklist says.</summary>
    [Ask(Ask.Date)]
    public DateOnly? Until { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static SetRisk Example => new() { Items = ["sign.petition", "tag.mass"], Reason = "双方情绪激动，多次聚集" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var ticked = await TickedAsync(draft, cancellationToken);
        return new CaseCommand.SetRisk(Level, [.. ticked.Select(item => item.Code)], Until, draft.Text("reason", Reason!))
        { Points = ticked.Sum(item => item.Points) };
    }

    /// <exception cref="ProblemException">422 where an item is on no checklist of this case's category.</exception>
    private async Task<IReadOnlyList<RiskItem>> TickedAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var (c, on) = (draft.Case, On ?? draft.Today);
        if (Items is null && c.RiskItems.Count == 0) return [];
        var known = await new RiskItems(draft.Db).AllAsync(cancellationToken);
        if (Items is null) return [.. known.Where(item => c.RiskItems.Contains(item.Code))];
        var ticked = new List<RiskItem>();
        foreach (var asked in Items)
        {
            // What was ticked before stays possible when its item has ended since.
            var item = known.FirstOrDefault(
                one => (one.Code == asked || one.Name.Zh == asked) && (one.Applies(c.Category, on) || c.RiskItems.Contains(one.Code)))
                ?? throw ProblemException.Unknown("items",
                    new("含有本类纠纷风险清单中没有的事项，请从清单中选择。", "Holds an item that is on no checklist of this category: choose from the list."));
            if (!ticked.Contains(item)) ticked.Add(item);
        }

        return ticked;
    }

    public sealed class Validator : CaseActionValidator<SetRisk>
    {
        public Validator()
        {
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
            RuleFor(request => request.Level).NotNull().When(request => request.Items is null);
            RuleFor(request => request.Items)
                .Must(items => items is null || (items.Count <= 50 && items.All(item => item is { Length: > 0 and <= 50 })))
                .Saying("最多 50 项。", "At most 50 items.");
        }
    }
}
