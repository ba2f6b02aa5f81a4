using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>Forgets answers kept for repeats after 7 days, drafts of forms after 14 and runs of jobs after 30.</summary>
[Requires(Permission.RunJobs)]
public sealed record PruneOld : IRequest<PruneOld.Result>
{
    public sealed record Result(int Answers, int Runs, int Drafts)
    {
        public override string ToString() => $"answers {Answers}, runs {Runs}, drafts {Drafts}";
    }

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<PruneOld, Result>
    {
        // A statement ends after 30 seconds, and years of arrears may wait.
        private const int AtOnce = 5000;

        public async Task<Result> Handle(PruneOld request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var answers = await DeleteAsync($"""
                delete from idempotency where ctid = any(array(select ctid from idempotency where created_at < @before limit {AtOnce}))
                """, now.AddDays(-7), cancellationToken);
            var runs = await DeleteAsync($"""
                delete from job_run where ctid = any(array(select ctid from job_run where scheduled_for < @before limit {AtOnce}))
                """, now.AddDays(-30), cancellationToken);
            var drafts = await DeleteAsync($"""
                delete from form_draft where ctid = any(array(select ctid from form_draft where saved_at < @before limit {AtOnce}))
                """, now.AddDays(-14), cancellationToken);
            return new Result(answers, runs, drafts);
        }

        private async Task<int> DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var (total, deleted) = (0, 0);
            do
            {
                deleted = await connection.ExecuteAsync(new CommandDefinition(sql, new { before }, cancellationToken: cancellationToken));
                total += deleted;
            }
            while (deleted == AtOnce);
            return total;
        }
    }
}
