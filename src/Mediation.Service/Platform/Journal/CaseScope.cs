using Mediation.Service.Platform.Callers;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// Row scope, in one place: which cases a caller may see at all. Every query over <c>cases c</c> joins this condition;
/// what it leaves out is 404.
/// </summary>
/// <param name="Sql">A condition over the alias <c>c</c> with the parameters @scopeLow, @scopeHigh, @scopeBody.</param>
public sealed record CaseScope(string Sql, string Low, string High, string Body)
{
    // In the words of the index cases_joined.
    private const string Joined = "cardinality(c.joined) > 0 and c.joined @> array[@scopeBody]";

    public static CaseScope Of(Caller caller)
    {
        var (low, high) = Subtree(caller.Division);
        var sql = caller switch
        {
            { IsSystem: true } => "true",
            { Role: Role.Supervisor or Role.Auditor } => "c.division >= @scopeLow and c.division < @scopeHigh",
            // A basic court has no other below it: equality lets its lists walk their index.
            { Role: Role.Court, Division.Length: 6 } => "c.court = @scopeBody",
            { Role: Role.Court } => "c.court >= @scopeLow and c.court < @scopeHigh",
            { Role: Role.Admin } => "false",
            { Role: Role.Liaison } => Joined,
            { Role: Role.Grid } => "c.desk = @scopeBody",
            { BodyKind: "centre" or "justiceBureau" or "justiceOffice" } =>
                "(c.division >= @scopeLow and c.division < @scopeHigh or c.transfer_to = @scopeBody)",
            _ => $"(c.body = @scopeBody or c.offered_to = @scopeBody or c.transfer_to = @scopeBody or c.desk = @scopeBody or {Joined})",
        };
        return new CaseScope(sql, low, high, caller.Body);
    }

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(new NpgsqlParameter("scopeLow", Low));
        parameters.Add(new NpgsqlParameter("scopeHigh", High));
        parameters.Add(new NpgsqlParameter("scopeBody", Body));
    }

    /// <summary>The same condition with numbered parameters, and what stands for them: only those that it names.</summary>
    public string Numbered(int first)
    {
        var sql = Sql;
        foreach (var (name, _) in Named) sql = sql.Replace(name, $"${first++}", StringComparison.Ordinal);
        return sql;
    }

    public IEnumerable<string> Values => Named.Select(named => named.Value);

    private IEnumerable<(string Name, string Value)> Named =>
        new[] { ("@scopeLow", Low), ("@scopeHigh", High), ("@scopeBody", Body) }
            .Where(named => Sql.Contains(named.Item1, StringComparison.Ordinal));

    /// <summary>A division's subtree is a range over its code: <c>4301</c> is [4301, 4302). What is no code has nothing under it.</summary>
    public static (string Low, string High) Subtree(string division) =>
        division.Length == 0 ? ("", "")
        : char.IsAsciiLetterOrDigit(division[^1]) ? (division, division[..^1] + (char)(division[^1] + 1))
        : (division, division);
}
