using System.Reflection;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// What a capability makes of a change of a case in tables of its own: letters, notices, figures, receipts. The batch calls each for
/// every change, and the rows go out with the events or not at all. One without state and constructor parameters is found by itself.
/// </summary>
internal interface ICaseProjection
{
    /// <summary>The tables that it inserts into, in the order in which they are written.</summary>
    IReadOnlyList<RowShape> Shapes { get; }

    /// <summary>What is read of the journal for tables that <c>rebuild --check</c> compares with it.</summary>
    IReadOnlyList<FoldedTable> Folded => [];

    /// <param name="draft">What the use case put aside; null for a change that the service itself makes.</param>
    void Add(CaseBatch rows, CaseChange change, CaseDraft? draft);
}

/// <summary>A table whose rows follow from the fold of a case.</summary>
/// <param name="Select">The rows of the cases in <c>$1</c>, the case's id first.</param>
/// <param name="Values">The same rows from the fold, column by column.</param>
/// <param name="Key">The column that tells the rows of one case apart.</param>
internal sealed record FoldedTable(string Name, string Select, Func<Case, IEnumerable<object?[]>> Values, int Key);

internal static class CaseProjections
{
    /// <summary>Every projection of this assembly, in the order of their names: batches of two nodes then lock in one order.</summary>
    public static IReadOnlyList<ICaseProjection> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(ICaseProjection)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => (ICaseProjection)Activator.CreateInstance(type)!),
    ];
}
