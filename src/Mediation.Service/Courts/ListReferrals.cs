using System.Globalization;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>
/// What a court may know of its cases, in the order of their changes: numbers, stage, outcome, dates; nothing of what was said.
/// </summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ListReferrals(DateTimeOffset? Since, int Limit, string? After) : IRequest<ListReferrals.Page>, IEndpoint
{
    public sealed record Page(IReadOnlyList<Item> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

    public sealed record Item(
        Guid CaseId, string CaseNo, string? CourtCaseNo, int Round, Stage Stage, Status Status, Outcome? Outcome, DateOnly? ReceivedOn,
        DateOnly? SignedOn, DateOnly? TermDueOn, DateOnly? ClosedOn, bool PapersReturned, string? FiledAs, ConclusionKind? Concluded,
        DateTimeOffset UpdatedAt);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListReferrals, Page>
    {
        public async Task<Page> Handle(ListReferrals request, CancellationToken cancellationToken)
        {
            var filters = $"referrals|{caller.Value.User}|{request.Since:O}";
            var after = Cursor.Read(request.After, 2, filters);
            var (low, high) = CaseScope.Subtree(caller.Value.Division);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<(string State, DateTimeOffset UpdatedAt)>(new CommandDefinition($"""
                select c.state::text, c.updated_at from cases c
                where c.court >= @low and c.court < @high and (@since::timestamptz is null or c.updated_at >= @since)
                    {(after is null ? "" : "and (c.updated_at, c.id) > (@at, @last)")}
                order by c.updated_at, c.id limit @limit
                """, new
            {
                low,
                high,
                since = request.Since?.UtcDateTime,
                at = after is null ? default : new DateTime(Cursor.Number(after[0], DateTime.MaxValue.Ticks), DateTimeKind.Utc),
                last = after is null ? default : Cursor.Id(after[1]),
                limit = request.Limit + 1,
            }, cancellationToken: cancellationToken))).AsList();
            var items = rows.Take(request.Limit).Select(row => Of(CaseJson.ParseCase(row.State), row.UpdatedAt)).ToList();
            return new Page(items, rows.Count > request.Limit
                ? Cursor.Write([items[^1].UpdatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), items[^1].CaseId.ToString()], filters)
                : null);
        }

        private static Item Of(Case state, DateTimeOffset updatedAt)
        {
            var term = state.Clock(ClockName.Term);
            return new Item(state.Id, state.CaseNo, state.CourtCaseNo, state.CourtRound, state.Stage, state.Status,
                state.Outcome, state.ReceivedOn, term?.StartedOn, term?.DueOn, state.ClosedOn, state.PapersReturned,
                state.FiledAs, state.Concluded, updatedAt);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/referrals", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListReferrals(query.Instant("since"), query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListReferrals)).WithTags("Courts").Produces<Page>();
}
