using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>
/// Tries a policy before it is added: over the clocks that run, as if it reached them, or over every clock of the last
/// months' journal. Nothing is saved and nobody is told.
/// </summary>
[Requires(Permission.ManagePolicies)]
public sealed record SimulatePolicy : PolicyDraft, IRequest<SimulatePolicy.Answer>, IEndpoint
{
    private const int MostCases = 20_000;
    private const int AtOnce = 500;
    private const int MostExamples = 50;

    /// <summary>Over the journal of this many months, 1 to 12; over what runs now by default.</summary>
    public int? Months { get; set; }

    public static SimulatePolicy Example => new()
    {
        Clock = ClockName.Term,
        Track = Domain.Track.People,
        From = new(2027, 7, 1),
        Unit = TimeUnit.CalendarDays,
        Days = 20,
        Basis = new BasisView("《人民调解工作若干规定》第三十三条", "Provisions on People's Mediation Work, art. 33"),
        Replaces = "term.people",
        Months = 3,
    };

    /// <param name="Complete">False: only the cases changed last were looked at, this many.</param>
    /// <param name="Moved">Clocks whose due day would be another.</param>
    /// <param name="More">How many more would be overdue; negative: fewer.</param>
    public sealed record Answer(int Cases, bool Complete, int Clocks, int Moved, int OverdueBefore, int OverdueAfter, int More,
        IReadOnlyList<BodyHit> Bodies, IReadOnlyList<Hit> Examples);

    /// <summary>Whom it would hit: the body at which the case lies.</summary>
    public sealed record BodyHit(string Body, string Name, int Moved, int More);

    /// <summary>A clock that would become overdue, or no longer be.</summary>
    public sealed record Hit(
        string CaseNo, string Body, string Clock, DateOnly StartedOn, DateOnly DueOn, DateOnly WouldBeDueOn, bool WouldBeOverdue);

    public sealed class Validator : PolicyDraftValidator<SimulatePolicy>
    {
        public Validator() => RuleFor(request => request.Months).InclusiveBetween(1, 12);
    }

    public sealed class Handler(
        NpgsqlDataSource db, DeadlinePolicySource source, WorkingCalendarSource calendars, BodyDirectory directory, TimeProvider clock)
        : IRequestHandler<SimulatePolicy, Answer>
    {
        public async Task<Answer> Handle(SimulatePolicy request, CancellationToken cancellationToken)
        {
            var (policy, _, table) = request.Into(await source.GetAsync(cancellationToken));
            var (calendar, today) = (await calendars.GetAsync(cancellationToken), ShanghaiTime.DateOf(clock.GetUtcNow()));
            var since = request.Months is { } months ? today.AddMonths(-months) : (DateOnly?)null;
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var ids = await IdsAsync(connection, policy.Clock, since, cancellationToken);
            var tried = new List<(Case Case, TriedClock Clock)>();
            foreach (var slice in ids.Take(MostCases).Chunk(AtOnce))
            {
                var told = since is null ? null : await ToldAsync(connection, slice, policy.Clock, cancellationToken);
                foreach (var state in await connection.QueryAsync<string>(new CommandDefinition(
                             "select state::text from cases where id = any(@slice)", new { slice }, cancellationToken: cancellationToken)))
                {
                    var one = CaseJson.ParseCase(state);
                    tried.AddRange((told is null
                        ? PolicyTrial.Live(one, policy, table, calendar, today)
                        : PolicyTrial.OfJournal(one, told[one.Id], since!.Value, policy, table, calendar, today))
                        .Select(result => (one, result)));
                }
            }

            return await SumAsync(tried, Math.Min(ids.Count, MostCases), ids.Count <= MostCases, cancellationToken);
        }

        private const string Running =
            "exists (select 1 from clock k where k.case_id = c.id and k.name = @name and k.state in ('running', 'paused'))";

        private static async Task<List<Guid>> IdsAsync(
            NpgsqlConnection connection, ClockName name, DateOnly? since, CancellationToken cancellationToken) =>
            (await connection.QueryAsync<Guid>(new CommandDefinition($"""
                select c.id from cases c
                where {(since is null ? Running : "c.updated_at >= @at")}
                order by c.updated_at desc, c.id limit {MostCases + 1}
                """, new { name = name.Camel(), at = since is { } day ? ShanghaiTime.StartOf(day) : default },
                cancellationToken: cancellationToken))).AsList();

        // Only events that name the clock are read, and their bodies as the journal holds them.
        private static async Task<ILookup<Guid, (DateOnly On, Clock Clock)>> ToldAsync(
            NpgsqlConnection connection, Guid[] slice, ClockName name, CancellationToken cancellationToken) =>
            (await connection.QueryAsync<(Guid CaseId, DateOnly On, string Kind, string Body)>(new CommandDefinition("""
                select case_id, happened_on, kind, body::text from case_event
                where case_id = any(@slice) and position(@named in body::text) > 0 order by case_id, seq
                """, new { slice, named = $"\"name\":\"{name.Camel()}\"" }, cancellationToken: cancellationToken)))
            .SelectMany(row => CaseJson.Parse(row.Kind, row.Body).Clocks, (row, told) => (row.CaseId, Told: (row.On, told)))
            .ToLookup(row => row.CaseId, row => row.Told);

        private async Task<Answer> SumAsync(
            List<(Case Case, TriedClock Clock)> tried, int cases, bool complete, CancellationToken cancellationToken)
        {
            var (before, after) = (tried.Count(one => one.Clock.WasOverdue), tried.Count(one => one.Clock.WouldBeOverdue));
            var bodies = new List<BodyHit>();
            foreach (var group in tried.GroupBy(one => BodyOf(one.Case), StringComparer.Ordinal))
            {
                var (moved, more) = (group.Count(one => one.Clock.Moves),
                    group.Sum(one => (one.Clock.WouldBeOverdue ? 1 : 0) - (one.Clock.WasOverdue ? 1 : 0)));
                if (moved > 0)
                    bodies.Add(new BodyHit(group.Key, await directory.NameOfBodyAsync(group.Key, cancellationToken), moved, more));
            }

            return new Answer(cases, complete, tried.Count, tried.Count(one => one.Clock.Moves), before, after, after - before,
                [.. bodies.OrderByDescending(body => body.More).ThenByDescending(body => body.Moved)
                    .ThenBy(body => body.Body, StringComparer.Ordinal)],
                [.. tried.Where(one => one.Clock.WasOverdue != one.Clock.WouldBeOverdue).OrderBy(one => one.Clock.DueThen)
                    .ThenBy(one => one.Case.CaseNo, StringComparer.Ordinal).Take(MostExamples)
                    .Select(one => new Hit(one.Case.CaseNo, BodyOf(one.Case), one.Clock.Clock.Key, one.Clock.Clock.StartedOn,
                        one.Clock.Clock.DueOn, one.Clock.DueThen, one.Clock.WouldBeOverdue))]);
        }

        private static string BodyOf(Case one) => (one.Body ?? one.OfferedTo ?? one.Desk).Code;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/policies/deadlines/simulate", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<SimulatePolicy>(http)).SendAloneAsync<Answer>(answer =>
                new StoredAnswer(200, null, null, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)))))
            .WithName(nameof(SimulatePolicy)).WithTags("Policies").WithMetadata(new BodyOf(typeof(SimulatePolicy)))
            .Produces<Answer>();
}
