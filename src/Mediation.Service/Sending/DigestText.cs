using Dapper;
using Mediation.Service.Accounts;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>What one person's digest says, by what he may see at the moment of sending.</summary>
public sealed class DigestText(NpgsqlDataSource db, AccountStore accounts, MessageText texts)
{
    private const int Most = 30;

    /// <returns>Null when nothing is due, overdue or unread, or the account has gone.</returns>
    public async Task<(string Subject, string Body)?> OfAsync(
        string user, DateOnly day, string language, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(user, cancellationToken) is not { Caller: var caller }
            || !Permissions.Has(caller.Role, Permission.ReadCases))
            return null;
        var scope = CaseScope.Of(caller);
        var values = new
        {
            user,
            scopeLow = scope.Low,
            scopeHigh = scope.High,
            scopeBody = scope.Body,
            forBody = ListNotices.ForBody(caller),
            most = Most
        };
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var cases = (await connection.QueryAsync<MessageText.DueCase>(new CommandDefinition($"""
            select c.case_no, c.due_on, c.timeliness = 2 as overdue from cases c
            where c.is_open and c.timeliness > 0 and {scope.Sql} {(caller.Role == Role.Mediator ? "and c.mediator = @user" : "")}
            order by c.due_at, c.id limit @most
            """, values, cancellationToken: cancellationToken))).AsList();
        var unread = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(CountUnread.Sql(scope), values, cancellationToken: cancellationToken));
        return cases.Count + unread == 0 ? null
            : texts.OfDigest(day, cases, cases.Count == Most, unread, language);
    }
}
