using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>
/// Sets how dangerous the matter is (风险等级), by the items of the checklist or by hand. Red is told to the centre and the
/// body at once.
/// </summary>
[Requires(Permission.SetRisk), CaseRoute("risk")]
public sealed record SetRisk : CaseActionRequest
{
    public Risk? Level { get; init; }

    /// <summary>Codes of the checklist.</summary>
    public IReadOnlyList<string>? Items { get; init; }

    /// <summary>Last day on which it holds.</summary>
    public DateOnly? Until { get; init; }

    public string? Reason { get; init; }

    public static SetRisk Example => new() { Level = Risk.Yellow, Reason = "双方情绪激动" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.SetRisk(Level, Items ?? [], Until, draft.Text("reason", Reason!)));

    public sealed class Validator : CaseActionValidator<SetRisk>
    {
        public Validator()
        {
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
            RuleFor(request => request.Level).NotNull().When(request => request.Items is null or { Count: 0 });
            RuleFor(request => request.Items).Must(items => items is null || (items.Count <= 50 && items.All(item => item is { Length: > 0 and <= 50 })))
                .Saying("最多 50 项。", "At most 50 items.");
        }
    }
}
