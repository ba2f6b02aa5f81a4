using System.Text.Json;
using FluentValidation;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Http.Timeouts;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>
/// Loads a past month's published figures of the system before this one (历史数据), to compare with. Again for the same month: replaces them.
/// </summary>
[Requires(Permission.SubmitMonth)]
public sealed record LoadHistory : IRequest<StoredAnswer>, IEndpoint
{
    /// <summary>YYYY-MM.</summary>
    public string? Month { get; init; }

    /// <summary>Whose figures; the caller's own by default.</summary>
    public string? Division { get; init; }

    public string? Body { get; init; }

    /// <summary>Where they were published.</summary>
    public string? Source { get; init; }

    /// <summary>Named as in the rows of the monthly report.</summary>
    public IReadOnlyDictionary<string, decimal>? Figures { get; init; }

    public static LoadHistory Example => new()
    {
        Month = "2025-10",
        Source = "2025年10月人民调解统计报表",
        Figures = new Dictionary<string, decimal> { ["accepted"] = 1028, ["settled"] = 993 },
    };

    public sealed record Stored(string Month, string Scope, int Figures);

    public sealed class Validator : AbstractValidator<LoadHistory>
    {
        public Validator()
        {
            RuleFor(request => request.Month).NotEmpty().Must(month => month is null || AskedPeriod.IsMonth(month))
                .Saying("月份应写作 2025-10。", "Write the month as 2025-10.");
            RuleFor(request => request.Division).MaximumLength(12);
            RuleFor(request => request.Body).MaximumLength(100);
            RuleFor(request => request.Source).NotEmpty().MaximumLength(200);
            RuleFor(request => request.Figures).NotEmpty()
                .Must(figures => figures is null || figures.Keys.All(name => ReportColumns.Find(name) is not null))
                .Saying("含有月报中没有的数字名称，请按月报的列名填写。", "Holds a figure that the monthly report has not: use the names of its rows.");
            RuleFor(request => request.Figures).Must(figures =>
                figures is null || figures.Values.All(value => value is >= 0 and < 1_000_000_000_000m && decimal.Round(value, 2) == value))
                .Saying("数字应为不小于 0、最多两位小数的数。", "Give figures of 0 or more with at most two decimals.");
        }
    }

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<LoadHistory, StoredAnswer>
    {
        private static readonly Refusal OwnMonth = new("history.own",
            new("该月已有本系统统计的数据，不能再录入历史数据。", "The service has counted this month itself; no figures of another system are taken for it."));

        public async Task<StoredAnswer> Handle(LoadHistory request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.FirstDay(request.Month!);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            if (await KnownFigures.HasOwnAsync(connection, scope, month, cancellationToken)) throw ProblemException.Of(OwnMonth);
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(new Stored(request.Month!, scope.Code, request.Figures!.Count), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new("delete from report_history where scope = $1 and month = $2")
            { Parameters = { new() { Value = scope.Code }, new() { Value = month } } });
            batch.BatchCommands.Add(new("""
                insert into report_history (scope, month, figure, value, source, entered_by, entered_at)
                select $1, $2, figure, value, $5, $6, $7 from unnest($3, $4) loaded (figure, value)
                """)
            {
                Parameters =
                {
                    new() { Value = scope.Code }, new() { Value = month }, new() { Value = request.Figures.Keys.ToArray() },
                    new() { Value = request.Figures.Values.ToArray() }, new() { Value = request.Source! },
                    new() { Value = caller.Value.User }, new() { Value = clock.GetUtcNow().UtcDateTime },
                },
            });
            return await idempotency.WriteAsync(db, batch, answer, null, cancellationToken);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/reports/history", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<LoadHistory>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(LoadHistory)).WithTags("Reports").WithMetadata(new RequestTimeoutAttribute(LimitsSetup.Files))
        .WithMetadata(new BodyOf(typeof(LoadHistory)))
        .Produces<Stored>().ProducesProblems(404, 409);
}
