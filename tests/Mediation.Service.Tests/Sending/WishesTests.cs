using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Sending;
using Mediation.Service.Tests.Cases;
using Microsoft.Extensions.Configuration;

namespace Mediation.Service.Tests.Sending;

public sealed class WishesTests(Desk desk) : IClassFixture<Desk>
{
    private const string Path = "/api/v1/account/messages";

    [Fact]
    public async Task Own_addresses_are_kept_encrypted_and_shown_to_their_owner_alone()
    {
        var who = desk.Service.As("auditor.4301");
        var saved = await who.PostAsJsonAsync(Path, new
        {
            mail = " auditor@example.org ",
            phone = "+86 199-0000-0001",
            channels = new[] { "sms", "mail" },
            language = "en",
            digest = true
        });
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.DoesNotContain("example.org", await saved.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var own = await (await who.GetAsync(Path)).JsonAsync();
        Assert.Equal(("auditor@example.org", "19900000001", "en", true),
            (own.Text("mail"), own.Text("phone"), own.Text("language"), own.GetProperty("digest").GetBoolean()));
        Assert.Equal(["mail", "sms"], own.GetProperty("channels").EnumerateArray().Select(channel => channel.GetString()));
        Assert.False((await (await desk.Clerk.GetAsync(Path)).JsonAsync()).TryGetProperty("mail", out _));
        await using var db = await desk.Service.Db.OpenConnectionAsync();
        Assert.DoesNotContain("example.org", await db.ExecuteScalarAsync<string>(
            "select row_to_json(u)::text from app_user u where name = 'auditor.4301'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail", """{"mail":"no address"}""")]
    [InlineData("mail", """{"mail":"a@b"}""")]
    [InlineData("mail", "{\"mail\":\"a@example.org\\r\\nBcc: b@example.org\"}")]
    [InlineData("mail", """{"mail":"Somebody <a@example.org>"}""")]
    [InlineData("phone", """{"phone":"12345"}""")]
    [InlineData("phone", """{"phone":"1990000000a"}""")]
    [InlineData("channels", """{"channels":["inbox"]}""")]
    [InlineData("channels", """{"channels":["pigeon"]}""")]
    [InlineData("language", """{"language":"fr"}""")]
    [InlineData("digest", """{"digest":true}""")]
    public async Task Bad_wishes_are_refused_with_their_field(string field, string body)
    {
        var refused = await desk.Head.PostAsJsonAsync(Path, JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains((await refused.JsonAsync()).GetProperty("errors").EnumerateObject(),
            error => error.Name.StartsWith(field, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MEDIATION_SMTP_FROM", "nobody")]
    [InlineData("MEDIATION_SMTP_FROM", null)]
    [InlineData("MEDIATION_SMTP_PORT", "0")]
    [InlineData("MEDIATION_SMTP_PORT", "smtp")]
    [InlineData("MEDIATION_SMTP_TLS", "maybe")]
    [InlineData("MEDIATION_SMTP_USER", "user")]
    [InlineData("MEDIATION_SMTP_TIMEOUT", "-1")]
    [InlineData("MEDIATION_PUBLIC_URL", "mediation.example.org")]
    [InlineData("MEDIATION_PUBLIC_URL", null)]
    public void A_wrong_setting_is_named_before_anything_starts(string name, string? value)
    {
        Dictionary<string, string?> good = new()
        {
            ["MEDIATION_SMTP_HOST"] = "127.0.0.1",
            ["MEDIATION_SMTP_FROM"] = "a@example.org",
            ["MEDIATION_PUBLIC_URL"] = "https://example.org"
        };
        Assert.Equal(587, Read(good)!.Port);
        good[name] = value;
        Assert.Contains(name, Assert.Throws<SettingException>(() => Read(good)).Message, StringComparison.Ordinal);

        static MailSettings? Read(Dictionary<string, string?> values) =>
            MailSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
