namespace Mediation.Browser.Tests;

/// <summary>What must hold for every page, also for one that is added tomorrow.</summary>
public sealed class EveryPageTests(Sweep sweep) : IClassFixture<Sweep>
{
    [Fact]
    public async Task Every_page_is_found_by_its_links() => None(await sweep.UnseenAsync());

    [Fact]
    public async Task The_html_of_every_page_is_valid() => None(await sweep.HtmlFaultsAsync());

    [Fact]
    public async Task Every_page_is_light_for_every_role() => None(await sweep.ReadFaultsAsync("weight"));

    [Fact]
    public async Task Every_link_leads_its_reader_to_a_page() => None(await sweep.FaultsAsync("way"));

    [Fact]
    public async Task Every_page_is_in_one_language_and_says_which() => None(await sweep.FaultsAsync("language"));

    [Fact]
    public async Task No_page_has_a_finding_of_axe_in_either_language_light_or_dark() => None(await sweep.FaultsAsync("axe"));

    [Fact]
    public async Task Every_page_fits_a_telephone() => None(await sweep.FaultsAsync("width"));

    [Fact]
    public async Task Everything_is_reached_by_the_keyboard_and_shows_its_focus() => None(await sweep.FaultsAsync("keyboard"));

    [Fact]
    public async Task No_page_breaks_its_own_rules_or_asks_another_host() => None(await sweep.FaultsAsync("console"));

    private static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all)); // whole, where a list would be cut
    }
}
