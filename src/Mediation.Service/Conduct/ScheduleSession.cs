using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>Fixes a session (安排调解) with its place and kind.</summary>
[Requires(Permission.Conduct), CaseRoute("sessions")]
public sealed record ScheduleSession : CaseActionRequest
{
    /// <summary>RFC 3339 with its offset.</summary>
    [Ask(Ask.Moment, Required = true)]
    public DateTimeOffset? StartsAt { get; init; }

    [Ask(Ask.Number, Required = true)]
    public int? Minutes { get; init; }

    [Ask(Ask.Line, Required = true)]
    public string? Place { get; init; }

    [Ask(Ask.Value, Required = true)]
    public SessionKind? Kind { get; init; }

    public static ScheduleSession Example => new()
    { StartsAt = new DateTimeOffset(2026, 11, 25, 1, 0, 0, TimeSpan.Zero), Minutes = 90, Place = "社区调解室", Kind = SessionKind.InPerson };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.ScheduleSession(StartsAt!.Value.ToUniversalTime(), Minutes!.Value, draft.Text("place", Place!), Kind!.Value));

    public sealed class Validator : CaseActionValidator<ScheduleSession>
    {
        public Validator()
        {
            RuleFor(request => request.StartsAt).NotNull().Must(at => at is null || at.Value.Year is > 2000 and < 2100)
                .Saying("请填写时间，如 2026-11-25T09:00:00+08:00。", "Give the time, e.g. 2026-11-25T09:00:00+08:00.");
            RuleFor(request => request.Minutes).NotNull().InclusiveBetween(1, 1440);
            RuleFor(request => request.Place).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Kind).NotNull();
        }
    }
}
