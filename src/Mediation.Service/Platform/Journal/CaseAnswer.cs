using System.Text.Json;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Platform.Journal;

/// <summary>The whole case after an action, as bytes: what is sent, and what is kept for a repeat of the same request.</summary>
public sealed record CaseAnswer(StoredAnswer Kept, CaseView? View)
{
    public static CaseAnswer Of(StoredCase after, int status, Caller caller, WorkingCalendar calendar, IReadOnlyList<DeadlinePolicy> policies)
    {
        var view = CaseView.Of(after, caller, calendar, policies);
        return new CaseAnswer(new StoredAnswer(status, $"\"{view.Version}\"", status == 201 ? $"/api/v1/cases/{view.Id}" : null,
            JsonSerializer.SerializeToUtf8Bytes(view, ApiJson.Output)), view);
    }

    public static CaseAnswer Again(StoredAnswer kept) => new(kept, null);

    public async Task WriteAsync(HttpContext http) => await WriteAsync(http, Kept);

    public static async Task WriteAsync(HttpContext http, StoredAnswer kept)
    {
        http.Response.StatusCode = kept.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        if (kept.ETag is not null) http.Response.Headers.ETag = kept.ETag;
        if (kept.Location is not null) http.Response.Headers.Location = kept.Location;
        await http.Response.Body.WriteAsync(kept.Body, http.RequestAborted);
    }
}
