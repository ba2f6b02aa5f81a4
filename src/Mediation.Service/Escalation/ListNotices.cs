using System.Globalization;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>The inbox: what the caller was told, newest first. What has been settled since is left out unless asked for.</summary>
/// <param name="All">Also what needs nothing any more.</param>
[Requires(Permission.ReadCases)]
public sealed record ListNotices(bool? All = null, int Limit = 50, string? After = null) : IRequest<Page<ListNotices.Item>>, IEndpoint
{
    /// <param name="Clock">The clock that has run out; null for other news.</param>
    /// <param name="Open">The clock still runs and nobody has answered.</param>
    public sealed record Item(
        Guid Id, string CaseNo, string Kind, DateTimeOffset CreatedAt, string? Clock, DateOnly? DueOn, int? Step, int? Time, LadderAsk? Ask,
        bool Open, DateTimeOffset? ReadAt, string? Response, DateTimeOffset? AnsweredAt);

    /// <summary>A person's own, and to the heads and clerks what their body was told; never of a case that one may not see.</summary>
    internal const string Mine = "(n.person = @user or (n.person is null and n.body = @scopeBody and @forBody))";

    internal const string IsOpen = """
        (n.answered_at is null and (n.clock is null and n.read_at is null and c.is_open or exists (
            select 1 from clock k where k.case_id = n.case_id and k.key = n.clock and k.due_on = n.due_on and k.state = 'running')))
        """;

    internal static bool ForBody(Caller caller) => caller.Role is Role.Head or Role.Clerk or Role.Supervisor;

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListNotices, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListNotices request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            var filters = $"notices|{caller.Value.User}|{request.All == true}";
            var after = Cursor.Read(request.After, 2, filters);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Item>(new CommandDefinition($"""
                select n.id, c.case_no, n.kind, n.created_at, n.clock, n.due_on, n.step, n.time, n.ask, {IsOpen} as open,
                    n.read_at, coalesce(t.body, n.answer) as response, n.answered_at
                from notice n join cases c on c.id = n.case_id left join case_text t on t.id = n.answer_text
                where {Mine} and {scope.Sql} and (@all or {IsOpen}) {(after is null ? "" : "and (n.created_at, n.id) < (@at, @last)")}
                order by n.created_at desc, n.id desc limit @limit
                """, new
            {
                user = caller.Value.User,
                forBody = ForBody(caller.Value),
                all = request.All == true,
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body,
                at = after is null ? default : new DateTime(Cursor.Number(after[0], DateTime.MaxValue.Ticks), DateTimeKind.Utc),
                last = after is null ? default : Cursor.Id(after[1]),
                limit = request.Limit + 1,
            }, cancellationToken: cancellationToken))).AsList();
            var items = rows.Take(request.Limit).ToList();
            return new Page<Item>(items, rows.Count > request.Limit
                ? Cursor.Write([items[^1].CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), items[^1].Id.ToString()], filters)
                : null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/notices", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListNotices(query.Flag("all"), query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListNotices)).WithTags("Cases").Produces<Page<Item>>();
}
