using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Ends the dispute with an agreement (达成调解协议): written, oral (人民调解法 art. 28) or reconciled, which owes nothing.</summary>
[Requires(Permission.Conduct), CaseRoute("settle")]
public sealed record SettleCase : AgreementRequest
{
    public static SettleCase Example => new()
    {
        Form = AgreementForm.Written,
        Facts = "楼上漏水损坏吊顶",
        Issues = "赔偿数额",
        Way = "转账",
        Sealed = true,
        SignedOn = new DateOnly(2026, 11, 20),
        Signatures = ["p1", "p2", "mediator"],
        Terms = [new() { Obligor = "p2", Obligee = "p1", What = "赔偿修缮费", Amount = 2800.00m, DueOn = new DateOnly(2026, 12, 20) }],
    };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Settle(Draft(draft)));

    public sealed class Validator : AgreementValidator<SettleCase>;
}
