using System.Text.Json;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>Adds an item to a checklist of the risk light. To weigh one anew, end it and add another with a code of its own.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record AddRiskItem : IRequest<StoredAnswer>, IEndpoint
{
    /// <summary>Letters, digits, dots and hyphens; never used again.</summary>
    public string? Code { get; init; }

    public RiskList? List { get; init; }

    /// <summary>The category whose disputes it is for; every category by default.</summary>
    public string? Category { get; init; }

    public string? NameZh { get; init; }
    public string? NameEn { get; init; }

    /// <summary>1 to 3: one point makes a case yellow, three make it red.</summary>
    public int? Points { get; init; }

    /// <summary>First day on which it may be ticked (Asia/Shanghai); today by default.</summary>
    public DateOnly? From { get; init; }

    public static AddRiskItem Example =>
        new() { Code = "sign.arson", List = RiskList.Sign, NameZh = "扬言纵火", NameEn = "Threatens arson", Points = 3 };

    public sealed class Validator : AbstractValidator<AddRiskItem>
    {
        public Validator()
        {
            RuleFor(request => request.Code).NotEmpty().Must(code => string.IsNullOrEmpty(code)
                || (code.Length is >= 2 and <= 40 && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-')))
                .Saying("代码为 2 至 40 个字母、数字、点或连字符。", "A code has 2 to 40 letters, digits, dots or hyphens.");
            RuleFor(request => request.List).NotNull();
            RuleFor(request => request.Category).Must(category => category is null || Domain.Category.Exists(category))
                .Saying("没有这个纠纷类型，请填 01 至 19 或 99。", "There is no such category: give 01 to 19 or 99.");
            RuleFor(request => request.NameZh).NotEmpty().MaximumLength(60);
            RuleFor(request => request.NameEn).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Points).NotNull().InclusiveBetween(1, RiskScore.Red);
            RuleFor(request => request.From).Must(from => from is null || from.Value.Year is >= 2000 and < 2100)
                .Saying("请核对日期。", "Check the date.");
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<AddRiskItem, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(AddRiskItem request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var item = new RiskItem(request.Code!, request.List!.Value, request.Category,
                new(request.NameZh!.Trim(), request.NameEn!.Trim()), request.Points!.Value, request.From ?? ShanghaiTime.DateOf(now), null);
            var answer = new StoredAnswer(201, null, null, JsonSerializer.SerializeToUtf8Bytes(RiskItemView.Of(item), ApiJson.Output));
            await using var batch = db.CreateBatch();
            CaseBatch.Put(batch, """
                insert into risk_item (code, list, category, name_zh, name_en, points, from_date, created_by, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, item.Code, item.List.Camel(), item.Category, item.Name.Zh, item.Name.En, (short)item.Points, item.From,
                caller.Value.User, now.UtcDateTime);
            try
            {
                return await idempotency.WriteAsync(db, batch, answer, null, cancellationToken);
            }
            catch (PostgresException taken)
                when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "risk_item_pkey" })
            {
                throw new ProblemException(422, "code.taken", new("该代码已使用过，请换一个。", "This code has been used: choose another."))
                {
                    Fields = new Dictionary<string, IReadOnlyList<Message>>
                    { ["code"] = [new("该代码已使用过，请换一个。", "This code has been used: choose another.")] },
                };
            }
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/policies/risk-items", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<AddRiskItem>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(AddRiskItem)).WithTags("Policies").WithMetadata(new BodyOf(typeof(AddRiskItem)))
        .Produces<RiskItemView>(201);
}
