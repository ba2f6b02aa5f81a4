using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Sending;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Sending;

public sealed class SendNoticesTests : IAsyncLifetime
{
    private const string Mail = "mediator@example.org";
    private readonly MailSink sink = new();
    private Desk desk = null!;
    private string id = "";

    private TestService Service => desk.Service;

    public async ValueTask InitializeAsync()
    {
        desk = Desk.Over(await TestService.StartAsync(args: sink.Settings));
        await WishAsync(desk.Mediator, new { mail = Mail, channels = new[] { "mail" }, language = "en" });
        await AddLadderAsync("mail");
        id = await desk.AssignedAsync();
        Service.Clock.Advance(TimeSpan.FromDays(40));
        await SendAsync(new SweepClocks());
        // Of all that the sweep told, one message is followed.
        await using var db = await Service.Db.OpenConnectionAsync();
        await db.ExecuteAsync("update notice set queued_at = created_at where outside is not null and not (clock = 'term' and step = 1)");
    }

    public async ValueTask DisposeAsync()
    {
        await desk.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Who_wants_mail_gets_it_once_with_number_question_day_and_link_and_nothing_that_was_typed()
    {
        Assert.Equal(new SendNotices.Result(1, 0, 0, 0, 0), await SendAsync(new SendNotices()));
        Assert.Equal(new SendNotices.Result(0, 0, 0, 0, 0), await SendAsync(new SendNotices()));

        var mail = Assert.Single(sink.Mails);
        var body = MailSink.Body(mail);
        Assert.Equal(Mail, MailSink.Header(mail, "To"));
        Assert.Contains((await desk.GetAsync(id)).Text("caseNo"), body, StringComparison.Ordinal);
        Assert.Contains("You are asked: an answer.", body, StringComparison.Ordinal);
        Assert.Contains("https://mediation.example.org/notices", body, StringComparison.Ordinal);
        Assert.All(["张小甲", "李小1", "漏水", "19900000001"], word => Assert.DoesNotContain(word, body, StringComparison.Ordinal));
        var message = Assert.Single(await MessagesAsync());
        Assert.Equal(("mail", "sent"), (message.Text("channel"), message.Text("state")));
    }

    [Fact]
    public async Task A_mailbox_that_the_server_refuses_is_given_up_shown_to_the_administrator_and_sent_again_by_him_alone()
    {
        sink.Behaves = MailSink.Manner.RefusesRecipient;
        Assert.Equal(new SendNotices.Result(0, 0, 0, 1, 0), await SendAsync(new SendNotices()));

        var admin = Service.As("admin");
        var failed = Assert.Single((await (await admin.GetAsync("/api/v1/deliveries")).JsonAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal(("smtp550", Desk.MediatorName), (failed.Text("error"), failed.Text("user")));
        Assert.Equal("smtp550", Assert.Single(await MessagesAsync()).Text("error"));
        Assert.Equal(1,
            (await (await Service.Anonymous().GetAsync("/healthz/ready")).JsonAsync()).GetProperty("unsentMessages").GetInt32());

        var again = $"/api/v1/deliveries/{failed.Text("id")}/send-again";
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Head.PostAsJsonAsync(again, new { })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await admin.PostAsJsonAsync($"/api/v1/deliveries/{Guid.CreateVersion7(desk.Now)}/send-again", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync(again, new { })).StatusCode);
        sink.Behaves = MailSink.Manner.Accepts;
        Assert.Equal(1, (await SendAsync(new SendNotices())).Sent);
        await (await admin.PostAsJsonAsync(again, new { })).RefusedAsync(409, "delivery.notFailed");
    }

    [Theory]
    [InlineData(MailSink.Manner.CutsInTheMiddle)]
    [InlineData(MailSink.Manner.CutsBeforeTheAnswer)]
    public async Task A_server_that_breaks_off_is_tried_again_later_under_the_same_id(MailSink.Manner manner)
    {
        sink.Behaves = manner;
        Assert.Equal(new SendNotices.Result(0, 0, 1, 0, 0), await SendAsync(new SendNotices()));
        var before = sink.Mails.ToArray();
        Assert.Equal(new SendNotices.Result(0, 0, 0, 0, 0), await SendAsync(new SendNotices()));

        sink.Behaves = MailSink.Manner.Accepts;
        Service.Clock.Advance(SendNotices.WaitAfter(1));
        Assert.Equal(new SendNotices.Result(1, 0, 0, 0, 0), await SendAsync(new SendNotices()));
        Assert.Single(sink.Mails.Append("").Concat(before).Where(mail => mail.Length > 0)
            .Select(mail => MailSink.Header(mail, "Message-ID")).Distinct());
    }

    [Fact]
    public async Task After_the_last_try_it_is_given_up_and_the_waits_grow_to_an_hour()
    {
        sink.Behaves = MailSink.Manner.CutsInTheMiddle;
        for (var attempt = 1; attempt < SendNotices.MostAttempts; attempt++)
        {
            Assert.Equal(1, (await SendAsync(new SendNotices())).Later);
            Service.Clock.Advance(SendNotices.WaitAfter(attempt) - TimeSpan.FromSeconds(1));
            Assert.Equal(0, (await SendAsync(new SendNotices())).Later);
            Service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, (await SendAsync(new SendNotices())).Failed);
        Assert.Equal("failed", Assert.Single(await MessagesAsync()).Text("state"));
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60],
            Enumerable.Range(1, 8).Select(attempts => (int)SendNotices.WaitAfter(attempts).TotalMinutes));
    }

    [Fact]
    public async Task A_sender_that_dies_between_sending_and_recording_leaves_its_message_to_the_next_under_the_same_id()
    {
        await using var owner = new NpgsqlConnection(Service.OwnerConnectionString);
        await owner.OpenAsync();
        await owner.ExecuteAsync(
            "create trigger dies before update on delivery for each row when (new.state = 'sent') execute function refuse_change()");
        await Assert.ThrowsAsync<PostgresException>(() => SendAsync(new SendNotices()));
        await owner.ExecuteAsync("drop trigger dies on delivery");
        Assert.Equal(new SendNotices.Result(0, 0, 0, 0, 0), await SendAsync(new SendNotices()));

        Service.Clock.Advance(SendNotices.Lease);
        Assert.Equal(1, (await SendAsync(new SendNotices())).Sent);
        Service.Clock.Advance(SendNotices.Lease);
        Assert.Equal(0, (await SendAsync(new SendNotices())).Sent);
        Assert.Equal(2, sink.Mails.Count);
        Assert.Single(sink.Mails.Select(mail => MailSink.Header(mail, "Message-ID")).Distinct());
    }

    [Fact]
    public async Task Three_senders_at_once_send_each_message_once()
    {
        await using (var db = await Service.Db.OpenConnectionAsync())
            await db.ExecuteAsync(
                "update notice set queued_at = null, person = @MediatorName where outside is not null and answered_at is null",
                new { Desk.MediatorName });

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => SendAsync(new SendNotices()))));

        Assert.True(sink.Mails.Count > 3);
        Assert.Equal(sink.Mails.Count, results.Sum(result => result.Sent));
        Assert.Equal(sink.Mails.Count, sink.Mails.Select(mail => MailSink.Header(mail, "Message-ID")).Distinct().Count());
    }

    [Fact]
    public async Task What_was_settled_before_it_went_out_is_withdrawn()
    {
        sink.Behaves = MailSink.Manner.CutsInTheMiddle;
        Assert.Equal(1, (await SendAsync(new SendNotices())).Later);
        await desk.Mediator.DoAsync(id, "fail", new { reason = "deadlock" });
        sink.Behaves = MailSink.Manner.Accepts;
        Service.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(new SendNotices.Result(0, 0, 0, 0, 1), await SendAsync(new SendNotices()));
        Assert.Empty(sink.Mails);
        var withdrawn = Assert.Single(await MessagesAsync());
        Assert.Equal(("dropped", "closed"), (withdrawn.Text("state"), withdrawn.Text("error")));
    }

    [Fact]
    public async Task Without_an_address_or_the_wish_nothing_goes_out_and_the_ladder_says_why()
    {
        await WishAsync(desk.Mediator, new { channels = new[] { "mail" } });
        await SendAsync(new SendNotices());
        Assert.Equal("noAddress", Assert.Single(await MessagesAsync()).Text("error"));

        await using var db = await Service.Db.OpenConnectionAsync();
        await db.ExecuteAsync("update notice set queued_at = null where clock = 'term' and step = 1");
        await db.ExecuteAsync("update delivery set notice = (select id from notice where outside is not null and clock <> 'term' limit 1)");
        await WishAsync(desk.Mediator, new { mail = Mail, channels = Array.Empty<string>() });
        await SendAsync(new SendNotices());
        Assert.Equal("notWished", Assert.Single(await MessagesAsync()).Text("error"));
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task The_digest_comes_once_a_day_to_who_wants_it_with_what_is_overdue_and_unread_and_not_when_nothing_is()
    {
        await using (var db = await Service.Db.OpenConnectionAsync())
            await db.ExecuteAsync("update notice set queued_at = created_at where outside is not null");
        await WishAsync(desk.Mediator, new { mail = Mail, language = "en", digest = true });
        var caseNo = (await desk.GetAsync(id)).Text("caseNo");
        Assert.Equal(1, (await SendAsync(new WriteDigests())).Written);
        Assert.Equal(0, (await SendAsync(new WriteDigests())).Written);
        Assert.Equal(1, (await SendAsync(new SendNotices())).Sent);
        Assert.Equal(0, (await SendAsync(new SendNotices())).Sent);
        var body = MailSink.Body(Assert.Single(sink.Mails));
        Assert.Contains("Overdue:\r\n· " + caseNo, body, StringComparison.Ordinal);
        Assert.DoesNotContain("Unread notices: 0.", body, StringComparison.Ordinal);

        Assert.True((await (await desk.Mediator.GetAsync("/api/v1/notices/unread")).JsonAsync()).GetProperty("unread").GetInt32() > 0);
        Assert.Equal(HttpStatusCode.OK, (await desk.Mediator.PostAsJsonAsync("/api/v1/notices/read", new { })).StatusCode);
        Assert.Equal(0, (await (await desk.Mediator.GetAsync("/api/v1/notices/unread")).JsonAsync()).GetProperty("unread").GetInt32());
        await desk.Mediator.DoAsync(id, "fail", new { reason = "deadlock" });
        Service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, (await SendAsync(new WriteDigests())).Written);
        Assert.Equal(new SendNotices.Result(0, 0, 0, 0, 1), await SendAsync(new SendNotices()));
    }

    private async Task<IReadOnlyList<JsonElement>> MessagesAsync() =>
        [.. (await (await desk.Head.GetAsync($"/api/v1/cases/{id}/ladder")).JsonAsync()).GetProperty("told").EnumerateArray()
            .Where(told => told.Text("clock") == "term" && told.GetProperty("step").GetInt32() == 1)
            .SelectMany(told => told.GetProperty("messages").EnumerateArray())];

    private async Task AddLadderAsync(string channel)
    {
        var added = await Service.As("admin").PostAsJsonAsync("/api/v1/policies/ladders", new
        {
            name = new { zh = "邻里", en = "Neighbours" },
            category = "02",
            from = "2026-01-01",
            steps = new object[]
            {
                new { to = "mediator", unit = "hours", after = 0, channels = new[] { "inbox", channel } },
                new { to = "head", unit = "workingDays", after = 1, ask = "plan", channels = new[] { "inbox", channel } },
            },
        });
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
    }

    private static async Task WishAsync(HttpClient who, object wishes)
    {
        var saved = await who.PostAsJsonAsync("/api/v1/account/messages", wishes);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
    }

    private async Task<T> SendAsync<T>(IRequest<T> request)
    {
        await using var scope = Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
