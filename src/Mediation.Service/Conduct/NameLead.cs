using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Names the leader who answers for a red or major case (包案领导).</summary>
[Requires(Permission.NameLead), CaseRoute("lead", Secondary = true)]
public sealed record NameLead : CaseActionRequest
{
    /// <summary>User name.</summary>
    [Ask(Ask.Person, Required = true)]
    public string? Person { get; init; }

    public static NameLead Example => new() { Person = "supervisor.430104" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        await draft.Directory.HasUserAsync(Person!, cancellationToken)
            ? new CaseCommand.NameLead(Person!)
            : throw ProblemException.Unknown("person", new("没有这个账号，请核对用户名。", "There is no such account: check the user name."));

    public sealed class Validator : CaseActionValidator<NameLead>
    {
        public Validator() => RuleFor(request => request.Person).NotEmpty().MaximumLength(64);
    }
}
