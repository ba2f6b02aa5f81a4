using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>
/// Tries a ladder over the clocks that run now and have not run out: who would be told how often, before it is published. Writes nothing.
/// </summary>
[Requires(Permission.ManagePolicies)]
public sealed record SimulateLadder : LadderDraft, IRequest<SimulateLadder.Answer>, IEndpoint
{
    private const int AtOnce = 500;
    private const int MostCases = 50_000;

    /// <param name="Examined">Cases looked at, the next to fall due first.</param>
    /// <param name="Clocks">Running clocks of these that the ladder would govern.</param>
    /// <param name="Cut">There are more cases than were looked at.</param>
    public sealed record Answer(int Examined, int Clocks, bool Cut, IReadOnlyList<Row> Rungs);

    /// <param name="TellingsNow">If nothing were done in any of them: by the ladders in force.</param>
    /// <param name="TellingsThen">By this ladder.</param>
    /// <param name="ToldThen">Different bodies and mediators among them.</param>
    public sealed record Row(LadderRung Rung, int TellingsNow, int ToldNow, int TellingsThen, int ToldThen);

    public static SimulateLadder Example => new()
    {
        Name = AddLadder.Example.Name,
        Category = "07",
        From = new(2026, 1, 1),
        Steps = ExampleSteps,
    };

    public sealed class Validator : LadderDraftValidator<SimulateLadder>;

    public sealed class Handler(NpgsqlDataSource db, LadderSource source) : IRequestHandler<SimulateLadder, Answer>
    {
        private readonly List<(LadderRung Rung, string To)> before = [];
        private readonly List<(LadderRung Rung, string To)> after = [];
        private int examined, clocks;

        public async Task<Answer> Handle(SimulateLadder request, CancellationToken cancellationToken)
        {
            var table = await source.GetAsync(cancellationToken);
            var ladder = request.Into(table.Ladders);
            var proposed = table with { Ladders = [.. table.Ladders, ladder] };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var (last, full) = (Guid.Empty, true);
            while (full && examined < MostCases)
            {
                var rows = (await connection.QueryAsync<(Guid Id, string State)>(new CommandDefinition($"""
                    select id, state::text from cases where id > @last and is_open and (@category::text is null or category = @category)
                    order by id limit {AtOnce}
                    """, new { last, category = ladder.Category }, cancellationToken: cancellationToken))).AsList();
                foreach (var row in rows) Try(CaseJson.ParseCase(row.State), table, proposed, ladder);
                examined += rows.Count;
                full = rows.Count == AtOnce;
                if (rows.Count > 0) last = rows[^1].Id;
            }

            return new Answer(examined, clocks, full, [.. Enum.GetValues<LadderRung>().Select(rung => new Row(rung,
                before.Count(told => told.Rung == rung), before.Where(told => told.Rung == rung).Distinct().Count(),
                after.Count(told => told.Rung == rung), after.Where(told => told.Rung == rung).Distinct().Count()))]);
        }

        private void Try(Case c, LadderTable table, LadderTable proposed, Ladder ladder)
        {
            foreach (var clock in c.RunningClocks.Where(clock =>
                clock.Timeliness != Timeliness.Overdue && clock.Name != ClockName.Confirmation && proposed.For(c, clock) == ladder))
            {
                clocks++;
                Collect(before, c, clock, table.For(c, clock), table);
                Collect(after, c, clock, ladder, table);
            }
        }

        private static void Collect(List<(LadderRung Rung, string To)> told, Case c, Clock clock, Ladder ladder, LadderTable table)
        {
            foreach (var take in ladder.Takes)
            {
                var rung = take.RungFor(Decide.AttemptsOf(c));
                var (to, person) = Decide.Addressee(c, clock, rung, take.Step.Up, table);
                told.Add((rung, person ?? to));
            }
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/policies/ladders/simulate", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<SimulateLadder>(http))
                .SendAloneAsync<Answer>(
                    answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)))))
            .WithName(nameof(SimulateLadder)).WithTags("Policies").WithMetadata(new BodyOf(typeof(SimulateLadder)))
            .Produces<Answer>();
}
