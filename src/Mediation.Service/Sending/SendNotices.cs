using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Escalation;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>
/// Sends the notices of ladders by mail, SMS and WeChat. Any number of nodes may run it: each message is claimed, sent outside of
/// any transaction, and recorded. What was recorded as sent never goes out again; a sender that dies in between leaves its
/// message to the next run, under the same id.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record SendNotices : IRequest<SendNotices.Result>
{
    public const int MostAttempts = 12;

    /// <summary>Longer than any sender may take over one message.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>1, 2, 4, … minutes, at most an hour.</summary>
    public static TimeSpan WaitAfter(int attempts) =>
        attempts > 6 ? LongestWait : TimeSpan.FromMinutes(1 << (attempts - 1));

    /// <param name="Dropped">Settled or closed meanwhile, or there is no address.</param>
    /// <param name="Later">Failed and will be tried again.</param>
    public sealed record Result(int Sent, int Logged, int Later, int Failed, int Dropped)
    {
        public override string ToString() => $"sent {Sent}, logged {Logged}, later {Later}, failed {Failed}, dropped {Dropped}";
    }

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock, Keys keys, IEnumerable<ISender> senders, MessageText texts,
        DigestText digests, ILogger<SendNotices> log)
        : IRequestHandler<SendNotices, Result>
    {
        private const int AtOnce = 1000;
        private readonly Dictionary<string, ISender> senders = senders.ToDictionary(
            sender => sender.Channel.Camel(), StringComparer.Ordinal);
        private readonly HashSet<string> down = [];
        private readonly List<string> ends = [];

        public async Task<Result> Handle(SendNotices request, CancellationToken cancellationToken)
        {
            while (await QueueAsync(cancellationToken) == AtOnce)
            {
            }

            while (await ClaimAsync(cancellationToken) is { } claimed)
            {
                // Withdrawn in the moment of claiming.
                if (claimed.State == "dropped") ends.Add("dropped");
                else await RecordAsync(claimed, await HandOverAsync(claimed, cancellationToken));
            }

            return new Result(Count("sent"), Count("logged"), Count("waiting"), Count("failed"), Count("dropped"));

            int Count(string state) => ends.Count(end => end == state);
        }

        /// <summary>Turns notices into messages. What has waited for three days is not sent late: the inbox has it.</summary>
        private async Task<int> QueueAsync(CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteScalarAsync<int>(new CommandDefinition($"""
                with due as (
                    select n.id, n.body, n.person, n.outside, n.created_at from notice n where n.outside is not null and n.queued_at is null
                    order by n.created_at limit {AtOnce} for update of n skip locked
                ), put as (
                    insert into delivery (id, notice, user_name, channel, created_at, next_at, state, ended_at, error)
                    select gen_random_uuid(), d.id, u.name, o.channel, @now, @now, r.state, case r.state
                        when 'dropped' then @now end, r.error
                    from due d cross join unnest(d.outside) as o(channel)
                    join app_user u on u.active and (u.name = d.person or d.person is null and u.body = d.body
                        and u.role in ('head', 'clerk', 'supervisor'))
                    cross join lateral (select
                        case when o.channel <> all(u.told_by) then 'notWished' when (case o.channel when 'mail' then u.mail_cipher
                            else u.phone_cipher end) is null then 'noAddress' end as error) e
                    cross join lateral (select e.error, case when e.error is null then 'waiting' else 'dropped' end as state) r
                    where d.created_at > @oldest and o.channel <> 'inbox'
                    on conflict do nothing
                ), done as (
                    update notice n set queued_at = @now from due d where n.id = d.id returning 1
                )
                select count(*)::int from done
                """, new { now = clock.GetUtcNow(), oldest = clock.GetUtcNow().AddDays(-3) }, cancellationToken: cancellationToken));
        }

        /// <summary>Takes the next message, or withdraws it when nobody needs to be told any more.</summary>
        private async Task<Claimed?> ClaimAsync(CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QueryFirstOrDefaultAsync<Claimed>(new CommandDefinition($"""
                with one as (
                    select d.id, case when d.pack_month is not null then true when n.id is null then d.digest_on = @today
                        else {ListNotices.IsOpen} end as open, c.is_open as case_open, c.case_no, n.clock, n.due_on, n.step, n.ask,
                        case when k.next_at > @now then k.next_at end as next_at
                    from delivery d left join notice n on n.id = d.notice left join cases c on c.id = n.case_id
                    left join clock k on k.case_id = n.case_id and k.key = n.clock
                    where d.state in ('waiting', 'claimed') and d.next_at <= @now and d.channel <> all(@down)
                    order by d.next_at limit 1 for update of d skip locked
                )
                update delivery d set state = case when one.open then 'claimed' else 'dropped' end, attempts = d.attempts + one.open::int,
                    next_at = @until,
                    ended_at = case when one.open then null else @now end, error = case when one.open then d.error
                    when one.case_open is false then 'closed' else 'settled' end
                from one, app_user u where d.id = one.id and u.name = d.user_name
                returning d.id, d.state, d.channel, d.attempts, case d.channel when 'mail' then u.mail_cipher
                    else u.phone_cipher end as address, u.language,
                    d.user_name, d.digest_on, d.pack_month, d.pack_scope, one.case_no, one.clock, one.due_on, one.step, one.ask, one.next_at
                """, new { now, today = ShanghaiTime.DateOf(now), until = now + Lease, down = down.ToArray() },
                cancellationToken: cancellationToken));
        }

        private async Task<Handover> HandOverAsync(Claimed claimed, CancellationToken cancellationToken)
        {
            if (claimed.Address is null) return new Handover(Handed.Refused, "noAddress");
            try
            {
                (string Subject, string Body)? text = claimed.DigestOn is { } day
                    ? await digests.OfAsync(claimed.UserName, day, claimed.Language, cancellationToken)
                    : claimed.PackMonth is { } month ? texts.OfPack(month, claimed.PackScope!, claimed.Language)
                    : texts.OfStep(new(claimed.CaseNo!, claimed.Clock!, claimed.DueOn!.Value, claimed.Step!.Value, claimed.Ask,
                        claimed.NextAt), claimed.Language);
                if (text is not { } words) return new Handover(Handed.Needless, "settled");
                return await senders[claimed.Channel]
                    .SendAsync(new OutMessage(claimed.Id, keys.Decrypt(claimed.Address), words.Subject, words.Body), cancellationToken);
            }
            catch (Exception broken) when (broken is not (OutOfMemoryException or OperationCanceledException))
            {
                // A sender of another house may throw what it likes: one message fails, the rest go out.
                log.LogError("Message {Message} could not be handed over: {Error}", claimed.Id, broken.GetType().Name);
                return new Handover(Handed.Later, broken.GetType().Name);
            }
        }

        // Not the run's token: what went out is recorded even while the service stops.
        private async Task RecordAsync(Claimed claimed, Handover given)
        {
            if (given.ChannelDown) down.Add(claimed.Channel);
            var (now, state) = (clock.GetUtcNow(), given.Result switch
            {
                Handed.Sent => "sent",
                Handed.Logged => "logged",
                Handed.Needless => "dropped",
                Handed.Later when claimed.Attempts < MostAttempts => "waiting",
                _ => "failed",
            });
            await using var connection = await db.OpenConnectionAsync(CancellationToken.None);
            // The count of attempts distinguishes this claim from a later one.
            await connection.ExecuteAsync("""
                update delivery set state = @state, next_at = @next, ended_at = case @state when 'waiting' then null
                    else @now end, error = @Code
                where id = @Id and state = 'claimed' and attempts = @Attempts
                """, new { claimed.Id, claimed.Attempts, state, given.Code, now, next = now + WaitAfter(claimed.Attempts) });
            ends.Add(state);
            Counted.Message(claimed.Channel, state);
            if (state == "failed") log.LogWarning("Message {Message} was given up: {Error}", claimed.Id, given.Code);
        }

        /// <summary>A step of a ladder, or a digest, or that a month's pack is there: what the others have is null.</summary>
        private sealed record Claimed(
            Guid Id, string State, string Channel, int Attempts, byte[]? Address, string Language, string UserName, DateOnly? DigestOn,
            DateOnly? PackMonth, string? PackScope, string? CaseNo, string? Clock, DateOnly? DueOn, int? Step,
            LadderAsk? Ask, DateTimeOffset? NextAt);
    }
}
