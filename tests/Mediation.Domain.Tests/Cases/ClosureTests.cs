using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class ClosureTests
{
    [Fact]
    public void Closing_without_an_agreement_text_is_refused()
    {
        var story = Registered().Ready();
        var refusal = story.Refused(new CaseCommand.Settle(new(AgreementForm.Written, null, null, [], null, false, story.Today, [])));
        Assert.Equal("agreement.incomplete", refusal.Code);
        Assert.Equal(["facts", "issues", "sealed", "signatures", "terms"], refusal.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.NotNull(refusal.Basis);
    }

    [Fact]
    public void Each_missing_signature_is_named()
    {
        var story = Registered().Ready();
        Assert.Contains("p2", Signatures(story, "p1", "mediator"), StringComparison.Ordinal);
        Assert.Contains("mediator", Signatures(story, "p1", "p2"), StringComparison.Ordinal);
        story.Do(new CaseCommand.Settle(Draft(story.Today) with { Signatures = ["p1", "p2", Mediator] }));
    }

    [Fact]
    public void A_term_of_a_written_agreement_says_when_it_is_due() => MissingInTerm(Pays(null), "terms[0].dueOn");

    [Fact]
    public void A_term_is_not_due_before_the_agreement_is_signed() => MissingInTerm(Pays(new(2026, 3, 1)), "terms[0].dueOn");

    [Fact]
    public void A_term_hangs_on_an_event_of_the_journal() => MissingInTerm(Pays(null, 5m, new("rainfall", 3)), "terms[0].dueAfter");

    [Fact]
    public void A_term_promises_more_than_nothing() => MissingInTerm(Pays(new(2026, 4, 1), 0m), "terms[0].amount");

    [Fact]
    public void Terms_bind_parties_of_the_case()
    {
        var story = Registered().Ready();
        Assert.Equal(["terms[0].obligor"],
            story.Refused(new CaseCommand.Settle(Draft(story.Today, Pays(story.Today) with { Obligor = "p7" }))).Fields.Keys);
        Assert.Equal(["terms[0].jointly[0]"],
            story.Refused(new CaseCommand.Settle(Draft(story.Today, Pays(story.Today) with { Jointly = ["p7"] }))).Fields.Keys);
    }

    [Fact]
    public void An_oral_agreement_needs_facts_and_a_term_and_no_signature()
    {
        var story = Registered().Ready();
        Assert.Equal(["facts", "terms"],
            story.Refused(new CaseCommand.Settle(new(AgreementForm.Oral, null, null, [], null, false, story.Today, []))).Fields.Keys);
        story.Do(new CaseCommand.Settle(new(AgreementForm.Oral, Text, null, [Pays(null)], null, false, story.Today, [])));
        Assert.Equal((Status.Settled, Outcome.Settled, story.Today), (story.Case.Status, story.Case.Outcome, story.Case.ClosedOn));
    }

    [Fact]
    public void A_reconciliation_owes_nothing_and_cannot_be_confirmed()
    {
        var story = Registered().Ready();
        story.Do(new CaseCommand.Settle(new(AgreementForm.Reconciled, null, null, [], null, false, story.Today, [])));
        Assert.Empty(story.Case.Terms);
        Assert.Equal("confirmation.notPossible", story.Refused(new CaseCommand.RequestConfirmation("FY0104", true)).Code);
    }

    [Fact]
    public void The_day_of_signing_follows_the_rule_of_the_business_date()
    {
        var story = Registered().Days(5).Ready();
        Assert.Equal("date.future", story.Refused(new CaseCommand.Settle(Draft(story.Today.AddDays(1)))).Code);
        Assert.Equal("date.beforeOpening", story.Refused(new CaseCommand.Settle(Draft(story.Case.OpenedOn.AddDays(-1)))).Code);
        Assert.Equal("lateReason.required", story.Refused(new CaseCommand.Settle(Draft(story.Today.AddDays(-1)))).Code);
        Assert.Equal(story.Today.AddDays(-1),
            story.Do(new CaseCommand.Settle(Draft(story.Today.AddDays(-1))), late: true).Case.Agreement?.EffectiveOn);
    }

    [Theory]
    [InlineData(RepresentativeKind.Entrusted, Authority.General, false)]
    [InlineData(RepresentativeKind.Chosen, Authority.General, false)]
    [InlineData(RepresentativeKind.Entrusted, Authority.Special, true)]
    [InlineData(RepresentativeKind.LegalRepresentative, Authority.General, true)]
    [InlineData(RepresentativeKind.Guardian, Authority.General, true)]
    public void Signing_for_a_party_needs_special_authority_or_guardianship(RepresentativeKind kind, Authority authority, bool allowed)
    {
        var story = With(Party("p2", Side.Respondent, false, new Representative(kind, authority)));
        var signed = new CaseCommand.Settle(Draft(story.Today) with { Signatures = ["p1", "p2.r1", "mediator"] });
        Assert.Equal(allowed ? null : "signature.authority", story.Ask(signed).Refusal?.Code);
    }

    [Fact]
    public void A_minor_does_not_sign_alone()
    {
        var story = With(Party("p2", Side.Respondent, true, new(RepresentativeKind.Entrusted, Authority.Special),
            new(RepresentativeKind.Guardian, Authority.General)));
        Assert.Equal("signature.guardian", story.Refused(new CaseCommand.Settle(Draft(story.Today))).Code);
        Assert.Equal("signature.guardian",
            story.Refused(new CaseCommand.Settle(Draft(story.Today) with { Signatures = ["p1", "p2.r1", "mediator"] })).Code);
        story.Do(new CaseCommand.Settle(Draft(story.Today) with { Signatures = ["p1", "p2.r2", "mediator"] }));
    }

    [Theory]
    [InlineData("p3")]
    [InlineData("p2.r1")]
    [InlineData("p2.r0")]
    [InlineData("p2.x")]
    public void A_signature_of_nobody_is_refused(string signature)
    {
        var story = Registered().Ready();
        Assert.Equal(["signatures[1]"],
            story.Refused(new CaseCommand.Settle(Draft(story.Today) with { Signatures = ["p1", signature] })).Fields.Keys);
    }

    [Fact]
    public void Settling_needs_the_consent_of_all_and_no_held_session()
    {
        var story = Registered().Assigned();
        Assert.Equal("consent.missing", story.Refused(new CaseCommand.Settle(Draft(story.Today))).Code);
        Assert.Equal(Status.Settled, story.Willing().Do(new CaseCommand.Settle(Draft(story.Today))).Case.Status);
    }

    [Fact]
    public void A_partial_agreement_needs_only_the_signatures_of_those_it_settles()
    {
        var story =
            Registered(Facts() with { Parties = [Party("p1", Side.Applicant), Party("p2", Side.Respondent), Party("p3", Side.Respondent)] })
                .Ready().Consent("p3", true);
        story.Do(new CaseCommand.SettlePartially(Draft(story.Today), ["p1", "p2"], null, Rest.Fail, null));
        Assert.Equal((Status.PartiallySettled, Outcome.Partial), (story.Case.Status, story.Case.Outcome));
    }

    [Fact]
    public void A_partial_agreement_says_what_it_settles_and_a_split_names_the_other_case()
    {
        var story = Registered().Ready();
        Assert.Equal(["settledParties"],
            story.Refused(new CaseCommand.SettlePartially(Draft(story.Today), [], null, Rest.Fail, null)).Fields.Keys);
        Assert.Equal(["settledParties[0]"],
            story.Refused(new CaseCommand.SettlePartially(Draft(story.Today), ["p9"], null, Rest.Fail, null)).Fields.Keys);
        Assert.Equal("rest.caseRequired",
            story.Refused(new CaseCommand.SettlePartially(Draft(story.Today), [], Text, Rest.Split, null)).Code);
    }

    [Fact]
    public void After_a_partial_agreement_mediation_goes_on_and_decides_the_outcome()
    {
        var story = Registered().Sitting().SettledInPart(Rest.Continue);
        Assert.Equal((Status.InSession, null, 1), (story.Case.Status, story.Case.Outcome, story.Case.Terms.Count));
        var failed = story.Copy().Do(new CaseCommand.Fail(FailReason.Deadlock)).Case;
        Assert.Equal((Status.PartiallySettled, Outcome.Partial), (failed.Status, failed.Outcome));
        var settled = story.Copy().Do(new CaseCommand.Settle(Draft(story.Today))).Case;
        Assert.Equal((Status.Settled, Outcome.Settled), (settled.Status, settled.Outcome));
        Assert.Equal([1, 2], settled.Terms.Select(term => term.N));
    }

    [Fact]
    public void A_case_fails_for_refused_consent_only_after_a_refusal_also_from_the_referral_stage()
    {
        Assert.Equal("consent.notRefused", Registered().Ready().Refused(new CaseCommand.Fail(FailReason.ConsentRefused)).Code);
        Assert.Equal("consent.notRefused", Registered().AcceptedByCentre().Refused(new CaseCommand.Fail(FailReason.ConsentRefused)).Code);
        var story = Registered().AcceptedByCentre().Referred().Consent("p2", false);
        Assert.Equal("fail.onlyConsentRefused", story.Refused(new CaseCommand.Fail(FailReason.Deadlock)).Code);
        Assert.Equal(Status.Failed, story.Do(new CaseCommand.Fail(FailReason.ConsentRefused)).Case.Status);
    }

    [Fact]
    public void Only_an_applicant_withdraws()
    {
        Assert.Equal("withdraw.notApplicant", Registered().Refused(new CaseCommand.Withdraw("p2", Text)).Code);
        Assert.Equal(["party"], Registered().Refused(new CaseCommand.Withdraw("p9", Text)).Fields.Keys);
        Assert.Equal(Outcome.Withdrawn, Registered().Do(new CaseCommand.Withdraw("p1", Text)).Case.Outcome);
    }

    [Fact]
    public void Confirmation_is_asked_for_by_both_at_a_named_court_one_at_a_time()
    {
        var story = Registered().Settled();
        Assert.Equal(["byBothParties"], story.Refused(new CaseCommand.RequestConfirmation("FY0104", false)).Fields.Keys);
        Assert.Equal(["court"], story.Refused(new CaseCommand.RequestConfirmation(null, true)).Fields.Keys);
        Assert.Equal("confirmation.notRequested", story.Refused(new CaseCommand.GrantConfirmation("x")).Code);
        story.Do(new CaseCommand.RequestConfirmation("FY0104", true));
        Assert.Equal("confirmation.pending", story.Refused(new CaseCommand.RequestConfirmation("FY0104", true)).Code);
        Assert.Equal("confirmation.pending", story.Refused(new CaseCommand.Reopen(Text)).Code);
        story.Do(new CaseCommand.GrantConfirmation("（2026）湘0104诉前调确1号"));
        Assert.Equal("confirmation.granted", story.Refused(new CaseCommand.RequestConfirmation("FY0104", true)).Code);
    }

    [Fact]
    public void The_referring_court_confirms_unless_another_is_named() =>
        Assert.Equal("FY0104",
            Registered(Track.Delegated).Settled().Do(new CaseCommand.RequestConfirmation(null, true)).Case.Confirmation?.Court);

    [Fact]
    public void Confirmation_is_asked_for_within_30_days_of_the_effect()
    {
        // 2 March plus 30 days is Wednesday, 1 April 2026.
        var story = Registered().Settled().Days(30);
        story.Copy().Do(new CaseCommand.RequestConfirmation("FY0104", true));
        Assert.Equal("confirmation.windowClosed", story.Days(1).Refused(new CaseCommand.RequestConfirmation("FY0104", true)).Code);
    }

    [Theory]
    [InlineData("18", 1000, false)]
    [InlineData("01", null, false)]
    [InlineData("01", 1000, true)]
    [InlineData("04", null, true)]
    public void Status_relations_and_ownership_of_intellectual_property_are_not_confirmed(string category, int? amount, bool possible)
    {
        var story = Registered(category: category).Ready();
        story.Do(new CaseCommand.Settle(Draft(story.Today, Pays(story.Today.AddDays(5), amount))));
        Assert.Equal(possible, story.Case.Clock(ClockName.Confirmation) is not null);
        Assert.Equal(possible ? null : "confirmation.notPossible",
            story.Ask(new CaseCommand.RequestConfirmation("FY0104", true)).Refusal?.Code);
    }

    [Fact]
    public void Part_payments_add_up_and_never_exceed_the_promise()
    {
        var story = Registered().Settled().Do(new CaseCommand.PerformTerm(1, 400m));
        Assert.Equal((400m, TermState.Open), (story.Case.Terms[0].Paid, story.Case.Terms[0].State));
        Assert.Equal("term.overpaid", story.Refused(new CaseCommand.PerformTerm(1, 600.01m)).Code);
        Assert.Equal("term.amount", story.Refused(new CaseCommand.PerformTerm(1, 0m)).Code);
        story.Do(new CaseCommand.PerformTerm(1, 600m));
        Assert.Equal((1000m, TermState.Performed), (story.Case.Terms[0].Paid, story.Case.Terms[0].State));
        Assert.Equal("term.done", story.Refused(new CaseCommand.PerformTerm(1, 1m)).Code);
        Assert.Equal("term.unknown", story.Refused(new CaseCommand.PerformTerm(2, 1m)).Code);
    }

    [Fact]
    public void A_term_defaults_only_after_its_due_day_and_can_still_be_performed()
    {
        var story = Registered().Settled().Days(10);
        Assert.Equal("term.notDue", story.Refused(new CaseCommand.DefaultTerm(1)).Code);
        story.Days(1).Do(new CaseCommand.DefaultTerm(1));
        Assert.Equal("term.defaulted", story.Refused(new CaseCommand.DefaultTerm(1)).Code);
        Assert.Equal(TermState.Performed, story.Do(new CaseCommand.PerformTerm(1, null)).Case.Terms[0].State);
    }

    [Fact]
    public void A_default_opens_a_further_round_of_the_same_case_when_all_agree()
    {
        var story = Registered().Settled();
        Assert.Equal("remediate.noGround", story.Refused(new CaseCommand.Remediate(["p1", "p2"])).Code);
        var accepted = story.Case.AcceptedOn;
        story.Defaulted();
        Assert.Equal("consent.missing", story.Refused(new CaseCommand.Remediate(["p1"])).Code);
        story.Do(new CaseCommand.Remediate(["p1", "p2"]));
        Assert.Equal((Status.Assigned, 2, null, accepted),
            (story.Case.Status, story.Case.Round, story.Case.Outcome, story.Case.AcceptedOn));
        Assert.Single(story.Case.Terms);
    }

    [Fact]
    public void A_rejected_confirmation_opens_a_further_round() =>
        Assert.Equal(2, Registered(Track.Delegated).Settled().Do(new CaseCommand.RequestConfirmation(null, true))
            .Do(new CaseCommand.RejectConfirmation(Text))
            .Do(new CaseCommand.Remediate(["p1", "p2"])).Case.Round);

    [Fact]
    public void A_file_is_archived_when_its_terms_and_its_confirmation_are_settled()
    {
        var story = Registered().Settled();
        Assert.Equal("archive.termsOpen", story.Refused(new CaseCommand.Archive()).Code);
        story.Do(new CaseCommand.RequestConfirmation("FY0104", true)).Performed();
        Assert.Equal("archive.confirmationPending", story.Refused(new CaseCommand.Archive()).Code);
        story.Do(new CaseCommand.WithdrawConfirmation()).Do(new CaseCommand.Archive());
        Assert.Equal((Status.Archived, Outcome.Settled), (story.Case.Status, story.Case.Outcome));
    }

    [Fact]
    public void A_reopened_case_goes_back_to_its_body_or_to_intake()
    {
        Assert.Equal(Status.Assigned,
            Registered().Ready().Do(new CaseCommand.Fail(FailReason.Deadlock)).Do(new CaseCommand.Reopen(Text)).Case.Status);
        var guided = Registered().Do(new CaseCommand.Guide(GuideRoute.Court)).Do(new CaseCommand.Reopen(Text)).Case;
        Assert.Equal((Status.Registered, null, null), (guided.Status, guided.Outcome, guided.ClosedOn));
    }

    [Fact]
    public void Satisfaction_goes_from_1_to_5()
    {
        var story = Registered().Settled();
        Assert.Equal(["satisfaction"], story.Refused(new CaseCommand.FollowUp(Story.Text, 6, true, null)).Fields.Keys);
        Assert.Equal(1, story.Do(new CaseCommand.FollowUp(Story.Text, 5, true, null)).Case.FollowUps);
    }

    [Fact]
    public void A_case_that_the_court_recalled_stays_closed_even_when_archived()
    {
        var story = Registered(Track.Delegated).Ready().Do(new CaseCommand.Recall(Text));
        Assert.Equal("reopen.recalled", story.Refused(new CaseCommand.Reopen(Text)).Code);
        Assert.Equal("reopen.recalled", story.Do(new CaseCommand.Archive()).Refused(new CaseCommand.Reopen(Text)).Code);
    }

    [Fact]
    public void The_courts_actions_are_for_the_courts_cases_and_happen_once()
    {
        Assert.Equal("court.notReferred", Registered().Refused(new CaseCommand.Recall(Text)).Code);
        var story = Registered(Track.Delegated).Ready().Do(new CaseCommand.Fail(FailReason.Deadlock)).Do(new CaseCommand.ReturnPapers())
            .Do(new CaseCommand.FileLawsuit("（2026）湘0104民初1号")).Do(new CaseCommand.ConcludeLawsuit(ConclusionKind.Judgment));
        Assert.Equal("returned.already", story.Refused(new CaseCommand.ReturnPapers()).Code);
        Assert.Equal("filing.already", story.Refused(new CaseCommand.FileLawsuit("x")).Code);
        Assert.Equal("conclusion.already", story.Refused(new CaseCommand.ConcludeLawsuit(ConclusionKind.Judgment)).Code);
        Assert.Equal("returned.nothing",
            Registered(Track.Delegated).Settled().Performed().Do(new CaseCommand.Archive()).Refused(new CaseCommand.ReturnPapers()).Code);
    }

    private static Story With(Party second) => Registered(Facts() with { Parties = [Party("p1", Side.Applicant), second] }).Ready();

    private static string Signatures(Story story, params string[] signatures) =>
        story.Refused(new CaseCommand.Settle(Draft(story.Today) with { Signatures = signatures })).Fields["signatures"].En;

    private static void MissingInTerm(TermDraft term, string field)
    {
        var story = Registered().Ready();
        Assert.Equal([field], story.Refused(new CaseCommand.Settle(Draft(story.Today, term))).Fields.Keys);
    }
}
