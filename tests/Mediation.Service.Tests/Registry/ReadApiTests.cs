using System.Net;
using System.Text.Json;

namespace Mediation.Service.Tests.Registry;

public sealed class ReadApiTests : IAsyncLifetime
{
    private TestService service = null!;

    public async ValueTask InitializeAsync() => service = await TestService.StartAsync();

    public async ValueTask DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Whoever_is_signed_in_reads_the_directory()
    {
        using var mediator = service.As("mediator1.430104001");

        Assert.Equal("岳麓区", (await OkAsync(mediator, "/divisions/430104")).GetProperty("name").GetString());
        Assert.Equal("zone", (await OkAsync(mediator, "/divisions/430171")).GetProperty("kind").GetString());
        Assert.Equal("13", (await OkAsync(mediator, "/bodies/430104-traffic")).GetProperty("categories")[0].GetString());
        Assert.Equal("430104001-committee", (await OkAsync(mediator, "/mediators/mediator1.430104001")).GetProperty("body").GetString());
        Assert.Equal(2, (await OkAsync(mediator, "/mediators?body=430104001-committee")).GetProperty("items").GetArrayLength());
        Assert.Equal(44,
            (await OkAsync(mediator, "/bodies?division=430171&mediates=true&limit=200")).GetProperty("items").GetArrayLength());
        Assert.Equal(1,
            (await OkAsync(mediator, "/divisions?kind=prefecture&q=" + Uri.EscapeDataString("长沙"))).GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await mediator.GetAsync("/api/v1/bodies/430199-court")).StatusCode);
    }

    [Fact]
    public async Task A_list_is_read_to_its_end_page_by_page()
    {
        using var client = service.As("admin");
        var codes = new List<string>();
        string? next = null;
        do
        {
            var page = await OkAsync(client, "/divisions?parent=430104&limit=5" + (next is null ? "" : "&after=" + next));
            codes.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("code").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(19, codes.Count);
        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), codes);
    }

    [Theory]
    [InlineData("/divisions?colour=red", "validation")]
    [InlineData("/divisions?limit=0", "validation")]
    [InlineData("/bodies?kind=castle", "validation")]
    [InlineData("/bodies?after=nonsense", "cursor.invalid")]
    [InlineData("/calendar/2026?x=1", "validation")]
    public async Task A_wrong_question_is_answered_with_its_problem(string path, string code)
    {
        using var client = service.As("admin");

        var answer = await client.GetAsync("/api/v1" + path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await answer.JsonAsync()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_unpublished_year_says_so()
    {
        using var client = service.As("admin");

        Assert.Equal(39, (await OkAsync(client, "/calendar/2026")).GetProperty("days").GetArrayLength());
        Assert.Equal(9, (await OkAsync(client, "/calendar")).GetProperty("items").GetArrayLength());
        var unpublished = await OkAsync(client, "/calendar/2031");
        Assert.False(unpublished.GetProperty("published").GetBoolean());
        Assert.NotEmpty(unpublished.GetProperty("note").GetString()!);
    }

    [Fact]
    public async Task Accounts_are_read_by_the_administrator_and_by_the_auditor_of_the_subtree()
    {
        using var city = service.As("auditor.4301");
        Assert.Equal(HttpStatusCode.OK, (await city.GetAsync("/api/v1/users/clerk.430104")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await city.GetAsync("/api/v1/users/clerk.430302")).StatusCode);
        using var admin = service.As("admin");
        var user = await OkAsync(admin, "/users/clerk.430302");
        Assert.Equal("clerk", user.GetProperty("role").GetString());
        Assert.DoesNotContain("mediation-demo", user.GetRawText(), StringComparison.Ordinal);
        Assert.False(user.TryGetProperty("passwordHash", out _));
        using var clerk = service.As("clerk.430104");
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync("/api/v1/users")).StatusCode);
    }

    [Fact]
    public async Task One_reads_the_own_tokens_and_the_administrator_all()
    {
        using var clerk = service.As("clerk.430104");
        var own = (await OkAsync(clerk, "/tokens")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["clerk.430104"], own.Select(token => token.GetProperty("user").GetString()));
        using var admin = service.As("admin");
        var all = (await OkAsync(admin, "/tokens?limit=200")).GetProperty("items");
        Assert.Equal(service.Accounts.Count, all.GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/tokens/" + own[0].GetProperty("id").GetString())).StatusCode);
        var foreign = all.EnumerateArray().First(token => token.GetProperty("user").GetString() == "admin").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync("/api/v1/tokens/" + foreign)).StatusCode);
    }

    private static async Task<JsonElement> OkAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync("/api/v1" + path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }
}
