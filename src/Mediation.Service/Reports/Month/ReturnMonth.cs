using FluentValidation;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Reports.Month;

/// <summary>The division's leader sends the return back to be mended (退回).</summary>
[Requires(Permission.SignMonth)]
public sealed record ReturnMonth : MonthAct, IEndpoint
{
    public string? Reason { get; init; }

    public static ReturnMonth Example => new() { Reason = "排查件数与台账不符，请核对。" };

    public sealed class Validator : AbstractValidator<ReturnMonth>
    {
        public Validator() => RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }

    public sealed class Handler(MonthActs acts) : IRequestHandler<ReturnMonth, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(ReturnMonth request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, MonthStep.Return, request.Reason, freeze: null, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => MonthActs.Map<ReturnMonth>(app, "return");
}
