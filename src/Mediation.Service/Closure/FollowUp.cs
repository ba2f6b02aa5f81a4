using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Records a visit or call after closing (回访): performed or not, and how satisfied (人民调解法 art. 31).</summary>
[Requires(Permission.FollowUp), CaseRoute("follow-ups")]
public sealed record FollowUp : CaseActionRequest
{
    /// <summary>In what way: visit, phone, …</summary>
    [Ask(Ask.Line, Required = true)]
    public string? Method { get; init; }

    [Ask(Ask.YesNo, Required = true)]
    public bool? Performed { get; init; }

    /// <summary>1 to 5.</summary>
    [Ask(Ask.Number)]
    public int? Satisfaction { get; init; }

    [Ask(Ask.Area)]
    public string? Remarks { get; init; }

    public static FollowUp Example => new() { Method = "电话", Satisfaction = 5, Performed = true };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.FollowUp(draft.Text("method", Method!), Satisfaction, Performed!.Value,
            draft.OptionalText("remarks", Remarks)));

    public sealed class Validator : CaseActionValidator<FollowUp>
    {
        public Validator()
        {
            RuleFor(request => request.Method).NotEmpty().MaximumLength(50);
            RuleFor(request => request.Satisfaction).InclusiveBetween(1, 5);
            RuleFor(request => request.Performed).NotNull();
            RuleFor(request => request.Remarks).MaximumLength(2000);
        }
    }
}
