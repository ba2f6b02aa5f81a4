using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class DeadlinePolicyTests
{
    private static readonly string[] Categories =
        ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "99"];

    /// <summary>
    /// Track, procedure and category, filed on, started on; days and unit; cap and times of an extension (-1: no extension).
    /// </summary>
    [Theory]
    // A: people's mediation
    [InlineData(Track.People, null, "04", "2024-12-31", "term.people", 30, TimeUnit.CalendarDays, null, null, "2025-01-30", "2025-02-05")]
    [InlineData(Track.People, null, "04", "2025-01-01", "term.people", 30, TimeUnit.CalendarDays, null, null, "2025-01-31", "2025-02-05")]
    // B: delegated before filing, whatever its date
    [InlineData(Track.Delegated, null, "04", "2024-12-31", "term.delegated", 30, TimeUnit.CalendarDays, null,
        null, "2025-01-30", "2025-02-05")]
    [InlineData(Track.Delegated, Procedure.Summary, "04", "2026-03-02", "term.delegated", 30, TimeUnit.CalendarDays, null,
        null, "2026-04-01", "2026-04-01")]
    // C: entrusted after filing, until the end of 2024
    [InlineData(Track.Entrusted, Procedure.Ordinary, "04", "2024-12-31", "term.entrusted.ordinary.2016", 15, TimeUnit.CalendarDays, null,
        null, "2025-01-15", "2025-01-15")]
    [InlineData(Track.Entrusted, Procedure.Summary, "04", "2024-12-31", "term.entrusted.summary.2016", 7, TimeUnit.CalendarDays, null,
        null, "2025-01-07", "2025-01-07")]
    [InlineData(Track.Entrusted, null, "04", "2024-12-31", "term.entrusted.summary.2016", 7, TimeUnit.CalendarDays, null,
        null, "2025-01-07", "2025-01-07")]
    // C': from 2025 on
    [InlineData(Track.Entrusted, Procedure.Ordinary, "04", "2025-01-01", "term.entrusted.ordinary.2025", 15, TimeUnit.CalendarDays, 30,
        1, "2025-01-16", "2025-01-16")]
    [InlineData(Track.Entrusted, Procedure.Summary, "04", "2025-01-01", "term.entrusted.summary.2025", 7, TimeUnit.CalendarDays, 30,
        1, "2025-01-08", "2025-01-08")]
    [InlineData(Track.Entrusted, null, "04", "2025-01-01", "term.entrusted.summary.2025", 7, TimeUnit.CalendarDays, 30,
        1, "2025-01-08", "2025-01-08")]
    // G, H, I
    [InlineData(Track.Medical, null, "12", "2024-12-31", "term.medical", 30, TimeUnit.WorkingDays, null, null, "2025-02-18", "2025-02-18")]
    [InlineData(Track.Labour, null, "10", "2025-01-01", "term.labour", 15, TimeUnit.CalendarDays, -1, null, "2025-01-16", "2025-01-16")]
    [InlineData(Track.Administrative, null, "13", "2025-01-01", "term.administrative.traffic", 10, TimeUnit.CalendarDays, -1,
        null, "2025-01-11", "2025-01-13")]
    // Without a term in law
    [InlineData(Track.Administrative, null, "04", "2025-01-01", "term.administrative", 30, TimeUnit.CalendarDays, null,
        null, "2025-01-31", "2025-02-05")]
    [InlineData(Track.Commercial, null, "04", "2026-05-01", "term.commercial", 30, TimeUnit.CalendarDays, null,
        null, "2026-05-31", "2026-06-01")]
    public void Each_regime_has_its_term(
        Track track, Procedure? procedure, string category, string on, string id, int days, TimeUnit unit, int? cap,
        int? times, string lastDay, string due)
    {
        var policy = Term(track, Day(on), procedure, category);
        Assert.Equal((id, days, unit), (policy.Id, policy.Days, policy.Unit));
        Assert.Equal(cap == -1 ? null : new ExtensionRule(cap, times), policy.Extension);
        var clock = Clock.Start(policy, Day(on), Published);
        Assert.Equal(Day(due), clock.DueOn);
        if (unit == TimeUnit.CalendarDays) Assert.Equal(Day(lastDay), Day(on).AddDays(policy.Days));
    }

    [Theory]
    [InlineData("2016-07-01", "第一百九十四条")]
    [InlineData("2021-12-31", "第一百九十四条")]
    [InlineData("2022-01-01", "第二百零一条")]
    [InlineData("2023-12-31", "第二百零一条")]
    [InlineData("2024-01-01", "第二百零五条")]
    [InlineData("2026-11-23", "第二百零五条")]
    public void The_window_of_confirmation_names_the_article_of_its_time(string on, string article)
    {
        var policy = DeadlinePolicies.Default.Find(ClockName.Confirmation, Track.People, null, "04", Risk.Green, Day(on));
        Assert.Equal((30, true, (ExtensionRule?)null, false), (policy.Days, policy.Rolls, policy.Extension, policy.PausesOnSuspension));
        Assert.Contains(article, policy.Basis.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClockName.Intake, 3, 3, 3, TimeUnit.WorkingDays)]
    [InlineData(ClockName.ReferralAnswer, 3, 3, 3, TimeUnit.WorkingDays)]
    [InlineData(ClockName.TransferAnswer, 3, 3, 3, TimeUnit.WorkingDays)]
    [InlineData(ClockName.ReturnToCourt, 3, 3, 3, TimeUnit.WorkingDays)]
    [InlineData(ClockName.FirstSession, 7, 7, 7, TimeUnit.WorkingDays)]
    [InlineData(ClockName.Inactivity, 15, 7, 3, TimeUnit.WorkingDays)]
    [InlineData(ClockName.FollowUp, 30, 15, 7, TimeUnit.CalendarDays)]
    [InlineData(ClockName.Appeal, 15, 15, 15, TimeUnit.WorkingDays)]
    public void Rules_of_the_house_say_that_they_are_no_law(ClockName clock, int green, int yellow, int red, TimeUnit unit)
    {
        foreach (var (risk, days) in new[] { (Risk.Green, green), (Risk.Yellow, yellow), (Risk.Red, red) })
        {
            var policy = DeadlinePolicies.Default.Find(clock, Track.People, null, "04", risk, Day("2026-11-23"));
            Assert.Equal((days, unit, unit == TimeUnit.CalendarDays), (policy.Days, policy.Unit, policy.Rolls));
            Assert.Equal("Rule of the house, not of a law", policy.Basis.En);
        }
    }

    [Theory]
    [InlineData(Track.Commercial)]
    [InlineData(Track.Administrative)]
    public void Where_the_law_sets_no_term_the_basis_says_so(Track track) =>
        Assert.StartsWith("No term in law", Term(track, Day("2026-11-23")).Basis.En, StringComparison.Ordinal);

    [Fact]
    public void Exactly_one_policy_fits_best_whatever_the_case_and_the_date()
    {
        // Policies begin and end on few days: between two neighbours of this list nothing can change.
        var dates = DeadlinePolicies.Default
            .SelectMany(
                policy => new[] { policy.From, policy.From.AddDays(-1), policy.To ?? policy.From, (policy.To ?? policy.From).AddDays(1) })
            .Append(new(2016, 1, 1)).Append(new(2030, 12, 31)).Where(date => date.Year is >= 2016 and <= 2030).Distinct().ToList();
        Assert.Contains(new DateOnly(2024, 12, 31), dates);
        var cases =
            from clock in Enum.GetValues<ClockName>()
            from track in Enum.GetValues<Track>()
            from procedure in new Procedure?[] { null, Procedure.Ordinary, Procedure.Summary }
            from category in Categories
            from risk in Enum.GetValues<Risk>()
            from day in dates
            select (clock, track, procedure, category, risk, day);
        foreach (var (clock, track, procedure, category, risk, day) in cases)
            Assert.Equal(clock, DeadlinePolicies.Default.Find(clock, track, procedure, category, risk, day).Clock);
    }

    [Fact]
    public void A_term_is_found_for_each_single_day_of_fifteen_years()
    {
        for (var on = new DateOnly(2016, 1, 1); on.Year <= 2030; on = on.AddDays(1))
            foreach (var track in Enum.GetValues<Track>())
                Assert.Equal(on.Year >= 2025 && track == Track.Entrusted, Term(track, on).Extension?.MaxTimes == 1);
    }

    [Fact]
    public void A_hole_in_the_table_and_two_equal_answers_are_named()
    {
        var people = DeadlinePolicies.ById("term.people");
        IReadOnlyList<DeadlinePolicy> hole = [people];
        var missing = Assert.Throws<ArgumentException>(
            () => hole.Find(ClockName.Term, Track.Labour, null, "10", Risk.Green, Day("2026-11-23")));
        Assert.StartsWith("0 policies for Term, Labour, , 10, Green on 2026-11-23", missing.Message, StringComparison.Ordinal);
        IReadOnlyList<DeadlinePolicy> tie = [people, people with { Id = "term.people.again" }];
        var two = Assert.Throws<ArgumentException>(() => tie.Find(ClockName.Term, Track.People, null, "04", Risk.Green, Day("2026-11-23")));
        Assert.StartsWith("2 policies", two.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_policy_has_its_own_name_and_a_basis_in_both_languages()
    {
        Assert.Equal(DeadlinePolicies.Default.Count,
            DeadlinePolicies.Default.Select(policy => policy.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(DeadlinePolicies.Default, policy =>
        {
            Assert.NotEmpty(policy.Basis.Zh);
            Assert.NotEmpty(policy.Basis.En);
            Assert.Same(policy, DeadlinePolicies.ById(policy.Id));
            Assert.True(policy.To is null || policy.To >= policy.From);
        });
    }
}
