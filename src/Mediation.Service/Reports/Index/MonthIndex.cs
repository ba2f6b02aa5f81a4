using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Index;

/// <summary>
/// The safety index of a division and month (平安指数): four groups, fourteen indicators, weights that sum to 1. Values are
/// entered, or are a rate of the month. Once published it is frozen; what is entered later stands beside it.
/// </summary>
/// <param name="Month">YYYY-MM, begun.</param>
/// <param name="Division">One's own, or one below it.</param>
[Requires(Permission.ReadReports)]
public sealed record MonthIndex(string Month, string? Division) : IRequest<MonthIndex.Answer>, IEndpoint
{
    /// <param name="Version">Of the definition; a published month keeps its own.</param>
    /// <param name="Value">By today's knowledge: 0 to 100, two decimals; absent while an indicator has no value.</param>
    /// <param name="Published">As it was frozen; absent before.</param>
    /// <param name="Restatements">What was entered after the publication, the newest first.</param>
    /// <param name="Below">The divisions one level below.</param>
    public sealed record Answer(
        string Month, string Scope, string Name, int Version, decimal? Value, IReadOnlyList<IndexGroup> Groups, Frozen? Published,
        IReadOnlyList<Restated> Restatements, IReadOnlyList<Part> Below);

    public sealed record Frozen(decimal Value, string Digest, string PreviousDigest, DateTimeOffset PublishedAt, string PublishedBy);

    public sealed record Restated(string Code, decimal Value, string Reason, string EnteredBy, DateTimeOffset EnteredAt);

    /// <param name="Value">As published where it is; else by today's knowledge.</param>
    public sealed record Part(string Code, string Name, bool Published, decimal? Value, IReadOnlyList<PartScore> Groups);

    /// <param name="Group">One of the four.</param>
    public sealed record PartScore(IndexPart Group, decimal? Score);

    public sealed class Handler(ReportScopes scopes, IndexScores scores, NpgsqlDataSource db, TimeProvider clock)
        : IRequestHandler<MonthIndex, Answer>
    {
        public async Task<Answer> Handle(MonthIndex request, CancellationToken cancellationToken)
        {
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            var scope = await scopes.FindDivisionAsync(request.Division, cancellationToken);
            var below = await scores.BelowAsync(scope, month, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var now = await scores.ReadAsync(connection, scope, month, cancellationToken);
            var asked = new { scope.Code, month };
            var frozen = await connection.QueryFirstOrDefaultAsync<(string Digest, string Previous, DateTime At, string By)?>(
                new CommandDefinition("""
                    select digest, previous_digest, published_at, published_by from index_publication where scope = @Code and month = @month
                    """, asked, cancellationToken: cancellationToken));
            var document = frozen is null ? null : await IndexScores.FrozenAsync(connection, scope.Code, month, cancellationToken);
            var later = await connection.QueryAsync<(string Item, decimal Value, string Reason, string By, DateTime At)>(
                new CommandDefinition("""
                    select item, trim_scale(value), reason, entered_by, entered_at from index_value
                    where scope = @Code and month = @month and restates order by entered_at desc, item, n desc
                    """, asked, cancellationToken: cancellationToken));
            var parts = new List<Part>();
            foreach (var part in below)
                parts.Add(Shown(part, await IndexScores.FrozenAsync(connection, part.Code, month, cancellationToken)));
            return new Answer(request.Month, scope.Code, scope.Name, now.Version, now.Value, now.Groups,
                frozen is { } row ? new Frozen(document!.Value, row.Digest, row.Previous, new DateTimeOffset(row.At), row.By) : null,
                [.. later.Select(entry => new Restated(entry.Item, entry.Value, entry.Reason, entry.By, new DateTimeOffset(entry.At)))],
                parts);
        }

        private static Part Shown(ScoredIndex now, IndexDocument? frozen) =>
            new(now.Code, now.Name, frozen is not null, frozen?.Value ?? now.Value,
                [.. (frozen?.Groups ?? now.Groups).Select(group => new PartScore(group.Part, group.Score))]);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/index/{month}", async (string month, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(new MonthIndex(month, AskedPeriod.DivisionOfMonth(month, http)), http.RequestAborted),
                ApiJson.Output))
            .WithName(nameof(MonthIndex)).WithTags("Reports").Produces<Answer>();
}
