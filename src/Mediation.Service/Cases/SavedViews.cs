using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>
/// The caller's saved filters of the work list, or views of the reports, by name. Who gets the address of one sees with
/// it what he may see himself.
/// </summary>
[Requires(Permission.ReadCases)]
public sealed record ListViews(bool OfReports = false) : IRequest<IReadOnlyList<ListViews.Row>>
{
    public sealed record Row(string Name, string Address, bool IsDefault);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ListViews, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(ListViews request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Row>(new CommandDefinition("""
                select name, address, is_default from saved_view where user_name = @user and of_reports = @OfReports
                order by created_at, name limit 20
                """,
                new { user = caller.Value.User, request.OfReports }, cancellationToken: cancellationToken))).AsList();
        }
    }
}

/// <summary>Keeps an address of the work list or of the reports under a name; the same name again is replaced.</summary>
[Requires(Permission.ReadCases)]
public sealed record SaveView(string Name, string Address, bool IsDefault) : IRequest
{
    public const int Most = 20;

    /// <summary>Within this site alone: what is kept is opened again by a click.</summary>
    public static bool IsKept(string? address) =>
        address is not null && !address.Any(char.IsControl) && (address.StartsWith("/?", StringComparison.Ordinal) || IsOfReports(address));

    public static bool IsOfReports(string? address) =>
        address is not null && (address.StartsWith("/reports/monthly?", StringComparison.Ordinal)
            || address.StartsWith("/reports/analysis?", StringComparison.Ordinal));

    public sealed class Validator : AbstractValidator<SaveView>
    {
        public Validator()
        {
            RuleFor(request => request.Name).NotEmpty().MaximumLength(40);
            RuleFor(request => request.Address).MaximumLength(1000).Must(IsKept)
                .Saying("请从工作台或报表页面保存。", "Save it from the work list or from a report.");
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock) : IRequestHandler<SaveView>
    {
        public async Task<Unit> Handle(SaveView request, CancellationToken cancellationToken)
        {
            var values = new
            {
                user = caller.Value.User,
                name = request.Name,
                address = request.Address,
                @default = request.IsDefault,
                reports = IsOfReports(request.Address),
                now = clock.GetUtcNow().UtcDateTime,
                Most
            };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // One at a time for each account, so that neither the limit nor the one default is overrun.
            await connection.ExecuteAsync(new CommandDefinition("select 1 from app_user where name = @user for update", values, transaction,
                cancellationToken: cancellationToken));
            if (request.IsDefault)
                await connection.ExecuteAsync(
                    new CommandDefinition("update saved_view set is_default = false where user_name = @user and is_default", values,
                        transaction, cancellationToken: cancellationToken));
            var saved = await connection.ExecuteAsync(new CommandDefinition("""
                insert into saved_view (user_name, name, address, is_default, created_at)
                select @user, @name, @address, @default, @now
                where (select count(*) from saved_view where user_name = @user and of_reports = @reports and name <> @name) < @Most
                on conflict (user_name, of_reports, name) do update set address = excluded.address, is_default = excluded.is_default
                """, values, transaction, cancellationToken: cancellationToken));
            if (saved == 0)
                throw new ProblemException(409, "view.tooMany",
                    new($"最多保存 {Most} 个筛选。请先删除不用的。", $"At most {Most} filters are kept. Remove one first."));
            await transaction.CommitAsync(cancellationToken);
            return Unit.Value;
        }
    }
}

/// <summary>Forgets a saved filter.</summary>
[Requires(Permission.ReadCases)]
public sealed record DropView(string Name, bool OfReports = false) : IRequest
{
    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<DropView>
    {
        public async Task<Unit> Handle(DropView request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(
                new CommandDefinition("delete from saved_view where user_name = @user and name = @Name and of_reports = @OfReports",
                    new { user = caller.Value.User, request.Name, request.OfReports }, cancellationToken: cancellationToken));
            return Unit.Value;
        }
    }
}
