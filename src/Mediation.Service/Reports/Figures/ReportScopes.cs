using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// Which figures a caller may see: a division's subtree, the own body's, or what the own court referred. Anything else is 404.
/// </summary>
public sealed class ReportScopes(NpgsqlDataSource db, CurrentCaller current)
{
    private ScopeKind Own => current.Value switch
    {
        { IsSystem: true } or { Role: Role.Supervisor or Role.Auditor } => ScopeKind.Division,
        { Role: Role.Court } => ScopeKind.Court,
        // The same bodies that see their division's cases.
        { BodyKind: "centre" or "justiceBureau" or "justiceOffice" } => ScopeKind.Division,
        _ => ScopeKind.Body,
    };

    /// <summary>Whether the caller may ask for a division within the own one.</summary>
    public bool SeesDivisions => Own == ScopeKind.Division;

    /// <summary>The divisions from the caller's own down to this one; for a body or court only itself.</summary>
    public async Task<IReadOnlyList<(string Code, string Name)>> PathAsync(string? division, CancellationToken cancellationToken)
    {
        var scope = await FindAsync(division, body: null, cancellationToken);
        if (scope.Kind != ScopeKind.Division) return [(scope.Code, scope.Name)];
        var own = current.Value.IsSystem ? "" : current.Value.Division;
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition(
            "select code, name from division where starts_with(@Code, code) and starts_with(code, @own) order by code",
            new { scope.Code, own }, cancellationToken: cancellationToken))).AsList();
    }

    /// <exception cref="ProblemException">404 outside the caller's own scope.</exception>
    public async Task<ReportScope> FindAsync(string? division, string? body, CancellationToken cancellationToken)
    {
        var (caller, own) = (current.Value, Own);
        if (own != ScopeKind.Division)
        {
            if (division is not null || (own == ScopeKind.Body && body is not null && body != caller.Body))
                throw ProblemException.NotFound();
            body ??= caller.Body;
        }

        var (low, high) = CaseScope.Subtree(caller.Division);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var found = await connection.QueryFirstOrDefaultAsync<(string Code, string Name, string Kind)?>(new CommandDefinition(body is null
            ? """
              select code, name, 'division' from division
              where (@system or (code >= @low and code < @high)) and (code = @division or (@division is null and (code = @own or @system)))
              order by code limit 1
              """
            : """
              select b.code, b.name, case when b.kind = 'court' then 'court' else 'body' end from body b
              where b.code = @body and (@system or b.code = @ownBody or (b.division >= @low and b.division < @high))
                  and (@kind <> 'court' or b.kind = 'court') and (@division is null or starts_with(b.division, @division))
              """,
            new { system = caller.IsSystem, low, high, division, body, own = caller.Division, ownBody = caller.Body, kind = own.Camel() },
            cancellationToken: cancellationToken));
        return found is { } row ? new ReportScope(row.Code, row.Name, Enum.Parse<ScopeKind>(row.Kind, ignoreCase: true))
            : throw ProblemException.NotFound();
    }

    /// <summary>A division, for what speaks of a place.</summary>
    /// <exception cref="ProblemException">404 outside the caller's own scope, and for whoever sees a body's cases alone.</exception>
    public async Task<ReportScope> FindDivisionAsync(string? division, CancellationToken cancellationToken) =>
        await FindAsync(division, body: null, cancellationToken) is { Kind: ScopeKind.Division } scope
            ? scope : throw ProblemException.NotFound();
}
