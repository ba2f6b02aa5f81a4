using FluentValidation;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Mediation.Service.Accounts;

/// <summary>Checks a name and a password; the page turns the account into a cookie.</summary>
public static class SignIn
{
    [Anyone("Nobody is signed in yet.")]
    public sealed record Command(string User, string Password) : IRequest<Account>
    {
        public override string ToString() => nameof(Command); // never the password
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(command => command.User).NotEmpty().MaximumLength(64);
            RuleFor(command => command.Password).NotEmpty().MaximumLength(256);
        }
    }

    public sealed class Handler(AccountStore accounts, SignInAttempts attempts, PasswordHasher<string> hasher)
        : IRequestHandler<Command, Account>
    {
        // Hashed once, for names that nobody has: these take as long as a wrong password.
        private static readonly Lazy<string> Nobody = new(() => new PasswordHasher<string>().HashPassword("", "nobody"));

        public async Task<Account> Handle(Command request, CancellationToken cancellationToken)
        {
            var user = request.User.Trim().ToLowerInvariant();
            if (!await attempts.BeginAsync(user, cancellationToken))
                throw new ProblemException(429, "signIn.locked",
                    new("失败次数过多，该账号已锁定 15 分钟。请稍后再试。", "Too many failures: this account is locked for 15 minutes. Try again later."));
            var account = await accounts.FindAsync(user, cancellationToken);
            var verified = hasher.VerifyHashedPassword(user, account?.PasswordHash ?? Nobody.Value, request.Password);
            if (account is null || verified == PasswordVerificationResult.Failed)
                throw new ProblemException(401, "signIn.failed",
                    new("用户名或密码不正确。请核对后重试。", "The user name or the password is wrong. Check them and try again."));
            await attempts.ForgetAsync(user, cancellationToken);
            return account;
        }
    }
}
