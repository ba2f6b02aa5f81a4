using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>
/// The mediator says that he is close to a party (披露利害关系), or his head records it. He goes on until he is replaced; then
/// 409 <c>conflict.ofInterest</c> keeps him from being assigned again.
/// </summary>
[Requires(Permission.Conduct), CaseRoute("disclose", Secondary = true)]
public sealed record DiscloseRelation : CaseActionRequest
{
    /// <summary>Party id.</summary>
    [Ask(Ask.Party, Required = true)]
    public string? Party { get; init; }

    /// <summary>What they are to each other, in plain words.</summary>
    [Ask(Ask.Line, "与该当事人的关系", "Relation to that party", Required = true)]
    public string? Relation { get; init; }

    public static DiscloseRelation Example => new() { Party = "p2", Relation = "曾在同一单位共事" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Disclose(Party!, draft.Text("relation", Relation!)));

    public sealed class Validator : CaseActionValidator<DiscloseRelation>
    {
        public Validator()
        {
            RuleFor(request => request.Party).NotEmpty().MaximumLength(10);
            RuleFor(request => request.Relation).NotEmpty().MaximumLength(200);
        }
    }
}
