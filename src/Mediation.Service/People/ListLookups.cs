using System.Globalization;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.People;

/// <summary>Who looked for a person by a number, the newest first, of all accounts in the caller's division.</summary>
[Requires(Permission.ReadLookups)]
public sealed record ListLookups(int Limit = 50, string? After = null) : IRequest<Page<ListLookups.Item>>, IEndpoint
{
    /// <param name="Number">Stands for the number: the same each time it is asked for, and nothing can be read from it.</param>
    /// <param name="Found">Cases shown.</param>
    public sealed record Item(
        DateTimeOffset At, string User, string UserName, string Division, LookupPlace Place, LookupBy By, string Number, int Found);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListLookups, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListLookups request, CancellationToken cancellationToken)
        {
            var filters = $"lookups|{caller.Value.User}";
            var after = Cursor.Read(request.After, 2, filters);
            var (low, high) = CaseScope.Subtree(caller.Value.Division);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
                select l.id, l.at, l.user_name as user, u.display_name as user_name, l.division, l.place, l.by,
                    left(encode(l.hash, 'hex'), 8) as number, l.found
                from person_lookup l join app_user u on u.name = l.user_name
                where l.division >= @low and l.division < @high {(after is null ? "" : "and (l.at, l.id) < (@at, @last)")}
                order by l.at desc, l.id desc limit @limit
                """, new
            {
                low,
                high,
                at = after is null ? default : new DateTime(Cursor.Number(after[0], DateTime.MaxValue.Ticks), DateTimeKind.Utc),
                last = after is null ? default : Cursor.Id(after[1]),
                limit = request.Limit + 1,
            }, cancellationToken: cancellationToken))).AsList();
            var shown = rows.Take(request.Limit).ToList();
            return new Page<Item>(
                [.. shown.Select(row => new Item(row.At, row.User, row.UserName, row.Division, row.Place, row.By, row.Number, row.Found))],
                rows.Count > request.Limit
                    ? Cursor.Write([shown[^1].At.UtcTicks.ToString(CultureInfo.InvariantCulture), shown[^1].Id.ToString()], filters)
                    : null);
        }

        private sealed record Row(Guid Id, DateTimeOffset At, string User, string UserName, string Division, LookupPlace Place,
            LookupBy By, string Number, int Found);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/people/lookups", async (HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new ListLookups(query.Limit(), query.Text("after", 1000));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListLookups)).WithTags("Cases").Produces<Page<Item>>();
}
