namespace Mediation.Browser.Tests;

public sealed class SignInTests(Visit visit)
{
    [Fact]
    public async Task A_wrong_password_is_refused_and_the_name_stays()
    {
        var page = await visit.OpenAsync();
        await page.ArriveAsync("/sign-in");

        await page.SignInAsync("mediator2.430104001", "not-the-password");

        await page.WaitForSelectorAsync(".error-summary");
        Assert.Equal("mediator2.430104001", await page.ValueAsync("Account"));
        Assert.Equal("", await page.ValueAsync("Password"));
    }

    [Fact]
    public async Task The_right_password_leads_to_the_work_list_and_signing_out_closes_it()
    {
        await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.WaitForSelectorAsync("table.list");

        await page.ClickAsync("form[action='/sign-out'] button");

        await page.ArriveAsync("/sign-in");
        await page.GotoAsync("/");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
    }
}
