using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>
/// Messages that were given up, newest first, at most two hundred: to whom, about which case, and why. No address and
/// no word of the message.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record ListDeliveries : IRequest<Page<ListDeliveries.Item>>, IEndpoint
{
    /// <param name="User">Who was not reached.</param>
    /// <param name="CaseNo">Null for a digest.</param>
    /// <param name="Error">noAddress, badAddress, timeout, unreachable, tls, certificate, login, or smtp with the server's code.</param>
    public sealed record Item(Guid Id, string User, LadderChannel Channel, string? CaseNo, int Attempts, DateTimeOffset CreatedAt,
        DateTimeOffset EndedAt, string? Error);

    internal const string Select = """
        select d.id, d.user_name as user, d.channel, c.case_no, d.attempts, d.created_at, d.ended_at, d.error
        from delivery d left join notice n on n.id = d.notice left join cases c on c.id = n.case_id where d.state = 'failed'
        """;

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<ListDeliveries, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListDeliveries request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<Item>(
                new CommandDefinition(Select + " order by d.ended_at desc limit 200", cancellationToken: cancellationToken));
            return new Page<Item>(rows.AsList(), null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/deliveries", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListDeliveries(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListDeliveries)).WithTags("Jobs").Produces<Page<Item>>();
}
