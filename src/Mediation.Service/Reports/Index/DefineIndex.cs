using System.Globalization;
using System.Text.Json;
using Dapper;
using FluentValidation;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Index;

/// <summary>
/// A new version of the safety index: its fourteen indicators with weights that sum to 1, from a month on. What is
/// published keeps the version that it has.
/// </summary>
[Requires(Permission.ManagePolicies)]
public sealed record DefineIndex : IRequest<StoredAnswer>, IEndpoint
{
    /// <summary>Of pg_advisory_xact_lock: versions are counted.</summary>
    private const long Lock = 0x4D454449_494E4458; // "MEDIINDX"

    /// <summary>YYYY-MM: the first month that it holds for.</summary>
    public string? FromMonth { get; init; }

    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<Item>? Items { get; init; }

    /// <param name="Code">Letters only; values are entered under it.</param>
    /// <param name="NameZh">Its name in Chinese.</param>
    /// <param name="NameEn">Its name in English.</param>
    /// <param name="Unit">Of value, target and floor.</param>
    /// <param name="Weight">Above 0, at most four decimals; all sum to 1.</param>
    /// <param name="Target">The value that scores 100.</param>
    /// <param name="Floor">The value that scores 0; above the target where less is better.</param>
    /// <param name="Measure">A rate of the monthly report in per cent; without it the value is entered.</param>
    public sealed record Item(string Code, IndexPart Part, string NameZh, string NameEn, string Unit, decimal Weight, decimal Target,
        decimal Floor, string? Measure = null);

    public static DefineIndex Example => new()
    {
        FromMonth = "2027-01",
        Items =
        [
            .. Enumerable.Range(0, SafetyIndex.Indicators)
                .Select(index => new Item("indicator" + (char)('A' + index), (IndexPart)(index % 4),
                    $"指标{index + 1}", $"Indicator {index + 1}", "%", index == 0 ? 0.22m : 0.06m, index % 2 == 0 ? 100 : 0,
                    index % 2 == 0 ? 60 : 30, index == 3 ? "successRate" : null)),
        ],
    };

    public sealed class Validator : AbstractValidator<DefineIndex>
    {
        public Validator()
        {
            RuleFor(request => request.FromMonth).NotEmpty().Must(month => month is null || AskedPeriod.IsMonth(month))
                .Saying("月份应写作 2026-10。", "Write the month as 2026-10.");
            RuleFor(request => request.Items).NotEmpty().Must(items => items is null || items.All(IsWellFormed))
                .Saying("每项应有字母代码、中英文名称、单位；权重最多四位小数，目标值与底线值最多两位小数；报表指标应为已有的比率。",
                    "Each needs a code of letters, a name in both languages and a unit; weights have at most four decimals, target and "
                        + "floor two; a measure is a rate of the monthly report.");
            RuleFor(request => request.Items).Custom((items, context) =>
            {
                if (items is not { Count: > 0 } || !items.All(IsWellFormed) || SafetyIndex.Flaw([.. items.Select(Rule)]) is not { } flaw)
                    return;
                context.AddFailure(new FluentValidation.Results.ValidationFailure(nameof(Items), flaw.En) { CustomState = flaw });
            });
        }

        private static IndexItem Rule(Item item) => new(item.Code, item.Part, item.Weight, item.Target, item.Floor);

        private static bool IsWellFormed(Item? item) =>
            item is { Code.Length: > 0 and <= 40, NameZh.Length: > 0 and <= 60, NameEn.Length: > 0 and <= 100, Unit.Length: <= 20 }
                && item.Code.All(char.IsAsciiLetter) && !string.IsNullOrWhiteSpace(item.NameZh)
                && !string.IsNullOrWhiteSpace(item.NameEn) && Enum.IsDefined(item.Part)
                && item.Weight < 1 && decimal.Round(item.Weight, 4) == item.Weight && IsPlain(item.Target) && IsPlain(item.Floor)
                && (item.Measure is null || IndexScores.Measures.Any(measure => measure.Name == item.Measure));

        private static bool IsPlain(decimal value) => value is >= -1_000_000 and <= 1_000_000 && decimal.Round(value, 2) == value;
    }

    public sealed record Defined(int Version, string FromMonth);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<DefineIndex, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(DefineIndex request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction,
                cancellationToken: cancellationToken));
            var version = await connection.ExecuteScalarAsync<int>(
                new CommandDefinition("select max(version) + 1 from index_definition", cancellationToken: cancellationToken));
            var answer = new StoredAnswer(201, null, "/api/v1/policies/safety-index",
                JsonSerializer.SerializeToUtf8Bytes(new Defined(version, request.FromMonth!), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, "insert into index_definition (version, from_month, created_by, created_at) values ($1, $2, $3, $4)",
                version, AskedPeriod.FirstDay(request.FromMonth!), caller.Value.User, clock.GetUtcNow().UtcDateTime);
            foreach (var (index, item) in request.Items!.Index())
                CaseBatch.Put(batch, """
                    insert into index_item (version, position, code, part, name_zh, name_en, unit, weight, target, floor, measure)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """, version, index + 1, item.Code, item.Part.Camel(), item.NameZh.Trim(), item.NameEn.Trim(), item.Unit.Trim(),
                    item.Weight, item.Target, item.Floor, item.Measure);
            return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/policies/safety-index", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<DefineIndex>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(DefineIndex)).WithTags("Policies").WithMetadata(new BodyOf(typeof(DefineIndex)))
        .Produces<Defined>(201).ProducesProblems(409);
}

/// <summary>The versions of the safety index, the newest first: of a month's versions the highest holds.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record ListIndexVersions : IRequest<Page<ListIndexVersions.Version>>, IEndpoint
{
    public sealed record Version(
        int Number, string FromMonth, string CreatedBy, DateTimeOffset CreatedAt, IReadOnlyList<DefineIndex.Item> Items);

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListIndexVersions, Page<Version>>
    {
        public async Task<Page<Version>> Handle(ListIndexVersions request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var versions = (await connection.QueryAsync<(int Number, DateOnly From, string By, DateTime At)>(new CommandDefinition(
                "select version, from_month, created_by, created_at from index_definition order by version desc limit 24",
                cancellationToken: cancellationToken))).AsList();
            var items = (await connection.QueryAsync<Row>(new CommandDefinition("""
                select version, code, part, name_zh, name_en, unit, trim_scale(weight) as weight, trim_scale(target) as target,
                    trim_scale(floor) as floor, measure
                from index_item where version = any(@numbers) order by version, position
                """, new { numbers = versions.Select(version => version.Number).ToArray() }, cancellationToken: cancellationToken)))
                .ToLookup(row => row.Version);
            return new Page<Version>([.. versions.Select(
                version => new Version(version.Number, version.From.ToString("yyyy-MM", CultureInfo.InvariantCulture), version.By,
                    new DateTimeOffset(version.At), [.. items[version.Number].Select(row => row.ToItem())]))], null);
        }
    }

    private sealed class Row
    {
        public int Version { get; init; }
        public string Code { get; init; } = "";
        public IndexPart Part { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string Unit { get; init; } = "";
        public decimal Weight { get; init; }
        public decimal Target { get; init; }
        public decimal Floor { get; init; }
        public string? Measure { get; init; }

        public DefineIndex.Item ToItem() => new(Code, Part, NameZh, NameEn, Unit, Weight, Target, Floor, Measure);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/safety-index", async (HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new ListIndexVersions(), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListIndexVersions)).WithTags("Policies").Produces<Page<ListIndexVersions.Version>>();
}
