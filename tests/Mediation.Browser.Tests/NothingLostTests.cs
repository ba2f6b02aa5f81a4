namespace Mediation.Browser.Tests;

/// <summary>What somebody types outlives his session and the service itself.</summary>
public sealed class NothingLostTests(Visit visit)
{
    [Fact]
    public async Task What_was_typed_survives_a_killed_service_and_signing_out()
    {
        visit.NeedBrowser();
        var killed = await ServiceProcess.StartAsync();
        ServiceProcess? restarted = null;
        try
        {
            var page = await visit.OpenAsync(killed, "/sign-in");
            page.Context.SetDefaultTimeout(180_000); // two services on one machine
            await page.SignInAsync(Visit.Clerk, Visit.Password);
            await page.ArriveAsync("/desk");
            await page.GotoAsync("/cases/new");
            await page.ChooseAsync("category", "02");
            await page.WriteAsync("summary", "楼上漏水,协商未果");
            await page.WriteAsync("description", "天花板与墙面受损,住户多次交涉");
            await page.WriteAsync("parties[1].name", "李小乙");
            await page.Locator("[data-draft-note]:not(:empty)").WaitForAsync();

            restarted = await killed.KilledAndStartedAsync();
            // Somewhere else, as a new browser: in the old one a draft on its way may bring its session back.
            await page.Context.CloseAsync();
            page = await visit.OpenAsync(restarted, "/cases/new");
            page.Context.SetDefaultTimeout(180_000);
            await page.SignInAsync(Visit.Clerk, Visit.Password);
            await page.ArriveAsync("/cases/new");

            Assert.Equal("天花板与墙面受损,住户多次交涉", await page.ValueAsync("description"));
            Assert.Equal("02", await page.ValueAsync("category"));
            Assert.Equal("李小乙", await page.ValueAsync("parties[1].name"));
            await page.WriteAsync("division", "430104001");
            await page.WriteAsync("parties[0].name", "张小甲");
            await page.DblClickAsync("main form[data-draft] button[type=submit]:not([name])");
            await page.WaitForSelectorAsync(".rail");
            await page.GotoAsync("/cases/new");
            Assert.Equal("", await page.ValueAsync("description"));
            await page.Context.CloseAsync();
        }
        finally
        {
            if (restarted is not null) await restarted.DisposeAsync();
            await killed.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_identity_number_is_checked_while_it_is_typed()
    {
        var page = await visit.SignedInAsync(Visit.Clerk);
        await page.GotoAsync("/cases/new");
        var (number, note) = (page.Locator("[name='parties[1].identityNumber']"), page.Locator("#f-parties-1--identityNumber-check"));

        await number.PressSequentiallyAsync("43010420910324493");
        Assert.Equal("", await note.TextContentAsync());
        await number.PressSequentiallyAsync("8");
        Assert.Contains("18", await note.TextContentAsync(), StringComparison.Ordinal);
        await number.PressAsync("Backspace");
        await number.PressSequentiallyAsync("9");
        Assert.Equal("", await note.TextContentAsync());
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Where_a_case_is_whose_turn_it_is_and_until_when_stand_on_the_first_screen(string language)
    {
        var caseNo = await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.Context.AddCookiesAsync([new() { Name = "lang", Value = language, Url = visit.Service.Address.ToString() }]);

        await page.GotoAsync("/cases/" + caseNo);

        foreach (var place in new[] { ".rail [aria-current=step]", ".head .status", ".panel .facts dd:nth-of-type(1)",
            ".panel .facts dd:nth-of-type(2)", ".actions a" })
        {
            var box = (await page.Locator(place).First.BoundingBoxAsync())!;
            Assert.True(box.Y + box.Height <= 800, $"{place} ends at {box.Y + box.Height}.");
        }
    }
}
