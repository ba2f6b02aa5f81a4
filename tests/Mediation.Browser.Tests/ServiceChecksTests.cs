namespace Mediation.Browser.Tests;

/// <summary>The scripts of <c>tests/checks</c>, which can also be run by hand against a service that runs.</summary>
public sealed class ServiceChecksTests(Visit visit)
{
    [Fact]
    public async Task The_document_of_the_api_has_no_finding_of_two_linters()
    {
        _ = await Tools.FindAsync("@stoplight/spectral-cli/package.json");

        await PassesAsync("openapi-lint", []);
    }

    [Fact]
    public async Task A_typed_client_made_from_the_document_compiles()
    {
        _ = await Tools.FindAsync("openapi-typescript/package.json");

        await PassesAsync("typed-client", []);
    }

    [Fact]
    public async Task Every_page_has_the_headers_that_browsers_need_and_tells_nothing_of_the_server()
    {
        using var clerk = await Reader.SignedInAsync(visit.Service, Visit.Clerk);
        await PassesAsync("headers", new()
        {
            ["COOKIE"] = string.Join("; ", clerk.Cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")),
            ["PAGES"] = string.Join(' ', PageRoutes.All.Where(route => !route.Contains('{', StringComparison.Ordinal))
                .Append("/cases/" + await visit.AssignedCaseAsync())),
            ["API_PATH"] = "/api/v1/cases",
        });
    }

    private async Task PassesAsync(string check, Dictionary<string, string> settings)
    {
        _ = Machine.Need("curl", "No curl found: install curl. The checks of tests/checks ask by it.");
        settings["BASE_URL"] = visit.Service.Address.ToString();
        settings["TOKEN"] = visit.Service.TokenOf(Visit.Clerk);

        var (code, said) = await Tools.RunAsync("bash", [Path.Combine(Tools.Folder, check)], settings);

        Assert.True(code == 0, said);
    }
}
