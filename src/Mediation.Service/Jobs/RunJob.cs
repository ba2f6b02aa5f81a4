using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Jobs;

/// <summary>Runs a job now, on this node, and answers when it has ended. Refused while the job runs on any node.</summary>
[Requires(Permission.RunJobs)]
public sealed record RunJob : IRequest<ListJobs.Item>, IEndpoint
{
    [JsonIgnore]
    public string Job { get; set; } = "";

    public static RunJob Example => new();

    public sealed class Handler(JobRunner runner, NpgsqlDataSource db, JobHealth health, CurrentCaller caller, TimeProvider clock,
        IHostApplicationLifetime life)
        : IRequestHandler<RunJob, ListJobs.Item>
    {
        public async Task<ListJobs.Item> Handle(RunJob request, CancellationToken cancellationToken)
        {
            var job = JobList.All.FirstOrDefault(job => job.Name == request.Job) ?? throw ProblemException.NotFound();
            // Not the request's token: who leaves the page does not break the run off.
            if ((await ReadAsync()).State == ListJobs.JobState.Running
                || !await runner.RunAsync(job, clock.GetUtcNow(), life.ApplicationStopping, caller.Value.User))
                throw new ProblemException(409, "job.running", new("该任务正在运行，请稍后再试。", "This job is running. Try again when it has ended."));
            return await ReadAsync();

            async Task<ListJobs.Item> ReadAsync() => (await ListJobs.ReadAsync([job], db, health, clock.GetUtcNow(), cancellationToken))[0];
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/jobs/{job}/run", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<RunJob>(http, request => request.Job = (string)http.GetRouteValue("job")!))
            .SendAloneAsync<ListJobs.Item>(
                item => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(item, ApiJson.Output)))))
        .WithName(nameof(RunJob)).WithTags("Jobs").WithMetadata(new BodyOf(typeof(RunJob)))
        .Produces<ListJobs.Item>().ProducesProblems(409)
        .WithRequestTimeout(LimitsSetup.Files);
}
