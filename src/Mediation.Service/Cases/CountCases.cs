using Dapper;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>How many open cases each tab of the work list holds. Counting stops at <see cref="Most"/>, so that it stays quick.</summary>
[Requires(Permission.ReadCases)]
public sealed record CountCases : IRequest<CountCases.Counts>
{
    public const int Most = 1000;

    public sealed record Counts(long Mine, long Body, long Visible);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<CountCases, Counts>
    {
        public async Task<Counts> Handle(CountCases request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleAsync<Counts>(new CommandDefinition($"""
                select
                    (select count(*) from (select 1 from cases c where c.is_open and c.mediator = @user and {scope.Sql} limit {Most}) mine) as mine,
                    (select count(*) from (select 1 from cases c where c.is_open and c.body = @body and {scope.Sql} limit {Most}) body) as body,
                    (select count(*) from (select 1 from cases c where c.is_open and {scope.Sql} limit {Most}) visible) as visible
                """, new { user = caller.Value.User, body = caller.Value.Body, scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body },
                cancellationToken: cancellationToken));
        }
    }
}
