using System.Diagnostics.Metrics;
using System.Text.Json;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Telemetry;

/// <summary>
/// What the service counts of its own doing. A label is a name from the code: never an id, an account, an address or anything that
/// somebody typed. Nobody listens unless figures are asked for, and then a count costs next to nothing.
/// </summary>
public static class Counted
{
    public const string Meter = "Mediation";

    private static readonly Meter Mine = new(Meter);
    private static readonly Counter<long> Requests = Mine.CreateCounter<long>("mediation.requests", "{request}",
        "Requests of the mediator by kind and result: done, refused, failed, cancelled.");
    private static readonly Counter<long> Refusals = Mine.CreateCounter<long>("mediation.refusals", "{refusal}",
        "What was refused, by code.");
    private static readonly Counter<long> Cases = Mine.CreateCounter<long>("mediation.cases.opened", "{case}", "Cases opened, by channel.");
    private static readonly Counter<long> Steps = Mine.CreateCounter<long>("mediation.sweep.steps", "{step}",
        "What the sweep did: dueSoon, overdue, escalated, failed.");
    private static readonly Histogram<double> Lateness = Mine.CreateHistogram("mediation.sweep.lateness", "s",
        "From the instant at which a clock was to move until the sweep moved it.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 15, 30, 60, 90, 120, 300, 900, 3600, 14400, 86400] });
    private static readonly Counter<long> Jobs = Mine.CreateCounter<long>("mediation.jobs.runs", "{run}",
        "Runs of jobs, by job and result: done, failed.");
    private static readonly Counter<long> Messages = Mine.CreateCounter<long>("mediation.messages", "{message}",
        "Tries to send a message, by channel and what became of it.");
    private static readonly Counter<long> Rows = Mine.CreateCounter<long>("mediation.import.rows", "{row}",
        "Rows of courts' files, by result.");

    public static void Request(string kind, string result) => Requests.Add(1, new("request", kind), new("result", result));

    public static void Refusal(string code) => Refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    public static void Opened(Channel channel, int cases = 1) =>
        Cases.Add(cases, new KeyValuePair<string, object?>("channel", JsonNamingPolicy.CamelCase.ConvertName(channel.ToString())));

    public static void Swept(string step, int times) => Steps.Add(times, new KeyValuePair<string, object?>("step", step));

    public static void Late(TimeSpan by) => Lateness.Record(by.TotalSeconds);

    public static void Run(string job, bool succeeded) => Jobs.Add(1, new("job", job), new("result", succeeded ? "done" : "failed"));

    public static void Message(string channel, string state) => Messages.Add(1, new("channel", channel), new("state", state));

    public static void Imported(string result, int rows) => Rows.Add(rows, new KeyValuePair<string, object?>("result", result));
}
