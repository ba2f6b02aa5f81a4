using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>Ends an item of a checklist: its last day. Cases in which it was ticked keep it.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record EndRiskItem : IRequest<StoredAnswer>, IEndpoint
{
    [JsonIgnore]
    public string Item { get; set; } = "";

    /// <summary>The last day on which it may be ticked (Asia/Shanghai); the day before its first withdraws it.</summary>
    public DateOnly? To { get; init; }

    public static EndRiskItem Example => new() { To = new(2027, 6, 30) };

    public sealed class Validator : AbstractValidator<EndRiskItem>
    {
        public Validator() => RuleFor(request => request.To).NotNull();
    }

    public sealed class Handler(NpgsqlDataSource db, RiskItems items, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<EndRiskItem, StoredAnswer>
    {
        private static readonly Refusal TooEarly = Refusals.Invalid("item.to", "to", "不能早于启用日的前一日。",
            "Not before the day that precedes its first.");

        public async Task<StoredAnswer> Handle(EndRiskItem request, CancellationToken cancellationToken)
        {
            var item = (await items.AllAsync(cancellationToken)).FirstOrDefault(one => one.Code == request.Item)
                ?? throw ProblemException.NotFound();
            var ended = item with { To = request.To };
            if (ended.To < item.From.AddDays(-1)) throw ProblemException.Of(TooEarly);
            var answer = new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(RiskItemView.Of(ended), ApiJson.Output));
            await using var batch = db.CreateBatch();
            CaseBatch.Put(batch, "update risk_item set to_date = $2, ended_by = $3, ended_at = $4 where code = $1",
                ended.Code, ended.To, caller.Value.User, clock.GetUtcNow().UtcDateTime);
            return await idempotency.WriteAsync(db, batch, answer, null, cancellationToken);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/policies/risk-items/{item}/end", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<EndRiskItem>(http, request => request.Item = (string)http.GetRouteValue("item")!))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(nameof(EndRiskItem)).WithTags("Policies").WithMetadata(new BodyOf(typeof(EndRiskItem)))
            .Produces<RiskItemView>();
}
