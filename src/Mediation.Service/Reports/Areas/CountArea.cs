using System.Text.Json;
using FluentValidation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Index;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Areas;

/// <summary>
/// Reports an area's accidents and criminal cases of a month, for the three zeros (三无). The latest report holds; none is overwritten.
/// </summary>
[Requires(Permission.EnterIndex)]
public sealed record CountArea : IRequest<StoredAnswer>, IEndpoint
{
    public string? Division { get; init; }

    /// <summary>YYYY-MM, begun.</summary>
    public string? Month { get; init; }

    public int? Accidents { get; init; }
    public int? Crimes { get; init; }

    public static CountArea Example => new() { Division = "430104001", Month = "2026-10", Accidents = 0, Crimes = 0 };

    public sealed record Counted(string Division, string Month, int Accidents, int Crimes);

    public sealed class Validator : AbstractValidator<CountArea>
    {
        public Validator()
        {
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.Month).NotEmpty().Must(month => month is null || AskedPeriod.IsMonth(month))
                .Saying("月份应写作 2026-10。", "Write the month as 2026-10.");
            RuleFor(request => request.Accidents).NotNull().InclusiveBetween(0, 100_000);
            RuleFor(request => request.Crimes).NotNull().InclusiveBetween(0, 100_000);
        }
    }

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<CountArea, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(CountArea request, CancellationToken cancellationToken)
        {
            var month = AskedPeriod.BegunMonth(request.Month!, clock);
            var scope = await scopes.FindDivisionAsync(request.Division!, cancellationToken);
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(
                    new Counted(scope.Code, request.Month!, request.Accidents!.Value, request.Crimes!.Value), ApiJson.Output));
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await PublishIndex.LockAsync(connection, scope, month, cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, """
                insert into area_count (division, month, n, accidents, crimes, entered_by, entered_at)
                select $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6 from area_count where division = $1 and month = $2
                """, scope.Code, month, request.Accidents!.Value, request.Crimes!.Value, caller.Value.User, clock.GetUtcNow().UtcDateTime);
            return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPut("/api/v1/reports/areas/counts", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<CountArea>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(CountArea)).WithTags("Reports").WithMetadata(new BodyOf(typeof(CountArea)))
        .Produces<Counted>().ProducesProblems(404, 409);
}
