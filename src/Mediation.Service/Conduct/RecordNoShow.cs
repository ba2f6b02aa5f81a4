using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Records that a party did not come to a session (缺席).</summary>
[Requires(Permission.Conduct), CaseRoute("sessions/{n}/no-show", Numbers = Ask.Session)]
public sealed record RecordNoShow : CaseActionRequest
{
    /// <summary>Party id.</summary>
    [Ask(Ask.Party, Required = true)]
    public string? Party { get; init; }

    public static RecordNoShow Example => new() { Party = "p2" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.RecordNoShow(N, Party!));

    public sealed class Validator : CaseActionValidator<RecordNoShow>
    {
        public Validator() => RuleFor(request => request.Party).NotEmpty().MaximumLength(10);
    }
}
