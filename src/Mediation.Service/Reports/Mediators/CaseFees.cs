using System.Text.Json;
using Dapper;
using FluentValidation;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Mediators;

/// <summary>What is paid for a settled case by grade, the newest first.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record ListCaseFees : IRequest<Page<ListCaseFees.Item>>, IEndpoint
{
    /// <param name="From">In force from this day on (Asia/Shanghai), until the next of its grade.</param>
    /// <param name="Fee">Yuan.</param>
    public sealed record Item(CaseGrade Grade, DateOnly From, decimal Fee, string Basis);

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListCaseFees, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListCaseFees request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<(string Grade, DateTime From, decimal Fee, string Basis)>(new CommandDefinition(
                "select grade, from_date::timestamp, fee, basis from case_fee", cancellationToken: cancellationToken));
            return new Page<Item>([.. rows.Select(
                row => new Item(Enum.Parse<CaseGrade>(row.Grade, ignoreCase: true), DateOnly.FromDateTime(row.From), row.Fee, row.Basis))
                .OrderBy(item => item.Grade).ThenByDescending(item => item.From)], null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/policies/fees", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListCaseFees(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListCaseFees)).WithTags("Policies").Produces<Page<Item>>();
}

/// <summary>Sets the fee of a grade from a day on. One that is set is never changed; another day begins another.</summary>
[Requires(Permission.ManagePolicies)]
public sealed record SetCaseFee : IRequest<StoredAnswer>, IEndpoint
{
    public CaseGrade? Grade { get; init; }

    /// <summary>First day on which it is in force (Asia/Shanghai).</summary>
    public DateOnly? From { get; init; }

    /// <summary>Yuan.</summary>
    public decimal? Fee { get; init; }

    /// <summary>The paper that sets it.</summary>
    public string? Basis { get; init; }

    public static SetCaseFee Example =>
        new() { Grade = CaseGrade.Complex, From = new DateOnly(2026, 1, 1), Fee = 300, Basis = "区司法局、财政局以案定补办法" };

    public sealed class Validator : AbstractValidator<SetCaseFee>
    {
        public Validator()
        {
            RuleFor(request => request.Grade).NotNull().IsInEnum();
            RuleFor(request => request.From).NotNull().Must(from => from is null || from.Value.Year is >= 2000 and < 2100)
                .Saying("请核对日期。", "Check the date.");
            RuleFor(request => request.Fee).NotNull().InclusiveBetween(0, 1_000_000)
                .Must(fee => fee is null || decimal.Round(fee.Value, 2) == fee)
                .Saying("金额最多两位小数。", "An amount has at most two decimals.");
            RuleFor(request => request.Basis).NotEmpty().MaximumLength(200);
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<SetCaseFee, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(SetCaseFee request, CancellationToken cancellationToken)
        {
            var item = new ListCaseFees.Item(request.Grade!.Value, request.From!.Value, request.Fee!.Value, request.Basis!.Trim());
            var answer = new StoredAnswer(201, null, null, JsonSerializer.SerializeToUtf8Bytes(item, ApiJson.Output));
            await using var batch = db.CreateBatch();
            CaseBatch.Put(batch,
                "insert into case_fee (grade, from_date, fee, basis, created_by, created_at) values ($1, $2, $3, $4, $5, $6)",
                item.Grade.Camel(), item.From, item.Fee, item.Basis, caller.Value.User, clock.GetUtcNow().UtcDateTime);
            try
            {
                return await idempotency.WriteAsync(db, batch, answer, null, cancellationToken);
            }
            catch (PostgresException exists) when (exists.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                throw new ProblemException(409, "fee.exists",
                    new("该等级在这一天已有标准，不能更改。请另选起始日期。", "This grade has a fee from that day on, which stays. Choose another day."));
            }
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/policies/fees", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<SetCaseFee>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(SetCaseFee)).WithTags("Policies").WithMetadata(new BodyOf(typeof(SetCaseFee)))
        .Produces<ListCaseFees.Item>(201).ProducesProblems(409);
}
