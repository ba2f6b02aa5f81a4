using Cronos;
using Mediation.Service.Deadlines;
using Mediation.Service.Escalation;
using Mediation.Service.Lights;
using Mediation.Service.Reports.Month;
using Mediation.Service.Reports.Tallies;
using Mediation.Service.Sending;
using MediatR;

namespace Mediation.Service.Jobs;

/// <summary>A request of the mediator on a schedule.</summary>
/// <param name="Cron">Seconds, minutes, hours, day of month, month, day of week; in Asia/Shanghai.</param>
/// <param name="MayBeLate">How old its last success may be before the service calls itself degraded.</param>
/// <param name="RunAsync">Sends the request; the short text is kept with the run.</param>
public sealed record Job(string Name, string Cron, TimeSpan MayBeLate, Func<IMediator, CancellationToken, Task<string>> RunAsync)
{
    private readonly CronExpression schedule = CronExpression.Parse(Cron, CronFormat.IncludeSeconds);

    /// <summary>Its next firing, in UTC.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => schedule.GetNextOccurrence(after, JobList.Zone)?.ToUniversalTime();
}

/// <summary>The one list. Each job asks the data what is due, so that running it twice or late does no harm.</summary>
public static class JobList
{
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static IReadOnlyList<Job> All { get; } =
    [
        Of("sweep", "0 * * * * ?", TimeSpan.FromMinutes(5), () => new SweepClocks()),
        Of("send", "10 * * * * ?", TimeSpan.FromMinutes(15), () => new SendNotices()),
        Of("endRisks", "5 * * * * ?", TimeSpan.FromMinutes(15), () => new EndRisks()),
        Of("recount", "15 * * * * ?", TimeSpan.FromMinutes(15), () => new RecountClocks()),
        Of("fold", "30 * * * * ?", TimeSpan.FromMinutes(15), () => new FoldTallies()),
        Of("takeOver", "45 * * * * ?", TimeSpan.FromMinutes(15), () => new TakeOver()),
        Of("closeMonth", "0 20 0 * * ?", TimeSpan.FromHours(26), () => new CloseMonth()),
        Of("digest", "0 0 8 * * ?", TimeSpan.FromHours(26), () => new WriteDigests()),
        Of("prune", "0 40 3 * * ?", TimeSpan.FromHours(26), () => new PruneOld()),
    ];

    private static Job Of<T>(string name, string cron, TimeSpan mayBeLate, Func<IRequest<T>> request) where T : notnull =>
        new(name, cron, mayBeLate,
            async (mediator, cancellationToken) => (await mediator.Send(request(), cancellationToken)).ToString() ?? "");
}
