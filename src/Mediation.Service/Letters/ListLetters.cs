using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Letters;

/// <summary>Where a letter stands; overdue is an open one whose day has passed.</summary>
public enum LetterState { Open, Overdue, Replied, Closed }

/// <summary>The letters of the cases that the caller sees, the newest first.</summary>
[Requires(Permission.ReadLetters)]
public sealed record ListLetters(LetterState? State = null, int Limit = 50, string? After = null)
    : IRequest<Page<ListLetters.Item>>, IEndpoint
{
    /// <param name="N">Within the case.</param>
    public sealed record Item(Guid Id, string No, LetterKind Kind, string CaseNo, int N, string Issuer, string IssuerName, string To,
        string ToName, DateOnly SentOn, DateOnly ReplyBy, LetterState State);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<ListLetters, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListLetters request, CancellationToken cancellationToken)
        {
            var filters = $"letters|{request.State}";
            var last = Cursor.Read(request.After, 1, filters) is [var text] && Guid.TryParse(text, out var id) ? id : (Guid?)null;
            var (scope, today) = (CaseScope.Of(caller.Value), ShanghaiTime.DateOf(clock.GetUtcNow()));
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
                select l.id, l.kind, l.year, l.number, c.case_no, l.n, l.issuer, i.name as issuer_name, l.addressee,
                    a.name as addressee_name,
                       l.sent_on, l.reply_by, l.replied_on, l.closed_on
                from letter l join cases c on c.id = l.case_id join body i on i.code = l.issuer join body a on a.code = l.addressee
                where {scope.Sql} and (@last::uuid is null or l.id < @last) and (@state::text is null or @state = case
                    when l.closed_on is not null then 'closed' when l.replied_on is not null then 'replied'
                    when l.reply_by < @today then 'overdue' else 'open' end)
                order by l.id desc limit @limit
                """, new
            {
                last,
                state = request.State?.Camel(),
                today,
                limit = request.Limit + 1,
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body
            }, cancellationToken: cancellationToken));
            return Page.Of(rows.Select(row => row.ToItem(today)).ToList(), request.Limit, item => item.Id.ToString("D"), filters);
        }
    }

    private sealed record Row(
        Guid Id, LetterKind Kind, int Year, int Number, string CaseNo, int N, string Issuer, string IssuerName, string Addressee,
        string AddresseeName, DateOnly SentOn, DateOnly ReplyBy, DateOnly? RepliedOn, DateOnly? ClosedOn)
    {
        public Item ToItem(DateOnly today)
        {
            var state = ClosedOn is not null ? LetterState.Closed
                : RepliedOn is not null ? LetterState.Replied : ReplyBy < today ? LetterState.Overdue : LetterState.Open;
            return new Item(Id, LetterView.NoOf(Kind, Year, Number), Kind, CaseNo, N, Issuer, IssuerName, Addressee,
                AddresseeName, SentOn, ReplyBy, state);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/letters", async (HttpContext http, IMediator mediator) =>
    {
        var query = new QueryParameters(http.Request);
        var request = new ListLetters(query.Enum<LetterState>("state"), query.Limit(), query.Text("after", 500));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListLetters)).WithTags("Cases").Produces<Page<Item>>();
}
