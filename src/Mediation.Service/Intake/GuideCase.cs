using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Intake;

/// <summary>Guides the party to another way (引导其他途径), such as arbitration or legal aid.</summary>
[Requires(Permission.Triage), CaseRoute("guide")]
public sealed record GuideCase : CaseActionRequest
{
    [Ask(Ask.Value, Required = true)]
    public GuideRoute? Route { get; init; }

    public static GuideCase Example => new() { Route = GuideRoute.LegalAid };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Guide(Route!.Value));

    public sealed class Validator : CaseActionValidator<GuideCase>
    {
        public Validator() => RuleFor(request => request.Route).NotNull();
    }
}
