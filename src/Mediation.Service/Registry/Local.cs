using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
namespace Mediation.Service.Registry;
public sealed record BodyRow(string Code, string Name, string Kind, Level Level, string Division, bool Mediates, IReadOnlyList<string> Categories, bool Active);
public sealed class BodyDirectory { public ValueTask<BodyRow?> FindBodyAsync(string code, CancellationToken c) => throw new NotSupportedException(); public ValueTask<BodyRow?> CentreOfAsync(string d, CancellationToken c) => throw new NotSupportedException(); }
public sealed class WorkingCalendarSource { public ValueTask<WorkingCalendar> GetAsync(CancellationToken c) => throw new NotSupportedException(); }
