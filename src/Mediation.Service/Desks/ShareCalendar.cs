using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>
/// Makes a new secret address of the caller's calendar; an earlier one ends with it. It is shown once and cannot be read again.
/// </summary>
[Requires(Permission.Conduct)]
public sealed record ShareCalendar : IRequest<string>
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<ShareCalendar, string>
    {
        public async Task<string> Handle(ShareCalendar request, CancellationToken cancellationToken)
        {
            var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("""
                insert into calendar_feed (user_name, hash, created_at) values (@User, @hash, @now)
                on conflict (user_name) do update set hash = excluded.hash, created_at = excluded.created_at
                """, new { caller.Value.User, hash = AccountStore.Hash(secret), now = clock.GetUtcNow() },
                cancellationToken: cancellationToken));
            return secret;
        }
    }
}

/// <summary>Takes the address back: from now on it is as if it had never been.</summary>
[Requires(Permission.Conduct)]
public sealed record UnshareCalendar : IRequest
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<UnshareCalendar>
    {
        public async Task<Unit> Handle(UnshareCalendar request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("delete from calendar_feed where user_name = @User",
                new { caller.Value.User }, cancellationToken: cancellationToken));
            return Unit.Value;
        }
    }
}

/// <summary>Since when the caller's calendar has an address; null: it has none.</summary>
[Requires(Permission.Conduct)]
public sealed record CalendarSharedSince : IRequest<DateTimeOffset?>
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<CalendarSharedSince, DateTimeOffset?>
    {
        public async Task<DateTimeOffset?> Handle(CalendarSharedSince request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QueryFirstOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
                "select created_at from calendar_feed where user_name = @User", new { caller.Value.User },
                cancellationToken: cancellationToken));
        }
    }
}
