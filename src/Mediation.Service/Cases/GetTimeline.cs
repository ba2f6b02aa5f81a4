using System.Globalization;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>The journal of a case: who did what when, in words, with the hash of each row. A court gets no summaries.</summary>
[Requires(Permission.ReadCases)]
public sealed record GetTimeline(string Case, int Limit, string? After) : IRequest<GetTimeline.Page>, IEndpoint
{
    public sealed record Page(IReadOnlyList<Item> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

    /// <param name="At">When it was written (UTC).</param>
    /// <param name="On">The day on which it happened (Asia/Shanghai).</param>
    /// <param name="Hash">SHA-256 of the row and of the one before, in hex.</param>
    public sealed record Item(int Seq, string Kind, DateTimeOffset At, DateOnly On, string Actor, string? Summary, string Hash);

    private sealed record Row(int Seq, string Kind, DateTimeOffset At, DateOnly HappenedOn, string Actor, string Body, byte[] Hash);

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller, BodyDirectory directory,
        IStringLocalizer<Texts> words) : IRequestHandler<GetTimeline, Page>
    {
        public async Task<Page> Handle(GetTimeline request, CancellationToken cancellationToken)
        {
            var stored = await session.LoadAsync(request.Case, cancellationToken);
            var filters = $"timeline|{stored.State.Id}";
            var after = Cursor.Read(request.After, 1, filters) is [var seq] ? (int)Cursor.Number(seq, int.MaxValue) : 0;
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition("""
                select seq, kind, at, happened_on, actor, body::text as body, hash
                from case_event where case_id = @id and seq > @after order by seq limit @limit
                """, new { id = stored.State.Id, after, limit = request.Limit + 1 }, cancellationToken: cancellationToken))).AsList();
            var events = rows.Take(request.Limit).Select(row => CaseJson.Read(row.Kind, row.Body)).ToList();
            var texts = new EventText(stored, caller.Value, await NamesAsync(events, cancellationToken), words);
            var items = rows.Zip(events, (row, happened) => new Item(row.Seq, row.Kind, row.At, row.HappenedOn, row.Actor,
                texts.Of(happened), Convert.ToHexStringLower(row.Hash))).ToList();
            return new Page(items,
                rows.Count > request.Limit ? Cursor.Write([items[^1].Seq.ToString(CultureInfo.InvariantCulture)], filters) : null);
        }

        private async Task<Dictionary<string, string>> NamesAsync(IEnumerable<CaseEvent> events, CancellationToken cancellationToken)
        {
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (bodies, users) in events.Select(EventText.Mentions))
            {
                foreach (var body in bodies.OfType<string>()) names[body] = await directory.NameOfBodyAsync(body, cancellationToken);
                foreach (var user in users.OfType<string>()) names[user] = await directory.NameOfUserAsync(user, cancellationToken);
            }

            return names;
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}/timeline", async (string id, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new GetTimeline(id, query.Limit(200), query.Text("after", 500));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetTimeline)).WithTags("Cases").Produces<Page>();
}
