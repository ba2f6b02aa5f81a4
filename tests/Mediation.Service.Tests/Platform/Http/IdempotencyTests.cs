using System.Net;
using Dapper;
using Mediation.Service.Intake;

namespace Mediation.Service.Tests.Platform.Http;

public sealed class IdempotencyTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_does_nothing_twice()
    {
        var first = await OpenAsync("key-same", OpenCase.Example);
        var again = await OpenAsync("key-same", OpenCase.Example);

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, again);
        Assert.NotNull(first.ETag);
        Assert.NotNull(first.Location);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await OpenAsync("key-other", OpenCase.Example);

        var other = await OpenAsync("key-other", OpenCase.Example with { Amount = 1 });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Contains("idempotency.mismatch", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_account_may_use_the_same_key()
    {
        var one = await OpenAsync("key-shared", OpenCase.Example);
        var two = await OpenAsync("key-shared", OpenCase.Example, "supervisor.430104");

        Assert.Equal(HttpStatusCode.Created, two.Status);
        Assert.NotEqual(one.Location, two.Location);
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var refused = await OpenAsync("key-free", OpenCase.Example with { Category = "98" });
        var mended = await OpenAsync("key-free", OpenCase.Example);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Created), (refused.Status, mended.Status));
    }

    [Fact]
    public async Task Twenty_rivals_make_one_case_and_get_one_answer()
    {
        var before = await CasesAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync("key-rivals", OpenCase.Example)));

        Assert.Single(answers.Distinct());
        Assert.Equal(HttpStatusCode.Created, answers[0].Status);
        Assert.Equal(before + 1, await CasesAsync());
    }

    [Fact]
    public async Task An_action_is_repeated_with_its_key_even_after_the_case_has_moved_on()
    {
        using var head = api.Service.As("head.430104001");
        var id = await ApiService.OpenAsync(api.Service.As("clerk.430104001"));
        using var seen = await head.GetAsync($"/api/v1/cases/{id}");
        head.DefaultRequestHeaders.Add("Idempotency-Key", "key-action");
        var rivals = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AcceptAsync()));
        using var clerk = api.Service.As("head.430104001");
        await clerk.DoAsync(id, "assign", new { mediator = "mediator1.430104001" });

        var later = await AcceptAsync();

        Assert.Single(rivals.Append(later).Distinct());
        Assert.Equal(HttpStatusCode.OK, later.Status);

        async Task<(HttpStatusCode Status, string? ETag, string Body)> AcceptAsync()
        {
            using var answer = await head.ActAsync(id, "accept", new { self = true }, seen.Headers.ETag!.ToString());
            return (answer.StatusCode, answer.Headers.ETag?.ToString(), await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(0)]
    public async Task A_key_that_is_no_key_is_refused(int length) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await OpenAsync(new string('k', length), OpenCase.Example)).Status);

    [Fact]
    public async Task A_key_of_255_characters_will_do() =>
        Assert.Equal(HttpStatusCode.Created, (await OpenAsync(new string('k', 255), OpenCase.Example)).Status);

    private async Task<(HttpStatusCode Status, string? ETag, string? Location, string Body)> OpenAsync(
        string key, OpenCase body, string user = "clerk.430104")
    {
        using var client = api.Service.As(user);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cases") { Content = ApiService.Json(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.Headers.ETag?.ToString(), answer.Headers.Location?.ToString(), text);
    }

    private async Task<long> CasesAsync()
    {
        await using var connection = await api.Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("select count(*) from cases");
    }
}
