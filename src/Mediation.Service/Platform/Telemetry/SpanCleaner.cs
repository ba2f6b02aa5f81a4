using System.Diagnostics;
using OpenTelemetry;

namespace Mediation.Service.Platform.Telemetry;

/// <summary>
/// Spans leave the house, so what somebody typed is taken out: addresses with their ids and queries, who asks from where, and the words
/// of errors, in which PostgreSQL quotes values. What stays is listed; a tag that a library adds later is not in it.
/// </summary>
public sealed class SpanCleaner : BaseProcessor<Activity>
{
    public const string Source = "Mediation.Cleaned";

    private static readonly ActivitySource Cleaned = new(Source);

    // The statement is ours, with its parameters as numbers.
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "http.request.method", "http.route", "http.response.status_code", "url.scheme", "network.protocol.version", "error.type",
        "db.system.name", "db.system", "db.namespace", "db.query.text", "db.query.summary", "db.statement",
        "db.response.status_code", "db.npgsql.data_source",
    };

    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.ToList())
            if (!Kept.Contains(name)) data.SetTag(name, null);
        data.SetStatus(data.Status); // without its description
        if (data.Events.Any()) Replace(data);
    }

    /// <summary>
    /// An event, once there, cannot be taken out: the span goes out again without any, in its place. Nothing hangs
    /// below it but what is in the database.
    /// </summary>
    private static void Replace(Activity data)
    {
        data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        using var clean = Cleaned.StartActivity(data.Kind, new ActivityContext(data.TraceId, data.ParentSpanId,
            ActivityTraceFlags.Recorded), data.TagObjects, startTime: new DateTimeOffset(data.StartTimeUtc), name: data.DisplayName);
        clean?.SetStatus(data.Status);
        clean?.SetEndTime(data.StartTimeUtc + data.Duration);
    }
}
