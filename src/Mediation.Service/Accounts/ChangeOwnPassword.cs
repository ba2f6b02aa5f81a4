using System.Security.Cryptography;
using Dapper;
using FluentValidation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>Changes the caller's password and ends all other sessions; the account returned is for the cookie of this one.</summary>
public static class ChangeOwnPassword
{
    [Requires(Permission.OwnAccount)]
    public sealed record Command(string Current, string Next) : IRequest<Account>
    {
        public override string ToString() => nameof(Command); // never the passwords
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(command => command.Current).NotEmpty().MaximumLength(256);
            RuleFor(command => command.Next).NotEmpty().Length(10, 256);
        }
    }

    public sealed class Handler(
        AccountStore accounts, SignInAttempts attempts, PasswordHasher<string> hasher, NpgsqlDataSource db, CurrentCaller caller)
        : IRequestHandler<Command, Account>
    {
        public async Task<Account> Handle(Command request, CancellationToken cancellationToken)
        {
            var user = caller.Value.User;
            if (string.Equals(request.Next, user, StringComparison.OrdinalIgnoreCase))
                throw ProblemException.Invalid("next", new("密码不能与用户名相同，请另选。", "The password may not be the user name: choose another."));
            if (!await attempts.BeginAsync(user, cancellationToken))
                throw new ProblemException(429, "signIn.locked",
                    new("失败次数过多，该账号已锁定 15 分钟。请稍后再试。", "Too many failures: this account is locked for 15 minutes. Try again later."));
            var account = await accounts.FindAsync(user, cancellationToken) ?? throw ProblemException.Forbidden();
            if (hasher.VerifyHashedPassword(user, account.PasswordHash, request.Current) == PasswordVerificationResult.Failed)
                throw ProblemException.Invalid("current", new("当前密码不正确，请重新输入。", "The current password is wrong: type it again."));
            await attempts.ForgetAsync(user, cancellationToken);

            var changed = account with { PasswordHash = hasher.HashPassword(user, request.Next), Stamp = NewStamp() };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "update app_user set password_hash = @PasswordHash, security_stamp = @Stamp where name = @user",
                new { changed.PasswordHash, changed.Stamp, user }, cancellationToken: cancellationToken));
            return changed;
        }
    }

    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
