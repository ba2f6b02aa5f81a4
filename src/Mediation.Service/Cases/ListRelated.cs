using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>
/// Other cases of the same people, the newest first, by their identity numbers and within the caller's scope. An
/// organisation that is a party to many cases says nothing about any of them, so it relates none.
/// </summary>
[Requires(Permission.ReadCases)]
public sealed record ListRelated(string Case) : IRequest<IReadOnlyList<ListRelated.Row>>
{
    public const int Most = 10;

    /// <param name="Repeat">The same person applies in both, in one category and within 180 days (最多访一次).</param>
    public sealed record Row(string CaseNo, Status Status, string Category, DateTimeOffset OpenedAt, string Parties, bool Repeat);

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller)
        : IRequestHandler<ListRelated, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(ListRelated request, CancellationToken cancellationToken)
        {
            var state = (await session.LoadAsync(request.Case, cancellationToken)).State;
            var scope = CaseScope.Of(caller.Value);
            var values = new DynamicParameters(
                new { scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body, state.Id, Most });
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return [.. (await connection.QueryAsync<Found>(new CommandDefinition($"""
                select c.case_no, c.status, c.category, c.opened_at, f.names, f.applies
                from (
                    select p.case_id, string_agg(distinct p.name, '、') as names,
                        bool_or(me.side = 'applicant' and p.side = 'applicant') as applies
                    from case_party me join case_party p on p.identity_hash = me.identity_hash and p.case_id <> me.case_id
                    where me.case_id = @Id and me.identity_hash is not null group by p.case_id
                ) f join cases c on c.id = f.case_id
                where {scope.Sql} order by c.opened_at desc, c.case_no limit @Most
                """, values, cancellationToken: cancellationToken)))
                .Select(row => new Row(row.CaseNo, row.Status, row.Category, row.OpenedAt, row.Names,
                    row.Applies && row.Category == state.Category
                        && (state.OpenedAt - row.OpenedAt).Duration() <= TimeSpan.FromDays(180)))];
        }

        private sealed record Found(string CaseNo, Status Status, string Category, DateTimeOffset OpenedAt, string Names, bool Applies);
    }
}
