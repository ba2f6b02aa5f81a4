using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>How many of the caller's newest notices are unread and not settled; at most two hundred are looked at.</summary>
[Requires(Permission.ReadCases)]
public sealed record CountUnread : IRequest<CountUnread.Answer>, IEndpoint
{
    public sealed record Answer(int Unread);

    /// <summary>
    /// With the parameters of <see cref="ListNotices.Mine"/> and of the scope. Two walks of an index, newest first: the
    /// header asks on every page.
    /// </summary>
    internal static string Sql(CaseScope scope) => $"""
        select count(*)::int from (
            (select n.id from notice n where n.person = @user order by n.created_at desc limit 200)
            union all (select n.id from notice n where @forBody and n.body = @scopeBody and n.person is null
                order by n.created_at desc limit 200)
        ) newest join notice n on n.id = newest.id join cases c on c.id = n.case_id where n.read_at is null and {scope.Sql}
            and {ListNotices.IsOpen}
        """;

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<CountUnread, Answer>
    {
        public async Task<Answer> Handle(CountUnread request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return new Answer(await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                $"select ({Sql(scope)}) + (select count(*)::int from report_receipt where user_name = @user and read_at is null)",
                new
                {
                    user = caller.Value.User,
                    forBody = ListNotices.ForBody(caller.Value),
                    scopeLow = scope.Low,
                    scopeHigh = scope.High,
                    scopeBody = scope.Body
                }, cancellationToken: cancellationToken)));
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/notices/unread", async (HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new CountUnread(), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(CountUnread)).WithTags("Cases").Produces<Answer>();
}
