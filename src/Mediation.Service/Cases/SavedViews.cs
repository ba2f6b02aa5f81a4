using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>The caller's saved filters by name. Who gets the address of one sees with it what he may see himself.</summary>
[Requires(Permission.ReadCases)]
public sealed record ListViews : IRequest<IReadOnlyList<ListViews.Row>>
{
    public sealed record Row
    {
        public required string Name { get; init; }
        public required string Address { get; init; }
        public bool IsDefault { get; init; }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListViews, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(ListViews request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Row>(new CommandDefinition(
                "select name, address, is_default as isdefault from saved_view where user_name = @user order by created_at, name limit 20",
                new { user = caller.Value.User }, cancellationToken: cancellationToken))).AsList();
        }
    }
}

/// <summary>Keeps the list's address under a name; the same name again is replaced.</summary>
[Requires(Permission.ReadCases)]
public sealed record SaveView(string Name, string Address, bool IsDefault) : IRequest
{
    public const int Most = 20;

    public sealed class Validator : AbstractValidator<SaveView>
    {
        public Validator()
        {
            RuleFor(request => request.Name).NotEmpty().MaximumLength(40);
            RuleFor(request => request.Address).MaximumLength(1000);
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<SaveView>
    {
        public async Task<Unit> Handle(SaveView request, CancellationToken cancellationToken)
        {
            var values = new { user = caller.Value.User, name = request.Name, address = request.Address, @default = request.IsDefault, now = clock.GetUtcNow().UtcDateTime, Most };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // One at a time for each account, so that neither the limit nor the one default is overrun.
            await connection.ExecuteAsync(new CommandDefinition("select 1 from app_user where name = @user for update", values, transaction, cancellationToken: cancellationToken));
            if (request.IsDefault)
                await connection.ExecuteAsync(new CommandDefinition("update saved_view set is_default = false where user_name = @user and is_default", values, transaction, cancellationToken: cancellationToken));
            var saved = await connection.ExecuteAsync(new CommandDefinition("""
                insert into saved_view (user_name, name, address, is_default, created_at)
                select @user, @name, @address, @default, @now
                where (select count(*) from saved_view where user_name = @user and name <> @name) < @Most
                on conflict (user_name, name) do update set address = excluded.address, is_default = excluded.is_default
                """, values, transaction, cancellationToken: cancellationToken));
            if (saved == 0)
                throw new ProblemException(409, "view.tooMany", new($"最多保存 {Most} 个筛选。请先删除不用的。", $"At most {Most} filters are kept. Remove one first."));
            await transaction.CommitAsync(cancellationToken);
            return Unit.Value;
        }
    }
}

/// <summary>Forgets a saved filter.</summary>
[Requires(Permission.ReadCases)]
public sealed record DropView(string Name) : IRequest
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<DropView>
    {
        public async Task<Unit> Handle(DropView request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("delete from saved_view where user_name = @user and name = @Name",
                new { user = caller.Value.User, request.Name }, cancellationToken: cancellationToken));
            return Unit.Value;
        }
    }
}
