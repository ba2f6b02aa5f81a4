using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Reports.Figures;

public enum ScopeKind { Division, Body, Court }

/// <summary>Whose figures.</summary>
/// <param name="Code">Of a division, whose whole subtree is counted, of a body, or of a court: what it referred.</param>
public sealed record ReportScope(string Code, string Name, ScopeKind Kind)
{
    /// <summary>The first code behind the subtree of a division.</summary>
    public string High => CaseScope.Subtree(Code).High;

    /// <summary>The scope as a parameter of an address: division=…, body=… or, of lists of cases, court=….</summary>
    public string Query => $"{Kind.Camel()}={Uri.EscapeDataString(Code)}";

    public bool Holds(Place place) => Kind switch
    {
        ScopeKind.Division => place.Division.StartsWith(Code, StringComparison.Ordinal),
        ScopeKind.Body => place.Body == Code,
        _ => place.Court == Code,
    };

    /// <summary>The condition that a row is the scope's, by its columns division, body and court.</summary>
    /// <param name="prefix">An alias with its dot (<c>c.</c>), or <c>from_</c> for the place that a case left.</param>
    /// <returns>SQL with the parameters <c>@Code</c> and <c>@High</c>.</returns>
    public string Sql(string prefix = "") => Kind switch
    {
        ScopeKind.Division => $"{prefix}division >= @Code and {prefix}division < @High",
        ScopeKind.Body => $"{prefix}body = @Code",
        _ => $"{prefix}court = @Code",
    };
}
