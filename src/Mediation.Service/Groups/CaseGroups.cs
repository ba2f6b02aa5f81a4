using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Groups;

public enum RowResult { Done, Unchanged, Refused }

/// <summary>What became of one case when all of a group were asked.</summary>
/// <param name="Code">Why it was refused, as for the case alone.</param>
/// <param name="Fields">What is wrong, field by field.</param>
public sealed record GroupRow(string CaseNo, RowResult Result, int? Version, Status? Status, string? Code, string? Message,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Fields)
{
    public static GroupRow Done(CaseView view) => new(view.CaseNo, RowResult.Done, view.Version, view.Status, null, null, null);

    public static GroupRow Unchanged(Case state, Message why) =>
        new(state.CaseNo, RowResult.Unchanged, state.Version, state.Status, null, why.In(), null);

    public static GroupRow Refused(string caseNo, ProblemException problem, Case? state = null) =>
        new(caseNo, RowResult.Refused, state?.Version, state?.Status, problem.Code,
            problem.Text.In() + (problem.Basis is null ? "" : $" ({problem.Basis.In()})"),
            problem.Fields.Count == 0 ? null : problem.Fields.ToDictionary(pair => pair.Key,
                pair => (IReadOnlyList<string>)[.. pair.Value.Select(message => message.In())], StringComparer.Ordinal));
}

/// <summary>The result for each case, in the order of their numbers.</summary>
/// <param name="Hidden">Cases of the group that the caller may not see; they were left alone.</param>
public sealed record GroupAnswer(Guid Id, string Name, int Done, int Unchanged, int Refused, int Hidden, IReadOnlyList<GroupRow> Cases)
{
    public static GroupAnswer Of(CaseGroups.Group group, IReadOnlyList<GroupRow> rows, int hidden) => new(group.Id, group.Name,
        rows.Count(row => row.Result == RowResult.Done), rows.Count(row => row.Result == RowResult.Unchanged),
        rows.Count(row => row.Result == RowResult.Refused), hidden, rows);
}

/// <summary>Groups as the caller may see them: his own, and those with a case of his scope; of these only the cases of his scope.</summary>
public sealed class CaseGroups(NpgsqlDataSource db, CurrentCaller caller)
{
    public const int Most = 200;

    public static readonly ProblemException TooMany = new(409, "group.tooMany",
        new($"一个批次最多 {Most} 件。", $"A group has at most {Most} cases."));

    public sealed record Group(Guid Id, string Name, string CreatedBy, DateTimeOffset CreatedAt);

    /// <exception cref="ProblemException">404 where there is no such group or the caller may not see it.</exception>
    public async Task<Group> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var scope = CaseScope.Of(caller.Value);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Group>(new CommandDefinition($"""
            select g.id, g.name, g.created_by, g.created_at from case_group g where g.id = @id and {Visible(scope)}
            """, Values(scope, new { id }), cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
    }

    /// <summary>The cases of the group that the caller may see, in the order of their numbers, and how many more there are.</summary>
    public async Task<(IReadOnlyList<Guid> Cases, int Hidden)> MembersAsync(Guid group, CancellationToken cancellationToken)
    {
        var scope = CaseScope.Of(caller.Value);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(Guid Id, bool Seen)>(new CommandDefinition($"""
            select c.id, ({scope.Sql}) as seen from case_group_member m join cases c on c.id = m.case_id
            where m.group_id = @group and m.removed_at is null order by c.case_no
            """, Values(scope, new { group }), cancellationToken: cancellationToken))).AsList();
        return ([.. rows.Where(row => row.Seen).Select(row => row.Id)], rows.Count(row => !row.Seen));
    }

    internal static string Visible(CaseScope scope) => $"""
        (g.created_by = @user or exists (select 1 from case_group_member m join cases c on c.id = m.case_id
            where m.group_id = g.id and m.removed_at is null and {scope.Sql}))
        """;

    internal DynamicParameters Values(CaseScope scope, object also)
    {
        var values = new DynamicParameters(also);
        values.AddDynamicParams(new { user = caller.Value.User, scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body });
        return values;
    }
}
