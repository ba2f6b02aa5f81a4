using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Groups;

/// <summary>Puts cases into groups and takes them out, row by row.</summary>
public sealed class GroupMembers(NpgsqlDataSource db, CaseGroups groups, CurrentCaller caller, TimeProvider clock)
{
    private static readonly Message InAlready = new("已在本批次中。", "It is in this group already.");

    /// <exception cref="ProblemException">409 where the group would become too large.</exception>
    public async Task<IReadOnlyList<GroupRow>> AddAsync(
        CaseGroups.Group group, IReadOnlyList<string> cases, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        // One at a time for each group, so that its size is not overrun.
        await connection.ExecuteAsync(new CommandDefinition("select 1 from case_group where id = @Id for update", new { group.Id },
            transaction, cancellationToken: cancellationToken));
        var found = await FindAsync(connection, cases, cancellationToken);
        var rows = cases.Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, Case: found.FirstOrDefault(row => row.Is(name)))).ToList();
        var wanted = rows.Where(row => row.Case is { IsOpen: true, GroupId: null }).Select(row => row.Case!.Id).Distinct().ToArray();
        var inside = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("select count(*) from case_group_member where group_id = @Id and removed_at is null",
                new { group.Id }, transaction, cancellationToken: cancellationToken));
        if (inside + wanted.Length > CaseGroups.Most) throw CaseGroups.TooMany;
        // Somebody may put one of them into another group at this moment; the index lets one through.
        var added = (await connection.QueryAsync<Guid>(new CommandDefinition("""
            insert into case_group_member (group_id, case_id, added_at, added_by)
            select @Id, c, @now, @user from unnest(@wanted) as c
            on conflict (case_id) where removed_at is null do nothing returning case_id
            """, new { group.Id, wanted, now = clock.GetUtcNow().UtcDateTime, user = caller.Value.User }, transaction,
            cancellationToken: cancellationToken))).ToHashSet();
        return
        [
            .. rows.Select(row => row.Case switch
            {
                null => GroupRow.Refused(row.Name, ProblemException.NotFound()),
                { } one when added.Contains(one.Id) => one.Row(RowResult.Done),
                { } one when one.GroupId == group.Id => one.Row(RowResult.Unchanged, null, InAlready),
                { IsOpen: false } one => one.Row(RowResult.Refused, "group.caseClosed", new("案件已结，不能加入批次。",
                    "The case is closed and cannot come into a group.")),
                { } one => one.Row(RowResult.Refused, "group.otherGroup", one.GroupName is { } other
                    ? new($"案件已在批次“{other}”中，请先从中移出。", $"The case is in the group “{other}”: take it out there first.")
                    : new("案件已在另一批次中，请先从中移出。", "The case is in another group: take it out there first.")),
            }),
        ];
    }

    public async Task<IReadOnlyList<GroupRow>> RemoveAsync(
        CaseGroups.Group group, IReadOnlyList<string> cases, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var found = await FindAsync(connection, cases, cancellationToken);
        var rows = cases.Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, Case: found.FirstOrDefault(row => row.Is(name) && row.GroupId == group.Id))).ToList();
        var removed = (await connection.QueryAsync<Guid>(new CommandDefinition("""
            update case_group_member set removed_at = greatest(@now, added_at), removed_by = @user
            where group_id = @Id and case_id = any(@wanted) and removed_at is null returning case_id
            """, new
        {
            group.Id,
            wanted = rows.Where(row => row.Case is not null).Select(row => row.Case!.Id).ToArray(),
            now = clock.GetUtcNow().UtcDateTime,
            user = caller.Value.User
        }, cancellationToken: cancellationToken))).ToHashSet();
        return [.. rows.Select(row =>
            row.Case is { } one && removed.Contains(one.Id) ? one.Row(RowResult.Done) : GroupRow.Refused(row.Name, GroupRun.NotInGroup))];
    }

    /// <summary>The cases that the caller may see, each with the group it is in.</summary>
    private async Task<List<Found>> FindAsync(NpgsqlConnection connection, IReadOnlyList<string> cases, CancellationToken cancellationToken)
    {
        var scope = CaseScope.Of(caller.Value);
        var ids = cases.Select(name => Guid.TryParseExact(name, "D", out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToArray();
        return (await connection.QueryAsync<Found>(new CommandDefinition($"""
            select c.id, c.case_no, c.version, c.status, c.is_open, g.id as group_id, g.name as group_name
            from cases c left join case_group_member m on m.case_id = c.id and m.removed_at is null left
            join case_group g on g.id = m.group_id
            where (c.case_no = any(@cases) or c.id = any(@ids)) and {scope.Sql}
            """, groups.Values(scope, new { cases = cases.ToArray(), ids }), cancellationToken: cancellationToken))).AsList();
    }

    private sealed record Found(Guid Id, string CaseNo, int Version, Status Status, bool IsOpen, Guid? GroupId, string? GroupName)
    {
        public bool Is(string name) => string.Equals(name, CaseNo, StringComparison.OrdinalIgnoreCase)
            || string.Equals(name, Id.ToString("D"), StringComparison.OrdinalIgnoreCase);

        public GroupRow Row(RowResult result, string? code = null, Message? why = null) =>
            new(CaseNo, result, Version, Status, code, why?.In(), null);
    }
}
