using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>
/// What an agreement says (人民调解法 art. 28, 29). Which parts a written one needs is the domain's rule: 422 names those that lack.
/// </summary>
public abstract record AgreementRequest : CaseActionRequest
{
    [Ask(Ask.Value, Required = true)]
    public AgreementForm? Form { get; init; }

    /// <summary>Not in the future; the business date by default.</summary>
    [Ask(Ask.Date, Required = true)]
    public DateOnly? SignedOn { get; init; }

    [Ask(Ask.Area)]
    public string? Facts { get; init; }

    [Ask(Ask.Area)]
    public string? Issues { get; init; }

    [Ask(Ask.Terms)]
    public IReadOnlyList<TermInput>? Terms { get; init; }

    [Ask(Ask.Line)]
    public string? Way { get; init; }

    /// <summary>Party ids, <c>p1.r1</c> where representative 1 signs for p1, and the mediator's user name.</summary>
    [Ask(Ask.Signatures)]
    public IReadOnlyList<string>? Signatures { get; init; }

    [Ask(Ask.YesNo)]
    public bool? Sealed { get; init; }

    protected AgreementDraft Draft(CaseDraft draft) =>
        new(Form!.Value, draft.OptionalText("facts", Facts), draft.OptionalText("issues", Issues),
            [.. (Terms ?? []).Select(term => term.Draft(draft))], draft.OptionalText("way", Way), Sealed ?? false,
            SignedOn ?? On ?? draft.Today, Signatures ?? []);

    public sealed record TermInput
    {
        /// <summary>Party id.</summary>
        public string? Obligor { get; init; }

        /// <summary>Party id.</summary>
        public string? Obligee { get; init; }

        public string? What { get; init; }

        /// <summary>Yuan.</summary>
        public decimal? Amount { get; init; }

        public DateOnly? DueOn { get; init; }
        public DueAfterInput? DueAfter { get; init; }

        /// <summary>Further parties who owe it together with the obligor.</summary>
        public IReadOnlyList<string>? Jointly { get; init; }

        internal TermDraft Draft(CaseDraft draft) => new(Obligor!, Obligee!, draft.Text("term", What!), Amount, DueOn,
            DueAfter is null ? null : new DueAfter(DueAfter.Event!, DueAfter.Days!.Value), Jointly ?? []);
    }

    /// <param name="Event">Kind of an event of the case, e.g. <c>confirmationGranted</c>.</param>
    public sealed record DueAfterInput(string? Event, int? Days);

    public abstract class AgreementValidator<T> : CaseActionValidator<T> where T : AgreementRequest
    {
        protected AgreementValidator()
        {
            RuleFor(request => request.Form).NotNull();
            RuleFor(request => request.Facts).MaximumLength(5000);
            RuleFor(request => request.Issues).MaximumLength(5000);
            RuleFor(request => request.Way).MaximumLength(1000);
            RuleFor(request => request.Terms).Must(terms => terms is null or { Count: <= 100 }).Saying("最多 100 项。", "At most 100 terms.");
            RuleFor(request => request.Signatures).PartyIds(maxLength: 64);
            RuleForEach(request => request.Terms).NotNull().ChildRules(term =>
            {
                term.RuleFor(input => input.Obligor).NotEmpty().MaximumLength(10);
                term.RuleFor(input => input.Obligee).NotEmpty().MaximumLength(10);
                term.RuleFor(input => input.What).NotEmpty().MaximumLength(1000);
                term.RuleFor(input => input.Amount).Money();
                term.RuleFor(input => input.Jointly).PartyIds();
                term.RuleFor(input => input.DueAfter)
                    .Must(after => after is null || (CaseJson.IsKind(after.Event ?? "") && after.Days is >= 0 and <= 3650))
                    .Saying("请写明事件及其后天数(0 至 3650)。", "Give an event's kind and 0 to 3650 days after it.");
            });
        }
    }
}
