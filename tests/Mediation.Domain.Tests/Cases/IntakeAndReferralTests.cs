using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class IntakeAndReferralTests
{
    [Fact]
    public void A_registered_case_opens_on_its_business_date_at_version_one()
    {
        var c = Registered().Case;
        Assert.Equal((Status.Registered, 1, new DateOnly(2026, 3, 2), Stage.Intake), (c.Status, c.Version, c.OpenedOn, c.Stage));
    }

    [Fact]
    public void A_case_needs_a_respondent() => Incomplete(Facts() with { Parties = [Party("p1", Side.Applicant)] }, "parties");

    [Fact]
    public void A_case_needs_an_applicant() => Incomplete(Facts() with { Parties = [Party("p1", Side.Respondent)] }, "parties");

    [Fact]
    public void A_body_that_acts_on_its_own_initiative_needs_no_applicant() =>
        Registered(Facts() with { Initiation = Initiation.OwnInitiative, Parties = [Party("p1", Side.Respondent)] });

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public void A_case_has_one_to_two_hundred_parties(int count) =>
        Incomplete(Facts() with
        { Parties = [.. Enumerable.Range(1, count).Select(n => Party($"p{n}", n == 1 ? Side.Applicant : Side.Respondent))] }, "parties");

    [Fact]
    public void Party_ids_count_up_from_p1() =>
        Incomplete(Facts() with { Parties = [Party("p1", Side.Applicant), Party("p3", Side.Respondent)] }, "parties[1].id");

    [Fact]
    public void A_courts_track_needs_the_court_and_the_date_of_referral() =>
        Incomplete(Facts(Track.Entrusted) with { Court = null, RegimeOn = null }, "court", "receivedOn");

    [Fact]
    public void What_comes_from_a_court_is_delegated_or_entrusted() => Incomplete(Facts(channel: Channel.Court), "track");

    [Fact]
    public void A_case_cannot_be_registered_for_tomorrow() =>
        Assert.Equal("date.future", new Story().Refused(new CaseCommand.Register(Facts()), new(2026, 3, 3)).Code);

    [Fact]
    public void A_case_is_registered_once() => Assert.Equal("case.exists", Registered().Refused(new CaseCommand.Register(Facts())).Code);

    [Fact]
    public void Nothing_happens_to_a_case_that_was_not_registered() =>
        Assert.Equal("case.missing", new Story().Refused(new CaseCommand.Archive()).Code);

    [Fact]
    public void A_body_accepts_what_came_in_at_its_desk_straight_into_mediation()
    {
        var story = Registered().Do(new CaseCommand.Accept(Committee, null, null));
        Assert.Equal((Status.Accepted, Stage.Mediation, story.Today), (story.Case.Status, story.Case.Stage, story.Case.AcceptedOn));
        Assert.Equal(Status.Assigned, Registered().Do(new CaseCommand.Accept(Committee, Check(), null)).Case.Status);
    }

    [Fact]
    public void A_body_cannot_accept_a_courts_referral_for_itself() =>
        Assert.Equal("accept.courtReferral", Registered(Track.Delegated).Refused(new CaseCommand.Accept(Committee, null, null)).Code);

    [Fact]
    public void A_body_cannot_accept_what_came_in_elsewhere() =>
        Assert.Equal("accept.notOwnDesk", Registered().Refused(new CaseCommand.Accept(OtherCommittee, null, null)).Code);

    [Fact]
    public void The_centre_names_no_mediator_when_it_accepts() =>
        Assert.Contains("mediator", Registered().Refused(new CaseCommand.Accept(null, Check(), null)).Fields.Keys);

    [Fact]
    public void A_mediator_named_at_acceptance_is_checked_like_any_other() =>
        Assert.Equal("conflict.ofInterest",
            Registered().Refused(new CaseCommand.Accept(Committee, Check() with { Conflict = true }, null)).Code);

    [Fact]
    public void A_case_that_a_body_has_taken_is_not_referred_again() =>
        Assert.Equal("refer.hasBody", Registered().TakenUp().Refused(new CaseCommand.Refer(OtherCommittee, null)).Code);

    [Fact]
    public void A_declined_referral_goes_back_to_the_centre()
    {
        var c = Registered().AcceptedByCentre().Referred().Do(new CaseCommand.DeclineReferral(Text)).Case;
        Assert.Equal((Status.Accepted, Stage.Referral, null), (c.Status, c.Stage, c.OfferedTo));
    }

    [Fact]
    public void Papers_may_be_signed_for_before_the_registration_without_a_reason()
    {
        var story = Registered(Track.Delegated).AcceptedByCentre().Referred().Do(new CaseCommand.AcceptReferral(new(2026, 2, 25)));
        Assert.Equal((Status.Accepted, Committee), (story.Case.Status, story.Case.Body));
    }

    [Theory]
    [InlineData("2026-02-19", "date.beforeReceipt")]
    [InlineData("2026-03-03", "date.future")]
    public void Papers_are_signed_for_between_their_receipt_and_today(string signedOn, string code) =>
        Assert.Equal(code, Registered(Track.Delegated).AcceptedByCentre().Referred()
            .Refused(new CaseCommand.AcceptReferral(DateOnly.Parse(signedOn, System.Globalization.CultureInfo.InvariantCulture))).Code);

    [Fact]
    public void A_case_without_a_body_is_transferred_only_to_another_division()
    {
        Assert.Equal("transfer.noBody", Registered().Refused(new CaseCommand.OfferTransfer(OtherCommittee, null, Text)).Code);
        var moved = Registered().Offered().Do(new CaseCommand.AcceptTransfer()).Case;
        Assert.Equal((Status.Accepted, Stage.Referral, "430302", OtherCentre), (moved.Status, moved.Stage, moved.Division, moved.Centre));
    }

    [Fact]
    public void A_transfer_to_a_body_takes_the_mediator_away()
    {
        var c =
            Registered().Ready().Do(new CaseCommand.OfferTransfer(OtherCommittee, null, Text)).Do(new CaseCommand.AcceptTransfer()).Case;
        Assert.Equal((Status.Accepted, OtherCommittee, null), (c.Status, c.Body, c.Mediator));
    }

    [Fact]
    public void A_case_is_not_transferred_to_where_it_is()
    {
        Assert.Equal("transfer.same", Registered().TakenUp().Refused(new CaseCommand.OfferTransfer(Committee, null, Text)).Code);
        Assert.Equal("transfer.same", Registered().Refused(new CaseCommand.OfferTransfer(Centre, "430104001", Text)).Code);
    }

    [Fact]
    public void One_transfer_waits_at_a_time_and_a_declined_one_leaves_the_case_alone()
    {
        var story = Registered().Ready().Offered();
        Assert.Equal("transfer.pending", story.Refused(new CaseCommand.OfferTransfer(OtherCommittee, null, Text)).Code);
        story.Do(new CaseCommand.DeclineTransfer(Text));
        Assert.Equal((Status.Assigned, null), (story.Case.Status, story.Case.Transfer));
        Assert.Equal("transfer.none", story.Refused(new CaseCommand.AcceptTransfer()).Code);
    }

    [Fact]
    public void Closing_a_case_takes_back_its_transfer() =>
        Assert.Null(Registered().Ready().Offered().Do(new CaseCommand.Terminate(Text)).Case.Transfer);

    [Fact]
    public void A_body_joins_once_and_only_a_case_that_has_a_body()
    {
        Assert.Equal("join.noBody", Registered().AcceptedByCentre().Refused(new CaseCommand.Join(OtherCommittee)).Code);
        var story = Registered().TakenUp().Do(new CaseCommand.Join(OtherCommittee));
        Assert.Equal("join.already", story.Refused(new CaseCommand.Join(OtherCommittee)).Code);
        Assert.Equal("join.already", story.Refused(new CaseCommand.Join(Committee)).Code);
    }

    [Fact]
    public void Nothing_is_dated_tomorrow_or_before_the_case_was_registered()
    {
        var story = Registered();
        Assert.Equal("date.future", story.Refused(new CaseCommand.Accept(null, null, null), story.Today.AddDays(1)).Code);
        Assert.Equal("date.beforeOpening",
            story.Refused(new CaseCommand.Accept(null, null, null), story.Today.AddDays(-1), late: true).Code);
    }

    [Fact]
    public void What_is_entered_late_needs_a_reason()
    {
        var story = Registered().Days(5).AcceptedByCentre();
        var refusal = story.Refused(new CaseCommand.Refer(Committee, null), story.Today.AddDays(-1));
        Assert.Equal(("lateReason.required", "lateReason"), (refusal.Code, Assert.Single(refusal.Fields.Keys)));
        Assert.Equal(Text, story.Do(new CaseCommand.Refer(Committee, null), story.Today.AddDays(-1), late: true).Last.LateReason);
    }

    [Fact]
    public void A_correction_changes_the_value_and_keeps_the_old_one_in_the_journal()
    {
        var story = Registered().Do(new CaseCommand.Correct(new("amount", null, "1234.50", Text)));
        Assert.Equal(1234.50m, story.Case.Amount);
        story.Do(new CaseCommand.Correct(new("category", "04", "05", Text)));
        Assert.Equal("05", story.Case.Category);
        story.Do(new CaseCommand.Correct(new("division", "430104001", "430302", Text) { Centre = OtherCentre }));
        Assert.Equal(("430302", OtherCentre), (story.Case.Division, story.Case.Centre));
        story.Do(new CaseCommand.Correct(new("parties.p2.name", "old", "new", Text) { Party = "p2", PartyDigest = "fresh" }));
        Assert.Equal("fresh", story.Case.Parties[1].Digest);
    }

    [Theory]
    [InlineData("amount", "1", "1", "correct.same")]
    [InlineData("amount", null, "-1", "correct.value")]
    [InlineData("amount", null, "1e5", "correct.value")]
    [InlineData("category", "04", "77", "correct.value")]
    [InlineData("division", "430104001", "", "correct.value")]
    [InlineData("status", "registered", "archived", "correct.field")]
    public void A_correction_without_sense_is_refused(string field, string? from, string? to, string code) =>
        Assert.Equal(code, Registered().Refused(new CaseCommand.Correct(new(field, from, to, Text))).Code);

    [Theory]
    [InlineData(0, Risk.Green)]
    [InlineData(1, Risk.Yellow)]
    [InlineData(3, Risk.Red)]
    public void The_risk_follows_from_the_items_unless_it_is_given(int items, Risk expected)
    {
        string[] list = [.. Enumerable.Range(0, items).Select(n => $"item{n}")];
        Assert.Equal(expected, Registered().Do(new CaseCommand.SetRisk(null, list, null, Text)).Case.Risk);
        Assert.Equal(Risk.Green, Registered().Do(new CaseCommand.SetRisk(Risk.Green, list, null, Text)).Case.Risk);
    }

    [Fact]
    public void A_leader_is_named_only_for_a_red_or_major_case()
    {
        Assert.Equal("lead.notNeeded", Registered().Refused(new CaseCommand.NameLead("chen.leader")).Code);
        Registered(Facts() with { Major = true }).Do(new CaseCommand.NameLead("chen.leader"));
        Registered().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Text)).Do(new CaseCommand.NameLead("chen.leader"));
    }

    private static void Incomplete(CaseEvent.Registered facts, params string[] fields)
    {
        var refusal = new Story().Refused(new CaseCommand.Register(facts));
        Assert.Equal("case.incomplete", refusal.Code);
        Assert.Equal(fields, refusal.Fields.Keys);
    }
}
