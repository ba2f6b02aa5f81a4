using System.Text.Json;
using Mediation.Domain.Cases;

namespace Mediation.Domain.Tests.Cases;

public sealed class JournalTests
{
    [Fact]
    public void Every_world_folds_from_its_journal_through_json()
    {
        foreach (var world in Worlds.All)
        {
            var journal = world.Journal.Select(
                one => one with { Event = CaseJson.Parse(CaseJson.Kind(one.Event), CaseJson.Serialize(one.Event)) });
            Assert.Equal(CaseJson.Serialize(world.Case), CaseJson.Serialize(Evolve.Fold(journal)));
        }
    }

    [Fact]
    public void The_kind_of_an_event_is_its_name_in_lower_camel_case()
    {
        Assert.Equal("referralAccepted", CaseJson.Kind(new CaseEvent.ReferralAccepted(Story.Committee, new(2026, 3, 2))));
        Assert.True(CaseJson.IsKind("confirmationGranted"));
        Assert.False(CaseJson.IsKind("ConfirmationGranted"));
    }

    [Fact]
    public void Nulls_and_empty_lists_are_left_out_of_the_body() =>
        Assert.Equal("""{"reason":"crime"}""", CaseJson.Serialize(new CaseEvent.NotAccepted(NotAcceptReason.Crime)));

    [Theory]
    [InlineData("notAccepted", """{"reason":4}""")]
    [InlineData("notAccepted", "null")]
    [InlineData("vanished", "{}")]
    public void A_body_that_does_not_fit_its_kind_is_not_read(string kind, string body) =>
        Assert.Throws<JsonException>(() => CaseJson.Parse(kind, body));

    [Fact]
    public void A_journal_with_a_gap_is_refused()
    {
        var journal = Story.Registered().AcceptedByCentre().Referred().Journal;
        Assert.Throws<InvalidOperationException>(() => Evolve.Fold(journal.Where(one => one.Seq != 2)));
    }

    [Fact]
    public void A_journal_that_begins_in_the_middle_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Evolve.Fold([Story.Registered().AcceptedByCentre().Journal[1] with { Seq = 1 }]));

    [Fact]
    public void An_empty_journal_is_no_case() => Assert.Throws<InvalidOperationException>(() => Evolve.Fold([]));

    [Fact]
    public void An_event_of_another_case_is_refused()
    {
        var journal = Story.Registered().AcceptedByCentre().Journal;
        Assert.Throws<InvalidOperationException>(() => Evolve.Fold([journal[0], journal[1] with { CaseId = Guid.Empty }]));
    }

    [Fact]
    public void A_case_cannot_be_registered_twice()
    {
        var first = Story.Registered().Journal[0];
        Assert.Throws<InvalidOperationException>(() => Evolve.Fold([first, first with { Seq = 2 }]));
    }

    [Fact]
    public void A_session_term_or_confirmation_that_was_never_there_cannot_change()
    {
        var story = Story.Registered();
        CaseEvent[] impossible =
        [
            new CaseEvent.SessionCancelled(1, Story.Text), new CaseEvent.TermDefaulted(1), new CaseEvent.ConfirmationWithdrawn(),
            new CaseEvent.TransferAccepted(Story.Centre, null), new CaseEvent.Corrected("summary", null, "x", Story.Text),
        ];
        Assert.All(impossible, happened =>
            Assert.Throws<InvalidOperationException>(() => Evolve.Apply(story.Case, story.Journal[0] with { Seq = 2, Event = happened })));
    }

    [Fact]
    public void A_late_entry_and_the_sweep_leave_the_day_of_the_last_entry_as_it_is()
    {
        var story = Story.Registered().Days(3).AcceptedByCentre();
        var last = story.Case.LastOn;
        story.Do(new CaseCommand.SetRisk(Risk.Yellow, [], null, Story.Text), last.AddDays(-1), late: true);
        Assert.Equal(last, story.Case.LastOn);
        Assert.IsType<CaseEvent.Escalated>(story.Referred().Days(30).Sweep().Last);
        Assert.Equal(last, story.Case.LastOn);
        Assert.Equal((Decide.System, story.Journal.Count), (story.Case.LastActor, story.Case.Version));
    }
}
