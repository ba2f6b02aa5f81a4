using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Sending;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>The ladder of each clock of a case: who was told and answered, and what comes next when. A court gets none of it.</summary>
[Requires(Permission.ReadCases)]
public sealed record GetCaseLadder(string Case) : IRequest<GetCaseLadder.Answer>, IEndpoint
{
    public sealed record Answer(IReadOnlyList<Told> Told, IReadOnlyList<Coming> Next);

    /// <param name="Time">1: the first time.</param>
    public sealed record Told(
        string Clock, DateOnly DueOn, int Step, int Time, LadderRung Rung, string To, DateTimeOffset At, LadderAsk? Ask,
        DateTimeOffset? ReadAt, string? Response, DateTimeOffset? AnsweredAt, string? AnsweredBy)
    {
        /// <summary>What went out beside the inbox.</summary>
        public IReadOnlyList<Message> Messages { get; init; } = [];
    }

    /// <param name="At">Sent, or given up; while it waits, when it is tried next.</param>
    /// <param name="Error">Why it was not sent, or not yet.</param>
    public sealed record Message(string To, LadderChannel Channel, DeliveryState State, DateTimeOffset At, string? Error);

    /// <param name="At">If nothing is done until then.</param>
    public sealed record Coming(
        string Clock, DateOnly DueOn, string Ladder, int Step, int Time, LadderRung Rung, string To, DateTimeOffset At, LadderAsk Ask);

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller, LadderSource source,
        WorkingCalendarSource calendars, BodyDirectory directory)
        : IRequestHandler<GetCaseLadder, Answer>
    {
        public async Task<Answer> Handle(GetCaseLadder request, CancellationToken cancellationToken)
        {
            var state = (await session.LoadAsync(request.Case, cancellationToken)).State;
            if (caller.Value.Role == Role.Court) return new Answer([], []);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var (told, messages) = (new List<Told>(), await MessagesAsync(connection, state.Id, cancellationToken));
            foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition("""
                select n.id as notice, e.clock, e.due_on, e.step, e.time, e.rung, e.body, e.person, e.at, n.ask, n.read_at,
                    coalesce(t.body, n.answer) as response,
                    n.answered_at, n.answered_by
                from escalation e left join notice n on n.case_id = e.case_id and n.clock = e.clock and n.started_on = e.started_on
                    and n.due_on = e.due_on and n.step = e.step and n.time = e.time
                left join case_text t on t.id = n.answer_text
                where e.case_id = @Id order by e.at, e.clock, e.step, e.time
                """, new { state.Id }, cancellationToken: cancellationToken)))
                told.Add(new Told(row.Clock, row.DueOn, row.Step, row.Time, row.Rung,
                    await NameAsync(row.Body, row.Person, cancellationToken), row.At, row.Ask, row.ReadAt, row.Response, row.AnsweredAt,
                    row.AnsweredBy is { } who ? await directory.NameOfUserAsync(who, cancellationToken) : null)
                { Messages = row.Notice is { } notice ? [.. messages[notice]] : [] });
            return new Answer(told, await NextAsync(state, cancellationToken));
        }

        private async Task<ILookup<Guid, Message>> MessagesAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
        {
            var messages = new List<(Guid Notice, Message Message)>();
            foreach (var row in await connection.QueryAsync<(Guid Notice, string User, LadderChannel Channel, DeliveryState State,
                DateTimeOffset At, string? Error)>(new CommandDefinition("""
                    select d.notice, d.user_name, d.channel, d.state, coalesce(d.ended_at, d.next_at), d.error
                    from notice n join delivery d on d.notice = n.id where n.case_id = @id order by d.user_name, d.channel
                    """, new { id }, cancellationToken: cancellationToken)))
                messages.Add((row.Notice,
                    new Message(await directory.NameOfUserAsync(row.User, cancellationToken), row.Channel, row.State, row.At, row.Error)));
            return messages.ToLookup(found => found.Notice, found => found.Message);
        }

        private async Task<List<Coming>> NextAsync(Case c, CancellationToken cancellationToken)
        {
            var (ladders, calendar, next) = (await source.ForAsync(c.Clocks, cancellationToken),
                await calendars.GetAsync(cancellationToken), new List<Coming>());
            foreach (var clock in c.RunningClocks.Where(clock => clock.Name != ClockName.Confirmation))
            {
                var ladder = clock.Timeliness == Timeliness.Overdue ? ladders.Of(clock) : ladders.For(c, clock);
                foreach (var take in ladder.Takes.Skip(clock.StepsDone))
                {
                    var rung = take.RungFor(Decide.AttemptsOf(c));
                    var (to, person) = Decide.Addressee(c, clock, rung, take.Step.Up, ladders);
                    next.Add(new Coming(clock.Key, clock.DueOn, ladder.Name.In(), take.Step.Step, take.Time, rung,
                        await NameAsync(to, person, cancellationToken), take.Step.At(take.Time, clock.DueOn, calendar),
                        rung == take.Step.To ? take.Step.Ask : LadderAsk.Mediate));
                }
            }

            return [.. next.OrderBy(coming => coming.At).ThenBy(coming => coming.Clock, StringComparer.Ordinal)];
        }

        private async ValueTask<string> NameAsync(string body, string? person, CancellationToken cancellationToken) =>
            person is null
                ? await directory.NameOfBodyAsync(body, cancellationToken) : await directory.NameOfUserAsync(person, cancellationToken);

        private sealed record Row(
            Guid? Notice, string Clock, DateOnly DueOn, int Step, int Time, LadderRung Rung, string Body, string? Person, DateTimeOffset At,
            LadderAsk? Ask, DateTimeOffset? ReadAt, string? Response, DateTimeOffset? AnsweredAt, string? AnsweredBy);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}/ladder", async (string id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetCaseLadder(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetCaseLadder)).WithTags("Cases").Produces<Answer>();
}
