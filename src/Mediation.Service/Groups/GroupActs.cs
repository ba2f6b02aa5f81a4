using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Conduct;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Referral;
using MediatR;

namespace Mediation.Service.Groups;

/// <summary>Gives the cases of a group to one mediator.</summary>
[Requires(Permission.Assign)]
public sealed record AssignGroup : GroupActRequest, IEndpoint
{
    /// <summary>User name.</summary>
    public string? Mediator { get; init; }

    public static AssignGroup Example => new() { Mediator = "mediator1.430104001" };

    public override IReadOnlyList<CaseActionRequest> Steps(StoredCase stored) =>
        stored.State.Mediator == Mediator ? [] : [new AssignMediator { Mediator = Mediator }];

    public sealed class Validator : GroupActValidator<AssignGroup>
    {
        public Validator() => RuleFor(request => request.Mediator).NotEmpty().MaximumLength(64);
    }

    public sealed class Handler(GroupRun run) : IRequestHandler<AssignGroup, GroupAnswer>
    {
        public Task<GroupAnswer> Handle(AssignGroup request, CancellationToken cancellationToken) =>
            run.RunAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => GroupActs.Map<AssignGroup>(app, "assign");
}

/// <summary>Records that every party of every case who has not yet said so wants to be mediated.</summary>
[Requires(Permission.Conduct)]
public sealed record ConsentGroup : GroupActRequest, IEndpoint
{
    /// <summary>In what way it was said: in writing, by phone, …</summary>
    public string? How { get; init; }

    public static ConsentGroup Example => new() { How = "书面" };

    public override IReadOnlyList<CaseActionRequest> Steps(StoredCase stored) =>
        [.. stored.State.Parties.Where(party => !stored.State.Consents.ContainsKey(party.Id))
            .Select(party => new RecordConsent { Party = party.Id, Given = true, How = How })];

    public sealed class Validator : GroupActValidator<ConsentGroup>
    {
        public Validator() => RuleFor(request => request.How).NotEmpty().MaximumLength(100);
    }

    public sealed class Handler(GroupRun run) : IRequestHandler<ConsentGroup, GroupAnswer>
    {
        public Task<GroupAnswer> Handle(ConsentGroup request, CancellationToken cancellationToken) =>
            run.RunAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => GroupActs.Map<ConsentGroup>(app, "consents");
}

/// <summary>Fixes one session for all (集中调解): each case has it under its own number. A case that has it already keeps it.</summary>
[Requires(Permission.Conduct)]
public sealed record ScheduleGroup : GroupActRequest, IEndpoint
{
    /// <summary>RFC 3339 with its offset.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public int? Minutes { get; init; }
    public string? Place { get; init; }
    public SessionKind? Kind { get; init; }

    public static ScheduleGroup Example => new()
    { StartsAt = new DateTimeOffset(2026, 11, 25, 1, 0, 0, TimeSpan.Zero), Minutes = 180, Place = "街道礼堂", Kind = SessionKind.InPerson };

    public override IReadOnlyList<CaseActionRequest> Steps(StoredCase stored) =>
        stored.State.Sessions.Any(session => session.State == SessionState.Scheduled && session.StartsAt == StartsAt) ? []
        : [new ScheduleSession { StartsAt = StartsAt, Minutes = Minutes, Place = Place, Kind = Kind }];

    public sealed class Validator : GroupActValidator<ScheduleGroup>
    {
        public Validator()
        {
            RuleFor(request => request.StartsAt).NotNull().Must(at => at is null || at.Value.Year is > 2000 and < 2100)
                .Saying("请填写时间，如 2026-11-25T09:00:00+08:00。", "Give the time, e.g. 2026-11-25T09:00:00+08:00.");
            RuleFor(request => request.Minutes).NotNull().InclusiveBetween(1, 1440);
            RuleFor(request => request.Place).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Kind).NotNull().IsInEnum();
        }
    }

    public sealed class Handler(GroupRun run) : IRequestHandler<ScheduleGroup, GroupAnswer>
    {
        public Task<GroupAnswer> Handle(ScheduleGroup request, CancellationToken cancellationToken) =>
            run.RunAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => GroupActs.Map<ScheduleGroup>(app, "sessions");
}

/// <summary>
/// Records the one session as held, with one record; who did not come is recorded in his case, which is then left out here.
/// </summary>
[Requires(Permission.Conduct)]
public sealed record HoldGroup : GroupActRequest, IEndpoint
{
    /// <summary>When the session was to begin, as it was fixed.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public string? Record { get; init; }

    public static HoldGroup Example =>
        new() { StartsAt = new DateTimeOffset(2026, 11, 25, 1, 0, 0, TimeSpan.Zero), Record = "公司说明支付计划,各户代表发表意见" };

    public override IReadOnlyList<CaseActionRequest> Steps(StoredCase stored)
    {
        var sessions = stored.State.Sessions.Where(session => session.StartsAt == StartsAt).ToList();
        if (sessions.FirstOrDefault(session => session.State == SessionState.Scheduled) is { } fixedOne)
            return [new HoldSession
            { N = fixedOne.N, Attendance = [.. stored.State.Parties.Select(party => party.Id).Except(fixedOne.NoShows)], Record = Record }];
        return sessions.Exists(session => session.State == SessionState.Held) ? []
            : throw new ProblemException(409, "group.noSession", new("该案没有安排这一次调解。", "This case has no session at that time."));
    }

    public sealed class Validator : GroupActValidator<HoldGroup>
    {
        public Validator()
        {
            RuleFor(request => request.StartsAt).NotNull();
            RuleFor(request => request.Record).NotEmpty().MaximumLength(20_000);
        }
    }

    public sealed class Handler(GroupRun run) : IRequestHandler<HoldGroup, GroupAnswer>
    {
        public Task<GroupAnswer> Handle(HoldGroup request, CancellationToken cancellationToken) => run.RunAsync(request, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => GroupActs.Map<HoldGroup>(app, "sessions/held");
}

public static class GroupActs
{
    internal static Guid IdOf(HttpContext http) => Guid.Parse((string)http.GetRouteValue("id")!);

    internal static void Map<T>(IEndpointRouteBuilder app, string route) where T : GroupActRequest =>
        app.MapPost("/api/v1/groups/{id:guid}/" + route, (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<T>(http, request => request.Id = IdOf(http)))
                .SendAloneAsync<GroupAnswer>(CreateGroup.Kept)))
            .WithName(typeof(T).Name).WithTags("Groups").WithMetadata(new BodyOf(typeof(T)))
            .Produces<GroupAnswer>();
}
