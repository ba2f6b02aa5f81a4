using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mediation.Service.Sending;
using Microsoft.Extensions.Configuration;
using MimeKit;

namespace Mediation.Service.Tests.Sending;

/// <summary>One message to one mail server: encrypted, logged in, checked; and what is said when it fails.</summary>
public sealed class SmtpSenderTests : IDisposable
{
    private const string To = "mediator@example.org";
    private static readonly OutMessage Message = new(new Guid("0199aaaa-0000-7000-8000-000000000001"), To, "催办：某某镇调委会案件即将到期，请于十月二十一日前答复",
        "您好：\n案件 430104-2026-00000001 将于明日到期。\n");
    private readonly string folder = Directory.CreateTempSubdirectory("mediation-mail-").FullName;
    private readonly X509Certificate2 authority = Authority("An inner authority");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(MailSink.Speech.StartTls, "starttls")]
    [InlineData(MailSink.Speech.Tls, "tls")]
    public async Task Under_a_certificate_of_the_inner_authority_it_logs_in_and_sends_and_nothing_of_it_is_in_the_clear(
        MailSink.Speech speech, string tls)
    {
        using var shown = Issued("127.0.0.1");
        await using var sink = new MailSink(speech, shown);

        Assert.Equal(new Handover(Handed.Sent), await SendAsync(sink, tls, authority, login: true));

        Assert.Equal("tiaojie geheim", Assert.Single(sink.Logins));
        Assert.Single(sink.Mails);
        Assert.Equal(speech == MailSink.Speech.StartTls ? 2 : 0, sink.InTheClear.Count); // EHLO, STARTTLS
    }

    [Fact]
    public async Task Subject_names_and_words_arrive_in_Chinese_and_the_id_is_the_same_at_every_try()
    {
        await using var sink = new MailSink();
        for (var time = 0; time < 2; time++) Assert.Equal(Handed.Sent, (await SendAsync(sink, "none")).Result);

        foreach (var raw in sink.Mails)
        {
            Assert.All(raw, letter => Assert.InRange(letter, '\0', '\x7f'));
            using var stream = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(raw));
            using var mail = await MimeMessage.LoadAsync(stream);
            Assert.Equal((Message.Subject, Message.Body, "矛盾纠纷调解中心"),
                (mail.Subject, mail.TextBody!.ReplaceLineEndings("\n"), mail.From.Mailboxes.Single().Name));
            Assert.Equal((To, "auto-generated"), (mail.To.Mailboxes.Single().Address, mail.Headers[HeaderId.AutoSubmitted]));
            Assert.Equal("0199aaaa000070008000000000000001@example.org", mail.MessageId);
        }

        Assert.Single(sink.Mails.Select(raw => MailSink.Header(raw, "Message-ID")).Distinct());
    }

    [Theory]
    [InlineData("127.0.0.1", false)] // nobody whom the machine trusts
    [InlineData("mail.example.org", true)] // another's name
    public async Task A_certificate_that_is_not_trusted_or_not_for_this_server_ends_it_before_the_login(string name, bool trusted)
    {
        using var shown = Issued(name);
        await using var sink = new MailSink(MailSink.Speech.Tls, shown);

        Assert.Equal(new Handover(Handed.Later, "certificate", ChannelDown: true),
            await SendAsync(sink, "tls", trusted ? authority : null, login: true));

        Assert.Empty(sink.Logins);
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task Another_authority_is_not_trusted_nor_one_that_has_run_out()
    {
        using var other = Authority("Another authority");
        using var shown = Issued("127.0.0.1");
        using var old = Issued("127.0.0.1", until: 2021);
        await using var sink = new MailSink(MailSink.Speech.Tls, shown);
        await using var past = new MailSink(MailSink.Speech.Tls, old);

        Assert.Equal("certificate", (await SendAsync(sink, "tls", other)).Code);
        Assert.Equal("certificate", (await SendAsync(past, "tls", authority)).Code);
    }

    [Fact]
    public async Task A_server_without_encryption_gets_nothing_in_the_clear()
    {
        await using var sink = new MailSink();

        Assert.Equal(new Handover(Handed.Later, "tls", ChannelDown: true), await SendAsync(sink, "starttls", authority, login: true));

        Assert.DoesNotContain(sink.InTheClear,
            line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MailSink.Manner.RefusesLogin, "login")]
    [InlineData(MailSink.Manner.NeverAnswers, "timeout")]
    [InlineData(MailSink.Manner.NeverGetsToTheEnd, "timeout")]
    [InlineData(MailSink.Manner.CutsInTheMiddle, "unreachable")]
    [InlineData(MailSink.Manner.RefusesRecipient, "smtp550")]
    public async Task What_fails_has_a_name_without_the_address(MailSink.Manner manner, string code)
    {
        using var shown = Issued("127.0.0.1");
        await using var sink = new MailSink(MailSink.Speech.StartTls, shown) { Behaves = manner };

        var given = await SendAsync(sink, "starttls", authority, login: true, seconds: code == "timeout" ? 3 : 60);

        var refused = manner == MailSink.Manner.RefusesRecipient;
        Assert.Equal(new Handover(refused ? Handed.Refused : Handed.Later, code, ChannelDown: !refused), given);
    }

    [Fact]
    public async Task A_server_that_is_gone_cannot_be_reached()
    {
        var sink = new MailSink();
        await sink.DisposeAsync();

        Assert.Equal(new Handover(Handed.Later, "unreachable", ChannelDown: true), await SendAsync(sink, "none"));
    }

    [Fact]
    public void A_file_that_holds_no_certificate_is_named_before_anything_starts()
    {
        var empty = Path.Combine(folder, "empty.pem");
        File.WriteAllText(empty, "nothing");

        foreach (var file in new[] { empty, Path.Combine(folder, "nowhere.pem") })
            Assert.Contains("MEDIATION_SMTP_CA", Assert.Throws<Service.Platform.SettingException>(() =>
                Settings(1, "tls", file, login: false)).Message, StringComparison.Ordinal);
    }

    private async Task<Handover> SendAsync(
        MailSink sink, string tls, X509Certificate2? trusted = null, bool login = false, int seconds = 60)
    {
        string? file = null;
        if (trusted is not null) await File.WriteAllTextAsync(file = Path.Combine(folder, "ca.pem"), trusted.ExportCertificatePem());
        return await new SmtpSender(Settings(sink.Port, tls, file, login, seconds), FixedTime.Usual())
            .SendAsync(Message, CancellationToken.None);
    }

    private static MailSettings Settings(int port, string tls, string? ca, bool login, int seconds = 60) =>
        MailSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MEDIATION_SMTP_HOST"] = "127.0.0.1",
            ["MEDIATION_SMTP_PORT"] = $"{port}",
            ["MEDIATION_SMTP_TLS"] = tls,
            ["MEDIATION_SMTP_CA"] = ca,
            ["MEDIATION_SMTP_FROM"] = "矛盾纠纷调解中心 <mediation@example.org>",
            ["MEDIATION_SMTP_USER"] = login ? "tiaojie" : null,
            ["MEDIATION_SMTP_PASSWORD"] = login ? "geheim" : null,
            ["MEDIATION_SMTP_TIMEOUT"] = $"{seconds}",
            ["MEDIATION_PUBLIC_URL"] = "https://mediation.example.org",
        }).Build())!;

    private static DateTimeOffset Year(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(Year(2020), Year(2090));
    }

    private X509Certificate2 Issued(string name, int until = 2090)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(authority, Year(2020), Year(until), [1, (byte)(until % 100)]);
        return issued.CopyWithPrivateKey(key);
    }
}
