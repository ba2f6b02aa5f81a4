namespace Mediation.Browser.Tests;

/// <summary>What must hold for every page, also for one that is added tomorrow.</summary>
public sealed class EveryPageTests(Sweep sweep, Visit visit) : IClassFixture<Sweep>
{
    [Fact]
    public void Every_page_is_found_by_its_links() => None(sweep.Unseen);

    [Fact]
    public void Every_link_leads_its_reader_to_a_page() => None(sweep.Faults("way"));

    [Fact]
    public void No_page_has_a_finding_of_axe_in_either_language_light_or_dark() => None(sweep.Faults("axe"));

    [Fact]
    public void The_html_of_every_page_is_valid()
    {
        _ = Machine.Need("java", Tools.NoJava);
        None(sweep.Faults("html"));
    }

    [Fact]
    public void Every_page_fits_a_telephone() => None(sweep.Faults("width"));

    [Fact]
    public void Every_page_is_in_one_language_and_says_which() => None(sweep.Faults("language"));

    [Fact]
    public void Everything_is_reached_by_the_keyboard_and_shows_its_focus() => None(sweep.Faults("keyboard"));

    [Fact]
    public void No_page_breaks_its_own_rules_or_asks_another_host() => None(sweep.Faults("console"));

    private void None(IEnumerable<string> faults)
    {
        visit.NeedChineseFont();
        if (sweep.Missing is { } missing) Machine.Without(missing);
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all)); // whole, where a list would be cut
    }
}
