using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>
/// Records an agreement on a part (部分达成协议). The rest goes on here, fails, or is split off into a linked case of its own
/// that starts anew at the same desk.
/// </summary>
[Requires(Permission.Conduct), CaseRoute("partial-settle")]
public sealed record SettlePartially : AgreementRequest
{
    /// <summary>Party ids; or say the issues.</summary>
    [Ask(Ask.Parties)]
    public IReadOnlyList<string>? SettledParties { get; init; }

    [Ask(Ask.Area)]
    public string? SettledIssues { get; init; }

    [Ask(Ask.Value, Required = true)]
    public Rest? Rest { get; init; }

    public static SettlePartially Example => new()
    {
        Form = AgreementForm.Oral,
        Facts = "修车费数额无争议",
        SettledIssues = "修车费",
        Rest = Domain.Cases.Rest.Continue,
        Terms = [new() { Obligor = "p2", Obligee = "p1", What = "支付修车费", Amount = 1500.00m, DueOn = new DateOnly(2026, 12, 1) }],
    };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        Guid? rest = Rest == Domain.Cases.Rest.Split ? await draft.SplitOffAsync(SettledParties ?? [], cancellationToken) : null;
        return new CaseCommand.SettlePartially(Draft(draft), SettledParties ?? [],
            draft.OptionalText("settledIssues", SettledIssues), Rest!.Value, rest);
    }

    public sealed class Validator : AgreementValidator<SettlePartially>
    {
        public Validator()
        {
            RuleFor(request => request.Rest).NotNull();
            RuleFor(request => request.SettledParties).PartyIds();
            RuleFor(request => request.SettledIssues).MaximumLength(1000);
            RuleFor(request => request.SettledIssues)
                .Must((request, issues) => !string.IsNullOrWhiteSpace(issues) || request.SettledParties is { Count: > 0 })
                .Saying("请写明已达成协议的当事人或事项。", "Say which parties or issues are settled.");
        }
    }
}
