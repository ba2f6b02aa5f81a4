using System.Text.Json;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Platform.Journal;

/// <summary>The whole case after an action, as bytes: what is sent, and what is kept for a repeat of the same request.</summary>
public sealed record CaseAnswer(StoredAnswer Kept, CaseView? View)
{
    public static CaseAnswer Of(
        StoredCase after, int status, Caller caller, WorkingCalendar calendar, IReadOnlyList<DeadlinePolicy> policies)
    {
        var view = CaseView.Of(after, caller, calendar, policies);
        return new CaseAnswer(new StoredAnswer(status, $"\"{view.Version}\"", status == 201 ? $"/api/v1/cases/{view.Id}" : null,
            JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Output)), view);
    }

    public static CaseAnswer Repeated(StoredAnswer kept) => new(kept, null);

    public Task WriteAsync(HttpContext http) => Kept.WriteAsync(http);
}
