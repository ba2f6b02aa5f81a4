using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Demonstration;

/// <summary>Leads one case from intake to wherever it ends or still stands.</summary>
public sealed class CaseGenerator(GeneratedCase story, StoryPlaces places, CaseWords words, Random random, WorkingCalendar calendar)
{
    private DateTimeOffset now;

    public void Generate(DateTimeOffset opened, long number)
    {
        now = opened;
        // The accounts that the greeting names have work of their own; among a million they get their share anyway.
        var body = number <= DemonstrationCases.Count && number % 12 == 0
            ? places.Bodies.First(place => place.Ref.Code == "430104001-committee") : words.Pick(places.Bodies);
        var category = body.Categories.Count > 0 ? body.Categories[0] : words.Category();
        if (!CaseWords.Categories.Contains(category)) category = "04";
        var fromCourt = body.Ref.Division.Length >= 6 && body.Ref.Level != Level.Village && random.Next(4) == 0;
        var (centre, clerk) = places.CentreOf(body.Ref.Division);
        var ownDesk = !fromCourt && (body.Ref.Level == Level.Village || random.Next(3) == 0);
        Register(body, category, centre, fromCourt, ownDesk ? body.Ref : centre, ownDesk ? body.Mediators[0].User : clerk, number);
        if (random.Next(20) == 0 && !Risky()) return;
        if (!ownDesk && !Dispatch(body, clerk, fromCourt)) return;
        if (ownDesk && !Do(0, 2, body.Mediators[0].User, new CaseCommand.Accept(body.Ref, words.Pick(body.Mediators), null))) return;
        Mediate(body);
    }

    private void Register(StoryBody body, string category, BodyRef centre, bool fromCourt, BodyRef desk, string actor, long number)
    {
        var county = body.Ref.Division[..6];
        var organisation = category is "10" or "11" or "12" or "14" or "17" || random.Next(5) == 0;
        var rows = new List<PartyRow> { words.Person("p1", Side.Applicant, county) };
        rows.Add(organisation ? words.Organisation("p2", Side.Respondent, category) : words.Person("p2", Side.Respondent, county));
        if (random.Next(6) == 0) rows.Add(words.Person("p3", Side.Respondent, county));
        var draft = story.Draft;
        var on = ShanghaiTime.DateOf(now);
        var channel = fromCourt ? Channel.Court
            : words.Pick([Channel.WalkIn, Channel.WalkIn, Channel.Hotline, Channel.Grid, Channel.Police, Channel.Petition, Channel.Online]);
        var track = fromCourt ? random.Next(2) == 0 ? Track.Delegated : Track.Entrusted
            : category == "12" ? Track.Medical : category == "10" ? Track.Labour : Track.People;
        var court = fromCourt ? places.CourtOf(body.Ref.Division) : default;
        var facts = new CaseEvent.Registered($"{county}-{on.Year}-{number:00000000}", channel,
            channel is Channel.Court or Channel.Police or Channel.Petition ? Initiation.Entrusted
                : channel == Channel.Grid ? Initiation.OwnInitiative : Initiation.Application,
            track, category, body.Ref.Division, desk, centre, draft.Text("summary", words.Matter(category)), [.. rows.Select(draft.Party)])
        {
            Amount = random.Next(5) == 0 ? null : random.Next(5, 2000) * 100m,
            PersonsInvolved = rows.Count,
            Major = random.Next(25) == 0,
            OccurredOn = on.AddDays(-random.Next(1, 60)),
            Court = fromCourt ? court.Court : null,
            CourtCaseNo =
                fromCourt ? $"（{on.Year}）湘{court.Court[2..6]}{(track == Track.Delegated ? "诉前调" : "民初")}{90_000 + number}号" : null,
            Procedure = track == Track.Entrusted ? words.Pick([Procedure.Ordinary, Procedure.Summary]) : null,
            RegimeOn = fromCourt ? on : null,
            ReceivedOn = fromCourt ? on : null,
        };
        story.Act(now, fromCourt ? court.Account : actor, new CaseCommand.Register(facts));
    }

    /// <summary>The clerk of the centre sorts it: out, to another way, or to a mediation body.</summary>
    private bool Dispatch(StoryBody body, string clerk, bool fromCourt)
    {
        var chance = random.Next(100);
        if (!fromCourt && chance < 5) return Do(1, 2, clerk,
            new CaseCommand.NotAccept(words.Pick([NotAcceptReason.AlreadyWithCourt, NotAcceptReason.DecidedByGovernment]))) && false;
        if (!fromCourt && chance < 10)
            return Do(1, 2, clerk, new CaseCommand.Guide(words.Pick([GuideRoute.LegalAid, GuideRoute.LabourInspection]))) && false;
        if (chance > 95 && IsRecent) return false; // forgotten at intake: the sweep's business
        if (!Do(0, 2, clerk, new CaseCommand.Accept(null, null, null))) return false;
        if (!Do(0, 1, clerk, new CaseCommand.Refer(body.Ref, null))) return false;
        if (chance > 92 && IsRecent) return false; // nobody answers
        return Do(0, 3, body.Head, new CaseCommand.AcceptReferral(null))
            && Do(0, 1, body.Head, new CaseCommand.Assign(words.Pick(body.Mediators)));
    }

    private bool Risky() =>
        Do(0, 1, "system", new CaseCommand.SetRisk(words.Pick([Risk.Yellow, Risk.Red]), [], null, Said("reason", "当事人情绪激动,曾到现场聚集")));

    private void Mediate(StoryBody body)
    {
        var mediator = story.Case!.Mediator!;
        if (story.Case.LacksLead) story.Act(now, body.Head, new CaseCommand.NameLead(body.Head));
        var ending = random.Next(100);
        foreach (var party in story.Case.Parties)
        {
            var refuses = ending < 5 && party.Side == Side.Respondent;
            if (!Do(0, 2, mediator, new CaseCommand.RecordConsent(party.Id, !refuses, Said("how", "口头")))) return;
        }

        if (ending < 5)
        {
            Fail(mediator, FailReason.ConsentRefused);
            return;
        }

        if (ending < 9)
        {
            Do(1, 4, mediator, new CaseCommand.Withdraw("p1", Said("reason", "双方已自行和解")));
            return;
        }

        if (ending < 14 && IsRecent) return; // gone silent
        if (story.Case.Court is not null && random.Next(12) == 0)
        {
            Do(2, 6, places.CourtOf(body.Ref.Division).Account, new CaseCommand.Recall(Said("reason", "当事人要求立案审理")));
            return;
        }

        if (!Sit(mediator, 1)) return;
        if (ending < 20 && !Do(1, 3, mediator, new CaseCommand.Suspend(Said("reason", "等待鉴定意见")))) return;
        if (ending < 17 && IsRecent) return;
        if (ending < 20 && !Do(5, 10, mediator, new CaseCommand.Resume())) return;
        if (ending < 24 && story.Case!.Track is Track.People or Track.Delegated
            && !Do(1, 3, mediator, new CaseCommand.Extend(15, [.. story.Case.Parties.Select(party => party.Id)]))) return;
        if (random.Next(3) == 0 && !Sit(mediator, 2)) return;
        if (ending < 36)
        {
            Fail(mediator, words.Pick([FailReason.Deadlock, FailReason.Deadlock, FailReason.NoShow, FailReason.Unreachable]));
            return;
        }

        if (ending < 38)
        {
            Do(1, 5, mediator, new CaseCommand.Terminate(Said("reason", "纠纷标的已灭失")));
            return;
        }

        Settle(body, mediator, partly: ending < 42);
    }

    private bool Sit(string mediator, int n)
    {
        var start = Later(2, 6).AddHours(1);
        if (!Do(0, 1, mediator, new CaseCommand.ScheduleSession(start, 90,
            Said("place", "调解室"), words.Pick([SessionKind.InPerson, SessionKind.InPerson, SessionKind.Phone, SessionKind.Courtyard]))))
            return false;
        if (now < start) now = start.AddMinutes(95);
        return story.Act(now, mediator,
            new CaseCommand.HoldSession(n, [.. story.Case!.Parties.Select(party => party.Id)], Said("record", "听取各方意见,释明有关规定,提出调解方案")));
    }

    private void Fail(string mediator, FailReason reason)
    {
        if (!Do(1, 4, mediator, new CaseCommand.Fail(reason)) || story.Case!.Court is not { } court) return;
        var account = places.CourtOf(story.Case.Division).Account;
        if (Do(1, 3, account, new CaseCommand.ReturnPapers()) && court.Length > 0 && random.Next(2) == 0)
            Do(3, 20, account,
                new CaseCommand.FileLawsuit($"（{ShanghaiTime.DateOf(now).Year}）湘{court[2..6]}民初{random.Next(10_000, 99_999)}号"));
    }

    private void Settle(StoryBody body, string mediator, bool partly)
    {
        var parties = story.Case!.Parties;
        now = Later(1, 6);
        var on = ShanghaiTime.DateOf(now);
        var oral = random.Next(5) == 0;
        var amount = story.Case.Amount is { } claimed ? Math.Round(claimed * random.Next(40, 100) / 100m, 2) : (decimal?)null;
        var agreement = new AgreementDraft(oral ? AgreementForm.Oral : AgreementForm.Written, Said("facts", "双方对事实无争议"),
            Said("issues", "数额与履行时间"), [new TermDraft("p2", "p1", Said("what", amount is null ? "停止影响并恢复原状" : "支付约定款项"), amount,
                on.AddDays(random.Next(3, 40)), null, [])],
            Said("way", "转账或当面履行"), Sealed: !oral, on, oral ? [] : [.. parties.Select(party => party.Id), mediator]);
        CaseCommand command = partly
            ? new CaseCommand.SettlePartially(agreement, ["p1", "p2"], Said("settledIssues", "主要款项"), Rest.Fail, null)
            : new CaseCommand.Settle(agreement);
        if (!story.Act(now, mediator, command)) return;
        if (!oral && story.Case!.Clock(ClockName.Confirmation) is not null && random.Next(4) == 0
            && Do(2, 10, mediator, new CaseCommand.RequestConfirmation(places.CourtOf(body.Ref.Division).Court, true)))
            Do(3, 8, places.CourtOf(body.Ref.Division).Account,
                new CaseCommand.GrantConfirmation($"（{on.Year}）湘诉前调确{random.Next(1_000, 9_999)}号"));
        Perform(body, mediator, amount);
    }

    private void Perform(StoryBody body, string mediator, decimal? amount)
    {
        if (random.Next(10) == 0)
        {
            var due = story.Case!.Clock(ClockName.Performance, 1)!.DueOn;
            // A confirmation may have been granted after the due day already.
            var missed = DemonstrationCases.Hour(due.AddDays(random.Next(1, 4)), random);
            now = missed > now ? missed : Later(1, 3);
            if (!story.Act(now, mediator, new CaseCommand.DefaultTerm(1)) || random.Next(2) == 0) return;
            if (Do(2, 6, mediator, new CaseCommand.Remediate([.. story.Case.Parties.Select(party => party.Id)])))
                Fail(mediator, FailReason.Deadlock);
            return;
        }

        if (amount > 10_000 && random.Next(2) == 0 && !Do(2, 12, mediator, new CaseCommand.PerformTerm(1, Math.Round(amount.Value / 2, 2))))
            return;
        if (!Do(3, 25, mediator, new CaseCommand.PerformTerm(1, null))) return;
        if (!Do(2, 20, mediator,
            new CaseCommand.FollowUp(Said("method", words.Pick(["电话", "上门"])), random.Next(4) == 0 ? null : random.Next(3, 6), true, null)))
            return;
        if (random.Next(3) == 0 || !Do(1, 10, body.Head, new CaseCommand.Archive()) || random.Next(15) != 0) return;
        if (Do(5, 30, body.Head, new CaseCommand.Reopen(Said("reason", "一方提出新的证据")))) Fail(mediator, FailReason.RefusedToSign);
    }

    /// <summary>Only young cases are left lying; what is a year old has come to its end.</summary>
    private bool IsRecent => story.Case!.OpenedAt > story.Present.AddDays(-60);

    private bool Do(int fewestWorkdays, int mostWorkdays, string actor, CaseCommand command)
    {
        now = Later(fewestWorkdays, mostWorkdays);
        return story.Act(now, actor, command);
    }

    private DateTimeOffset Later(int fewestWorkdays, int mostWorkdays)
    {
        var days = random.Next(fewestWorkdays, mostWorkdays + 1);
        if (days == 0) return now.AddMinutes(random.Next(5, 60));
        return DemonstrationCases.Hour(calendar.AddWorkingDays(ShanghaiTime.DateOf(now), days), random);
    }

    private TextRef Said(string kind, string text) => story.Draft.Text(kind, text);
}
