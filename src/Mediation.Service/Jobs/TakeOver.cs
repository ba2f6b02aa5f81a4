using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>
/// Marks runs whose node was lost as broken off, and goes on with their jobs here, unless a later run has done so already.
/// A job asks the data what is due, so going on is running it again.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record TakeOver : IRequest<TakeOver.Result>
{
    public sealed record Result(int BrokenOff, int TakenOver)
    {
        public override string ToString() => $"broken off {BrokenOff}, taken over {TakenOver}";
    }

    public sealed class Handler(NpgsqlDataSource db, JobRunner runner, TimeProvider clock, ILogger<TakeOver> log)
        : IRequestHandler<TakeOver, Result>
    {
        public async Task<Result> Handle(TakeOver request, CancellationToken cancellationToken)
        {
            var lost = await MarkAsync(cancellationToken);
            var takenOver = 0;
            foreach (var (name, rerun) in lost)
            {
                log.LogWarning("A run of job {Job} was broken off", name);
                // Itself it need not take over: this is its next run.
                if (rerun && name != "takeOver" && JobList.All.FirstOrDefault(job => job.Name == name) is { } job
                    && await runner.RunAsync(job, clock.GetUtcNow(), cancellationToken)) takenOver++;
            }

            return new Result(lost.Count, takenOver);
        }

        /// <summary>Whoever sets the end takes over: no two nodes get the same row.</summary>
        private async Task<List<(string Name, bool Rerun)>> MarkAsync(CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<(string Name, bool Rerun)>(new CommandDefinition($"""
                with lost as (
                    update job_run set ended_at = @now, succeeded = false, result = '{JobRunner.BrokenOff}'
                    where ended_at is null and not ({JobRunner.IsHeld})
                    returning name, scheduled_for)
                select name, not exists (select 1 from job_run r where r.name = lost.name and r.scheduled_for > max(lost.scheduled_for)
                    and (r.succeeded or (r.ended_at is null and {JobRunner.IsHeld})))
                from lost group by name
                """, new { now = clock.GetUtcNow() }, cancellationToken: cancellationToken));
            return [.. rows];
        }
    }
}
