using System.Text.Json;
using FluentValidation;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Areas;

/// <summary>Puts an area on the watch list (重点地区挂牌), with its day and reason.</summary>
[Requires(Permission.WatchAreas)]
public sealed record WatchArea : AreaAct, IEndpoint
{
    public static WatchArea Example => new() { Division = "430104001", On = new(2026, 11, 20), Reason = "纠纷数量连续两月明显上升。" };

    public sealed class Validator : AreaActValidator<WatchArea>;

    public sealed class Handler(AreaActs acts) : IRequestHandler<WatchArea, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(WatchArea request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, 201, AreaScore.AlreadyListed, """
                insert into area_listing (division, listed_on, list_reason, listed_by, listed_at)
                values ($1, $2, $3, $4, $5) returning listed_on
                """, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => AreaActs.Map<WatchArea>(app, "/api/v1/reports/areas/watch", 201);
}

/// <summary>Takes an area off the watch list (摘牌), with its day and reason; both days belong to the listing.</summary>
[Requires(Permission.WatchAreas)]
public sealed record UnwatchArea : AreaAct, IEndpoint
{
    public static UnwatchArea Example => new() { Division = "430104001", On = new(2026, 11, 20), Reason = "整治达标。" };

    public sealed class Validator : AreaActValidator<UnwatchArea>;

    public sealed class Handler(AreaActs acts) : IRequestHandler<UnwatchArea, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(UnwatchArea request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, 200, AreaScore.NotListed, """
                update area_listing set delisted_on = $2, delist_reason = $3, delisted_by = $4, delisted_at = $5
                where division = $1 and delisted_on is null and listed_on <= $2 returning listed_on
                """, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => AreaActs.Map<UnwatchArea>(app, "/api/v1/reports/areas/watch/end", 200);
}

public abstract record AreaAct : IRequest<StoredAnswer>
{
    public string? Division { get; init; }

    /// <summary>Not after today (Asia/Shanghai).</summary>
    public DateOnly? On { get; init; }

    public string? Reason { get; init; }
}

public abstract class AreaActValidator<T> : AbstractValidator<T> where T : AreaAct
{
    protected AreaActValidator()
    {
        RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
        RuleFor(request => request.On).NotNull();
        RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
    }
}

/// <summary>Changes the watch list within the caller's subtree; the database keeps an area on it once at a time.</summary>
public sealed class AreaActs(ReportScopes scopes, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
{
    public sealed record Done(string Division, DateOnly ListedOn, DateOnly? DelistedOn);

    /// <param name="sql">
    /// Writes one row from division, day, reason, user and instant, and gives the day of its listing; none where the rule refuses.
    /// </param>
    public async Task<StoredAnswer> TakeAsync(
        AreaAct request, int status, Domain.Refusal refusal, string sql, CancellationToken cancellationToken)
    {
        var (scope, on, now) = (await scopes.FindDivisionAsync(request.Division!, cancellationToken), request.On!.Value, clock.GetUtcNow());
        if (on > ShanghaiTime.DateOf(now))
            throw new ProblemException(409, "date.future", new("日期不能晚于今天。", "The date may not lie after today."));
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            foreach (var value in new object[] { scope.Code, on, request.Reason!.Trim(), caller.Value.User, now.UtcDateTime })
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            if (await command.ExecuteScalarAsync(cancellationToken) is not { } listed) throw ProblemException.Of(refusal);
            var listedOn = listed is DateOnly day ? day : DateOnly.FromDateTime((DateTime)listed);
            var answer = new StoredAnswer(status, null, null,
                JsonSerializer.SerializeToUtf8Bytes(new Done(scope.Code, listedOn, status == 201 ? null : on), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState is PostgresErrorCodes.ExclusionViolation
            || taken.ConstraintName == "area_listing_pkey")
        {
            await transaction.RollbackAsync(cancellationToken);
            return await idempotency.FindAsync(db, cancellationToken) ?? throw ProblemException.Of(refusal);
        }
    }

    public static void Map<T>(IEndpointRouteBuilder app, string path, int status) where T : AreaAct =>
        app.MapPost(path, (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<T>(http)).SendAsync<StoredAnswer>(answer => answer)))
            .WithName(typeof(T).Name).WithTags("Reports").WithMetadata(new BodyOf(typeof(T))).Produces<Done>(status).ProducesProblems(409);
}
