using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>How the open cases of a division stand, one row for each division below it, and which bodies carry most of them.</summary>
/// <param name="Division">Of the caller's subtree; the caller's own without one.</param>
[Requires(Permission.ReadCases)]
public sealed record ReadBoard(string? Division = null) : IRequest<ReadBoard.Answer>
{
    public sealed record Answer(string Division, IReadOnlyList<Row> Rows, IReadOnlyList<Load> Bodies);

    public sealed record Row(string Code, string Name, long Open, long DueSoon, long Overdue, long Yellow, long Red);

    public sealed record Load(string Code, string Name, long Open, long Overdue);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ReadBoard, Answer>
    {
        private static readonly int[] Lengths = [2, 4, 6, 9, 12];

        public async Task<Answer> Handle(ReadBoard request, CancellationToken cancellationToken)
        {
            var division = request.Division ?? caller.Value.Division;
            if (!division.StartsWith(caller.Value.Division, StringComparison.Ordinal)) throw ProblemException.NotFound();
            var scope = CaseScope.Of(caller.Value);
            var (low, high) = CaseScope.Subtree(division);
            var values = new
            {
                low,
                high,
                length = Lengths.FirstOrDefault(length => length > division.Length, division.Length),
                scopeLow = scope.Low,
                scopeHigh = scope.High,
                scopeBody = scope.Body,
            };
            var open = $"c.is_open and c.division >= @low and c.division < @high and {scope.Sql}";
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            // One walk of the index cases_board each.
            var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
                with counted as (
                    select left(c.division, @length) as code, count(*) as open, count(*) filter (where c.timeliness = 1) as due_soon,
                        count(*) filter (where c.timeliness = 2) as overdue, count(*) filter (where c.risk = 1) as yellow,
                        count(*) filter (where c.risk = 2) as red
                    from cases c where {open} group by 1)
                select n.code, coalesce(d.name, n.code) as name, n.open, n.due_soon, n.overdue, n.yellow, n.red
                from counted n left join division d on d.code = n.code order by n.overdue desc, n.code limit 200
                """, values, cancellationToken: cancellationToken));
            var bodies = await connection.QueryAsync<Load>(new CommandDefinition($"""
                with counted as (
                    select c.body as code, count(*) as open, count(*) filter (where c.timeliness = 2) as overdue
                    from cases c where {open} and c.body is not null group by 1 order by 2 desc, 1 limit 10)
                select n.code, b.name, n.open, n.overdue from counted n join body b on b.code = n.code order by n.open desc, n.code
                """, values, cancellationToken: cancellationToken));
            return new Answer(division, rows.AsList(), bodies.AsList());
        }
    }
}
