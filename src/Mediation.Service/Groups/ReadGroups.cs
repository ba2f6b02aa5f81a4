using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Groups;

/// <summary>The groups that the caller may see, the newest first, at most two hundred.</summary>
[Requires(Permission.GroupCases)]
public sealed record ListGroups : IRequest<Page<ListGroups.Row>>, IEndpoint
{
    /// <param name="Cases">Those that the caller may see.</param>
    /// <param name="Open">Of these, in mediation.</param>
    public sealed record Row(Guid Id, string Name, string CreatedBy, DateTimeOffset CreatedAt, int Cases, int Open);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, CaseGroups groups) : IRequestHandler<ListGroups, Page<Row>>
    {
        public async Task<Page<Row>> Handle(ListGroups request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            // From the members to their groups: there are few of either.
            var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
                select g.id, g.name, g.created_by, g.created_at, coalesce(n.cases, 0) as cases, coalesce(n.open, 0) as open
                from case_group g left join (
                    select m.group_id, count(*)::int as cases, count(*) filter (where c.is_open)::int as open
                    from case_group_member m join cases c on c.id = m.case_id where m.removed_at is null and {scope.Sql} group by m.group_id
                ) n on n.group_id = g.id
                where n.group_id is not null or g.created_by = @user
                order by g.created_at desc, g.id limit 200
                """, groups.Values(scope, new { }), cancellationToken: cancellationToken));
            return new Page<Row>(rows.AsList(), null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/groups", async (HttpContext http, IMediator mediator) =>
    {
        new QueryParameters(http.Request).Check();
        return Results.Json(await mediator.Send(new ListGroups(), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ListGroups)).WithTags("Groups").Produces<Page<Row>>();
}

/// <summary>One group with its cases, each with its version, so that what is asked of all is asked of what was seen.</summary>
[Requires(Permission.GroupCases)]
public sealed record GetGroup(Guid Id) : IRequest<GetGroup.View>, IEndpoint
{
    /// <param name="Hidden">Cases of the group that the caller may not see.</param>
    public sealed record View(Guid Id, string Name, string CreatedBy, DateTimeOffset CreatedAt, int Hidden, IReadOnlyList<Item> Cases);

    /// <param name="Amount">What is claimed, yuan.</param>
    /// <param name="Agreed">The sum of the agreement's terms, yuan.</param>
    /// <param name="Sessions">Those that are fixed and not held yet.</param>
    public sealed record Item(
        Guid Id, string CaseNo, int Version, Status Status, bool Open, string? Mediator, string? Applicants, string? Respondents,
        decimal? Amount, decimal? Agreed, IReadOnlyList<FixedSession> Sessions);

    public sealed record FixedSession(int N, DateTimeOffset StartsAt);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, CaseGroups groups) : IRequestHandler<GetGroup, View>
    {
        public async Task<View> Handle(GetGroup request, CancellationToken cancellationToken)
        {
            var group = await groups.FindAsync(request.Id, cancellationToken);
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Found>(new CommandDefinition($"""
                select c.id, c.case_no, c.version, c.state::text as state, p.applicants, p.respondents
                from case_group_member m join cases c on c.id = m.case_id
                left join lateral (
                    select string_agg(p.name, '、' order by length(p.id), p.id) filter (where p.side = 'applicant') as applicants,
                        string_agg(p.name, '、' order by length(p.id), p.id) filter (where p.side = 'respondent') as respondents
                    from case_party p where p.case_id = c.id) p on true
                where m.group_id = @Id and m.removed_at is null and {scope.Sql} order by c.case_no
                """, groups.Values(scope, new { request.Id }), cancellationToken: cancellationToken))).AsList();
            var all = await connection.ExecuteScalarAsync<long>(
                new CommandDefinition("select count(*) from case_group_member where group_id = @Id and removed_at is null",
                    new { request.Id }, cancellationToken: cancellationToken));
            return new View(group.Id, group.Name, group.CreatedBy, group.CreatedAt, (int)all - rows.Count,
                [.. rows.Select(row => row.ToItem())]);
        }
    }

    private sealed record Found(Guid Id, string CaseNo, int Version, string State, string? Applicants, string? Respondents)
    {
        public Item ToItem()
        {
            var c = CaseJson.ParseCase(State);
            var terms = c.Terms.Where(term => term.Round == c.Agreement?.Round && term.Amount is not null).ToList();
            return new Item(Id, CaseNo, Version, c.Status, c.IsOpen, c.Mediator, Applicants, Respondents, c.Amount, terms.Count == 0
                ? null : terms.Sum(term => term.Amount), [.. c.Sessions.Where(session => session.State == SessionState.Scheduled)
                    .Select(session => new FixedSession(session.N, session.StartsAt))]);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/groups/{id:guid}", async (HttpContext http, Guid id, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetGroup(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetGroup)).WithTags("Groups").Produces<View>();
}
