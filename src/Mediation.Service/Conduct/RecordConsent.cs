using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Records whether a party wants to be mediated (调解意愿): nobody is mediated against his will (人民调解法 art. 17).</summary>
[Requires(Permission.Conduct), CaseRoute("consents")]
public sealed record RecordConsent : CaseActionRequest
{
    /// <summary>Party id.</summary>
    [Ask(Ask.Party, Required = true)]
    public string? Party { get; init; }

    [Ask(Ask.YesNo, Required = true)]
    public bool? Given { get; init; }

    /// <summary>In what way it was said: in writing, by phone, …</summary>
    [Ask(Ask.Line, Required = true)]
    public string? How { get; init; }

    public static RecordConsent Example => new() { Party = "p1", Given = true, How = "书面" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.RecordConsent(Party!, Given!.Value, draft.Text("how", How!)));

    public sealed class Validator : CaseActionValidator<RecordConsent>
    {
        public Validator()
        {
            RuleFor(request => request.Party).NotEmpty().MaximumLength(10);
            RuleFor(request => request.Given).NotNull();
            RuleFor(request => request.How).NotEmpty().MaximumLength(100);
        }
    }
}
