using System.Globalization;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Packs;

/// <summary>The packs of which the caller was told, the newest first, at most two hundred.</summary>
[Requires(Permission.OwnAccount)]
public sealed record ListPacks : IRequest<Page<ListPacks.Item>>, IEndpoint
{
    public sealed record Item(string Month, string Scope, string Name, DateTimeOffset ToldAt, DateTimeOffset? ReadAt)
    {
        [JsonIgnore]
        public string Address =>
            $"/reports/pack?month={Month}&{(Scope.All(char.IsAsciiDigit) ? "division" : "body")}={Uri.EscapeDataString(Scope)}";
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListPacks, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListPacks request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<(DateTime Month, string Scope, string Name, DateTime ToldAt, DateTime? ReadAt)>(
                new CommandDefinition("""
                    select r.month::timestamp, r.scope, coalesce(b.name, d.name, r.scope), r.told_at, r.read_at
                    from report_receipt r left join body b on b.code = r.scope left join division d on d.code = r.scope
                    where r.user_name = @User order by r.told_at desc, r.scope limit 200
                    """, new { caller.Value.User }, cancellationToken: cancellationToken));
            return new Page<Item>(
                [.. rows.Select(row => new Item(row.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), row.Scope, row.Name,
                    new(row.ToldAt, TimeSpan.Zero), row.ReadAt is { } read ? new DateTimeOffset(read, TimeSpan.Zero) : null))], null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/reports/packs", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListPacks(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListPacks)).WithTags("Reports").Produces<Page<Item>>();
}
