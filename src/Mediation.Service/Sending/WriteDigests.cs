using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>
/// Once a day puts a digest on its way to each who wants one. What it says is read when it goes out; with nothing to say it does not.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record WriteDigests : IRequest<WriteDigests.Result>
{
    public sealed record Result(int Written)
    {
        public override string ToString() => $"written {Written}";
    }

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<WriteDigests, Result>
    {
        public async Task<Result> Handle(WriteDigests request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return new Result(await connection.ExecuteAsync(new CommandDefinition("""
                insert into delivery (id, user_name, channel, digest_on, created_at, next_at)
                select gen_random_uuid(), name, 'mail', @today, @now, @now from app_user where active and digest and mail_cipher is not null
                on conflict do nothing
                """, new { now, today = ShanghaiTime.DateOf(now) }, cancellationToken: cancellationToken)));
        }
    }
}
