using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Records a session that was held (调解笔录): who came, and what was said.</summary>
[Requires(Permission.Conduct), CaseRoute("sessions/{n}/held", Numbers = Ask.Session)]
public sealed record HoldSession : CaseActionRequest
{
    /// <summary>Party ids.</summary>
    [Ask(Ask.Parties, Required = true)]
    public IReadOnlyList<string>? Attendance { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Record { get; init; }

    public static HoldSession Example => new() { Attendance = ["p1", "p2"], Record = "双方陈述事实,调解员释明规定" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.HoldSession(N, Attendance!, draft.Text("record", Record!)));

    public sealed class Validator : CaseActionValidator<HoldSession>
    {
        public Validator()
        {
            RuleFor(request => request.Attendance).NotEmpty().PartyIds();
            RuleFor(request => request.Record).NotEmpty().MaximumLength(20_000);
        }
    }
}
