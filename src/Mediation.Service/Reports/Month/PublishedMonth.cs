using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>The month as it was frozen. Who doubts it adds up: the document's bytes and the digest before it give its digest.</summary>
[Requires(Permission.ReadReports)]
public sealed record PublishedMonth(string Month, string? Division, string? Body) : IRequest<PublishedMonth.Frozen>, IEndpoint
{
    /// <param name="Text">Exactly the bytes of which the digest speaks.</param>
    public sealed record Frozen(
        ReportScope Scope, string Text, string PreviousDigest, string Digest, DateTimeOffset PublishedAt, string PublishedBy)
    {
        /// <summary>By dimension, as the text has them: read by name, for a column of today may not have been counted then.</summary>
        public JsonElement Views => JsonSerializer.Deserialize<JsonElement>(Text).GetProperty("views");
    }

    public sealed class Handler(Publications publications) : IRequestHandler<PublishedMonth, Frozen>
    {
        public Task<Frozen> Handle(PublishedMonth request, CancellationToken cancellationToken) =>
            publications.FindAsync(request, cancellationToken);
    }

    /// <summary>The frozen months, within what the caller may see.</summary>
    public sealed class Publications(ReportScopes scopes, NpgsqlDataSource db)
    {
        /// <exception cref="ProblemException">404 where the month is not published or lies outside the scope.</exception>
        public async Task<Frozen> FindAsync(PublishedMonth request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var found = await connection.QueryFirstOrDefaultAsync<(string Text, string Previous, string Digest, DateTime At, string By)?>(
                new CommandDefinition("""
                    select document, previous_digest, digest, published_at, published_by from report_publication
                    where scope = @Code and month = @month
                    """,
                    new { scope.Code, month = AskedPeriod.FirstDay(request.Month) }, cancellationToken: cancellationToken));
            return found is { } row ? new Frozen(scope, row.Text, row.Previous, row.Digest, new DateTimeOffset(row.At), row.By)
                : throw ProblemException.NotFound();
        }
    }

    private static readonly Message NotThen = new("该月发布时没有按此分列的数字。", "The month was published without these rows.");

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/monthly/{month}/published", async (string month, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var by = query.Enum<ReportBy>("by");
            var frozen = await mediator.Send(Read(month, http, query), http.RequestAborted);
            if (!frozen.Views.TryGetProperty(by?.Camel() ?? "none", out var kept)) throw ProblemException.Invalid("by", NotThen);
            var view = JsonObject.Create(kept)!;
            (view["state"], view["digest"], view["previousDigest"]) = (MonthState.Published.Camel(), frozen.Digest, frozen.PreviousDigest);
            (view["publishedAt"], view["publishedBy"]) = (frozen.PublishedAt, frozen.PublishedBy);
            return Results.Json(view, ApiJson.Output);
        }).WithName(nameof(PublishedMonth)).WithTags("Reports")
            .WithMetadata(AskedPeriod.RowsParameter).Produces<MonthlyReport.Answer>();
        app.MapGet("/api/v1/reports/monthly/{month}/published/document", async (string month, HttpContext http, IMediator mediator) =>
            Results.Text((await mediator.Send(Read(month, http, new QueryParameters(http.Request)), http.RequestAborted)).Text,
                "application/json"))
            .WithName("PublishedDocument").WithSummary("The frozen bytes of which the digest speaks").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<PublishMonth.Document>();
    }

    internal static PublishedMonth Read(string month, HttpContext http, QueryParameters query)
    {
        var (division, body) = AskedPeriod.OfMonth(month, http, query);
        return new PublishedMonth(month, division, body);
    }
}
