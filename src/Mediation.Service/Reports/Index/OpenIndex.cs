using System.Globalization;
using System.Text.Json;
using Dapper;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Index;

/// <summary>The published safety index of a month, for everybody: exactly the bytes of which the digest speaks.</summary>
[Anyone("Only what was published.")]
public sealed record OpenIndex(string Division, string Month) : IRequest<OpenIndex.Frozen>, IEndpoint
{
    public sealed record Frozen(string Text, string Digest, string PreviousDigest)
    {
        public IndexDocument Document => JsonSerializer.Deserialize<IndexDocument>(Text, ApiJson.Output)!;
    }

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<OpenIndex, Frozen>
    {
        public async Task<Frozen> Handle(OpenIndex request, CancellationToken cancellationToken)
        {
            if (!AskedPeriod.IsMonth(request.Month)) throw ProblemException.NotFound();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QueryFirstOrDefaultAsync<Frozen>(new CommandDefinition("""
                select document as text, digest, previous_digest from index_publication where scope = @Division and month = @month
                """, new { request.Division, month = AskedPeriod.FirstDay(request.Month) }, cancellationToken: cancellationToken))
                ?? throw ProblemException.NotFound();
        }
    }

    // Outside the API, where every path wants a token.
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/open/safety-index/{division}/{month}.json",
            async (string division, string month, HttpContext http, IMediator mediator) =>
            {
                var frozen = await mediator.Send(new OpenIndex(division, month), http.RequestAborted);
                (http.Response.Headers["Digest-SHA-256"],
                    http.Response.Headers["Previous-Digest-SHA-256"]) = (frozen.Digest, frozen.PreviousDigest);
                return Results.Text(frozen.Text, "application/json");
            }).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/open/safety-index/{division}/{month}.csv",
            async (string division, string month, HttpContext http, IMediator mediator) =>
                Results.File(Csv((await mediator.Send(new OpenIndex(division, month), http.RequestAborted)).Document),
                    "text/csv; charset=utf-8", $"safety-index-{division}-{month}.csv"))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static byte[] Csv(IndexDocument index)
    {
        Message[] headings =
        [
            new("分组", "Group"), new("代码", "Code"), new("指标", "Indicator"), new("单位", "Unit"), new("目标值", "Target"), new("底线值", "Floor"),
            new("数值", "Value"), new("权重", "Weight"), new("得分", "Score"),
        ];
        return CsvText.File(headings.Select(heading => heading.In()),
            index.Groups.SelectMany(part => part.Indicators.Select(row => (IEnumerable<string?>)
                [part.Name, row.Code, row.Name, row.Unit, Number(row.Target), Number(row.Floor), Number(row.Value),
                    Number(row.Weight), Number(row.Score)]))
                .Append(["", "", new Message("平安指数", "Safety index").In(), "", "", "", "", "1", Number(index.Value)]));
    }

    private static string? Number(decimal? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}
