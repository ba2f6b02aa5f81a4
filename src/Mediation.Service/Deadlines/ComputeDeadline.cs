using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;

namespace Mediation.Service.Deadlines;

/// <summary>When a clock would fall due that starts on a given day, under the law of that day, line by line. Reads no case.</summary>
[Requires(Permission.ReadDirectory)]
public sealed record ComputeDeadline(ClockName? Clock = null, Track? Track = null, Procedure? Procedure = null, string? Category = null,
    Risk? Risk = null, DateOnly? StartedOn = null)
    : IRequest<ComputeDeadline.Answer>, IEndpoint
{
    /// <param name="Policy">The one in force on that day for such a case.</param>
    /// <param name="Assumed">A year on the way is not published: weekends only.</param>
    public sealed record Answer(
        string Policy, DateOnly StartedOn, DateOnly DueOn, DateOnly WarnOn, bool Assumed, IReadOnlyList<ExplanationView> Explanation);

    public sealed class Handler(DeadlinePolicySource source, WorkingCalendarSource calendars, TimeProvider clock)
        : IRequestHandler<ComputeDeadline, Answer>
    {
        public async Task<Answer> Handle(ComputeDeadline request, CancellationToken cancellationToken)
        {
            var startedOn = request.StartedOn ?? ShanghaiTime.DateOf(clock.GetUtcNow());
            var (name, calendar) = (request.Clock ?? ClockName.Term, await calendars.GetAsync(cancellationToken));
            if (name == ClockName.Performance)
                throw ProblemException.Invalid("clock",
                    new("履行期限按约定日期，无须计算。", "Performance goes by the date agreed: there is nothing to compute."));
            var policy = (await source.GetAsync(cancellationToken)).Find(name, request.Track ?? Domain.Track.People, request.Procedure,
                request.Category ?? "99", request.Risk ?? Domain.Risk.Green, startedOn);
            var computed = Domain.Deadlines.Clock.Start(policy, startedOn, calendar);
            return new Answer(policy.Id, startedOn, computed.DueOn, computed.WarnOn, computed.Assumed,
                ExplanationView.Of(computed, policy, calendar));
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/policies/deadlines/due", async (HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var request = new ComputeDeadline(query.Enum<ClockName>("clock"), query.Enum<Track>("track"),
                query.Enum<Procedure>("procedure"), query.Text("category", 2), query.Enum<Risk>("risk"), query.Date("startedOn"));
            if (request.Category is not null && !Domain.Category.Exists(request.Category))
                query.Wrong("category", new("没有这个纠纷类别，请填类别代码。", "There is no such category: give its code."));
            if (request.StartedOn is { } day && (day < PolicyRules.FirstDay || day.Year > 2100))
                query.Wrong("startedOn", new("应在2000年至2100年之间。", "Give a day from 2000 to 2100."));
            query.Check();
            return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ComputeDeadline)).WithTags("Policies").WithSummary("Compute a deadline").Produces<Answer>();
}
