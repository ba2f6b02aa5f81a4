using System.Globalization;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>In which way something was begun and not brought to its end.</summary>
public enum OpenLoop
{
    /// <summary>A referral, a hand-over, a whistle or a letter waits for its answer, and its day has passed.</summary>
    Unanswered,

    /// <summary>Who was told of a clock that has run out was asked for something and has not answered.</summary>
    NoticeUnanswered,

    /// <summary>A letter was replied to, and its issuer has not closed it.</summary>
    LetterOpen,

    /// <summary>A promise of an agreement, or its confirmation by the court, is past its day.</summary>
    Unperformed,

    /// <summary>The papers of a court have not gone back in time.</summary>
    NotReturned,

    /// <summary>Nobody has called on the parties after the case was closed.</summary>
    NotFollowedUp,

    /// <summary>An open case that nothing presses: no clock runs, and it is not suspended. There should be none.</summary>
    NoClock,
}

/// <summary>
/// What was begun and not brought to its end, of the cases that the caller sees: how much of each kind, and one kind as
/// a list, the oldest first.
/// </summary>
[Requires(Permission.ReadLetters)]
public sealed record ListOpenLoops(OpenLoop Kind = OpenLoop.Unanswered, int Limit = 50, string? After = null)
    : IRequest<ListOpenLoops.Answer>, IEndpoint
{
    /// <summary>Counting stops here, so that it stays quick.</summary>
    public const int Most = 100;

    public sealed record Answer(IReadOnlyList<Count> Counts, IReadOnlyList<Item> Items,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

    /// <param name="Cases">At most <see cref="Most"/>.</param>
    public sealed record Count(OpenLoop Kind, long Cases)
    {
        public string Shown() => Cases >= Most ? $"{Most - 1}+" : $"{Cases}";
    }

    /// <param name="Clock">The key of the clock that has run out, if it is one.</param>
    /// <param name="Since">Its last day; of a letter the day of the reply, of a case without a clock the day when it was opened.</param>
    /// <param name="Body">
    /// Whose it is to close it: of a notice who was asked, of a letter its issuer, else the body that holds the case.
    /// Null where several or the parties are to act.
    /// </param>
    public sealed record Item(
        string CaseNo, string? Clock, DateOnly Since, string? Body, string? BodyName, string? Person, string? PersonName);

    // Each: since, day, tie (unique beside it), case, clock, body, person. The days of letters and cases end at
    // midnight in Shanghai as clocks do.
    private static string Sql(OpenLoop kind) => kind switch
    {
        OpenLoop.Unanswered => Clocks("'referralAnswer', 'transferAnswer', 'whistleAnswer', 'letterReply'"),
        OpenLoop.Unperformed => Clocks("'performance', 'confirmation'"),
        OpenLoop.NotReturned => Clocks("'returnToCourt'"),
        OpenLoop.NotFollowedUp => Clocks("'followUp'"),
        OpenLoop.NoticeUnanswered => """
            select k.due_at as since, k.due_on as day, n.id::text as tie, k.case_id, k.key as clock, n.body, n.person
            from clock k join notice n on n.case_id = k.case_id and n.clock = k.key and n.due_on = k.due_on
            where k.state = 'running' and k.timeliness = 2 and n.ask is not null and n.answered_at is null
            """,
        OpenLoop.LetterOpen => """
            select (l.replied_on + 1)::timestamp at time zone 'Asia/Shanghai' as since, l.replied_on as day, l.id::text as tie, l.case_id,
                null::text as clock, l.issuer as body, null::text as person
            from letter l where l.replied_on is not null and l.closed_on is null
            """,
        _ => """
            select (o.opened_on + 1)::timestamp at time zone 'Asia/Shanghai' as since, o.opened_on as day, o.id::text as tie,
                o.id as case_id, null::text as clock, o.body, o.mediator as person
            from cases o where o.is_open and o.due_at = 'infinity' and o.status <> 'suspended'
            """,
    };

    private static string Clocks(string names) => $"""
        select k.due_at as since, k.due_on as day, k.case_id::text || k.key as tie, k.case_id, k.key as clock,
            case k.name when 'referralAnswer' then h.offered_to when 'transferAnswer' then h.transfer_to
                when 'letterReply' then (select l.addressee from letter l where l.case_id = k.case_id and k.key = 'letterReply:' || l.n)
                when 'whistleAnswer' then null when 'confirmation' then null else h.body end as body,
            case when k.name in ('performance', 'returnToCourt', 'followUp') then h.mediator end as person
        from clock k join cases h on h.id = k.case_id
        where k.state = 'running' and k.timeliness = 2 and k.name in ({names})
        """;

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListOpenLoops, Answer>
    {
        public async Task<Answer> Handle(ListOpenLoops request, CancellationToken cancellationToken)
        {
            var filters = $"loops|{caller.Value.User}|{request.Kind}";
            var after = Cursor.Read(request.After, 2, filters);
            var scope = CaseScope.Of(caller.Value);
            var kinds = Enum.GetValues<OpenLoop>();
            var counts = kinds.Select(kind => $"(select count(*) from (select 1 from ({Sql(kind)}) o join cases c on c.id = o.case_id "
                + $"where {scope.Sql} limit {Most}) few)");
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var answer = await connection.QueryMultipleAsync(new CommandDefinition($"""
                select array[{string.Join(",\n", counts)}];
                select o.since, o.day, o.tie, c.case_no, o.clock, o.body, b.name as body_name, o.person, u.display_name as person_name
                from ({Sql(request.Kind)}) o join cases c on c.id = o.case_id left join body b on b.code = o.body left
                join app_user u on u.name = o.person
                where {scope.Sql} {(after is null ? "" : "and (o.since, o.tie) > (@at, @last)")}
                order by o.since, o.tie limit @limit
                """, new
            {
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body,
                at = after is null ? default : new DateTime(Cursor.Number(after[0], DateTime.MaxValue.Ticks), DateTimeKind.Utc),
                last = after?[1],
                limit = request.Limit + 1,
            }, cancellationToken: cancellationToken));
            var few = await answer.ReadSingleAsync<long[]>();
            var rows = (await answer.ReadAsync<Row>()).AsList();
            var shown = rows.Take(request.Limit).ToList();
            return new Answer([.. kinds.Zip(few, (kind, cases) => new Count(kind, cases))],
                [.. shown.Select(row => new Item(row.CaseNo, row.Clock, row.Day, row.Body, row.BodyName, row.Person, row.PersonName))],
                rows.Count > request.Limit
                    ? Cursor.Write([shown[^1].Since.UtcTicks.ToString(CultureInfo.InvariantCulture), shown[^1].Tie], filters) : null);
        }

        private sealed record Row(
            DateTimeOffset Since, DateOnly Day, string Tie, string CaseNo, string? Clock, string? Body, string? BodyName,
            string? Person, string? PersonName);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/open-loops", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListOpenLoops(query.Enum<OpenLoop>("kind") ?? OpenLoop.Unanswered, query.Limit(), query.Text("after", 1000));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListOpenLoops)).WithTags("Cases")
        .WithMetadata(new QueryOf("kind", typeof(OpenLoop), "Which kind is listed; unanswered by default.")).Produces<Answer>();
}
