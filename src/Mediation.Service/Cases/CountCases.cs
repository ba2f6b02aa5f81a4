using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>How many open cases each tab of the work list holds. Counting stops at <see cref="Most"/>, so that it stays quick.</summary>
[Requires(Permission.ReadCases)]
public sealed record CountCases : IRequest<IReadOnlyList<CountCases.Count>>
{
    public const int Most = 100;

    public sealed record Count(WorkTab Tab, long Cases)
    {
        public string Shown => Cases >= Most ? $"{Most - 1}+" : $"{Cases}";
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<CountCases, IReadOnlyList<Count>>
    {
        public async Task<IReadOnlyList<Count>> Handle(CountCases request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            var tabs = WorkTabs.Of(caller.Value);
            var counts = tabs.Select(tab => $"(select count(*) from (select 1 from cases c where c.is_open and "
                + $"{WorkTabs.Sql(tab, caller.Value)} and {scope.Sql} limit {Most}) few)");
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            // A plan made for everyone would count through the whole table for a reader of one township: each reader gets his own.
            await using var found = await connection.QueryMultipleAsync(new CommandDefinition(
                $"select set_config('plan_cache_mode', 'force_custom_plan', true); select array[{string.Join(",\n", counts)}]",
                new
                {
                    tabUser = caller.Value.User,
                    tabNow = clock.GetUtcNow().UtcDateTime,
                    scopeLow = scope.Low,
                    scopeHigh = scope.High,
                    scopeBody = scope.Body
                }, cancellationToken: cancellationToken));
            await found.ReadAsync<string>();
            var cases = await found.ReadSingleAsync<long[]>();
            return [.. tabs.Zip(cases, (tab, held) => new Count(tab, held))];
        }
    }
}
