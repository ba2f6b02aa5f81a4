using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>Every job with its last run and its next, for the administrator.</summary>
[Requires(Permission.RunJobs)]
public sealed record ListJobs : IRequest<ListJobs.Answer>, IEndpoint
{
    public enum JobState { Waiting, Running, Failed, BrokenOff, Late }

    public sealed record Answer(IReadOnlyList<Item> Items);

    /// <param name="Cron">In Asia/Shanghai.</param>
    public sealed record Item(string Name, string Cron, JobState State, DateTimeOffset? Next, Run? Last);

    /// <param name="ScheduledFor">The firing, or the instant at which somebody asked for it.</param>
    /// <param name="EndedAt">Null: still running, or its node was lost.</param>
    /// <param name="AskedBy">The account that wanted it at once; null for the schedule.</param>
    public sealed record Run(DateTimeOffset ScheduledFor, string Node, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, bool? Succeeded,
        string? Result, string? AskedBy);

    public sealed class Handler(NpgsqlDataSource db, JobHealth health, TimeProvider clock) : IRequestHandler<ListJobs, Answer>
    {
        public async Task<Answer> Handle(ListJobs request, CancellationToken cancellationToken) =>
            new(await ReadAsync(JobList.All, db, health, clock.GetUtcNow(), cancellationToken));
    }

    internal static async Task<IReadOnlyList<Item>> ReadAsync(
        IReadOnlyList<Job> jobs, NpgsqlDataSource db, JobHealth health, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var late = await health.LateJobsAsync(cancellationToken);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
            select r.name, r.scheduled_for, r.node, r.started_at, r.ended_at, r.succeeded, r.result, r.asked_by, r.held
            from unnest(@names) as j(name) cross join lateral (
                select name, scheduled_for, node, started_at, ended_at, succeeded, result, asked_by, {JobRunner.IsHeld} as held from job_run
                where name = j.name order by scheduled_for desc limit 1) r
            """, new { names = jobs.Select(job => job.Name).ToArray() }, cancellationToken: cancellationToken));
        var last = rows.ToDictionary(row => row.Name, StringComparer.Ordinal);
        return [.. jobs.Select(job => ItemOf(job, last.GetValueOrDefault(job.Name), late.Contains(job.Name), now))];
    }

    private static Item ItemOf(Job job, Row? last, bool late, DateTimeOffset now)
    {
        var state = last switch
        {
            _ when late => JobState.Late,
            null or { Succeeded: true } => JobState.Waiting,
            { EndedAt: null, Held: true } => JobState.Running,
            { EndedAt: null } or { Result: JobRunner.BrokenOff } => JobState.BrokenOff,
            _ => JobState.Failed,
        };
        return new Item(job.Name, job.Cron, state, job.Next(now), last is null ? null
            : new Run(last.ScheduledFor, last.Node, last.StartedAt, last.EndedAt, last.Succeeded, last.Result, last.AskedBy));
    }

    private sealed record Row(
        string Name, DateTimeOffset ScheduledFor, string Node, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, bool? Succeeded,
        string? Result, string? AskedBy, bool Held);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/jobs", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListJobs(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListJobs)).WithTags("Jobs").Produces<Answer>();
}
