using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Mediation.Domain.Deadlines;
using MimeKit;

namespace Mediation.Service.Sending;

/// <summary>Mail by SMTP. One connection for each message: few go out, and none can spoil another's.</summary>
public sealed class SmtpSender(MailSettings settings, TimeProvider clock) : ISender
{
    public LadderChannel Channel => LadderChannel.Mail;

    public async Task<Handover> SendAsync(OutMessage message, CancellationToken cancellationToken)
    {
        // Over the whole talk: a server that says a little now and then is as slow as one that says nothing.
        using var limit = new CancellationTokenSource(settings.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var untrusted = false;
        try
        {
            using var mail = Mail(message);
            using var client = new SmtpClient
            {
                Timeout = (int)settings.Timeout.TotalMilliseconds,
                CheckCertificateRevocation = false, // networks of the house reach no list of what was revoked
            };
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                !(untrusted = !Trusts(certificate, chain, errors));
            await client.ConnectAsync(settings.Host, settings.Port, settings.Security, both.Token);
            if (settings is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password, both.Token);
            await client.SendAsync(mail, both.Token);
            await client.DisconnectAsync(quit: true, both.Token); // taken is taken: a goodbye that fails throws nothing
            return new Handover(Handed.Sent);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Handover(Handed.Later, "timeout", ChannelDown: true);
        }
        catch (Exception broken) when (broken is not OperationCanceledException && HandoverOf(broken, untrusted) is not null)
        {
            return HandoverOf(broken, untrusted)!;
        }
    }

    /// <summary>A code without a word of the server's, which may quote the address; null for what is no fault of a mail server.</summary>
    private static Handover? HandoverOf(Exception broken, bool untrusted) => broken switch
    {
        _ when untrusted => Down("certificate"),
        TimeoutException => Down("timeout"),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } refused =>
            new Handover((int)refused.StatusCode >= 500 ? Handed.Refused : Handed.Later, Code(refused.StatusCode)),
        SmtpCommandException answered => new Handover(Handed.Later, Code(answered.StatusCode), ChannelDown: (int)answered.StatusCode is 421
            or 454 or (>= 530 and <= 539)),
        AuthenticationException or ServiceNotAuthenticatedException => Down("login"),
        // No STARTTLS, or no login by a way that both know: nothing goes out in the clear instead.
        SslHandshakeException or NotSupportedException => Down("tls"),
        ProtocolException or ServiceNotConnectedException or IOException or SocketException => Down("unreachable"),
        ParseException => new Handover(Handed.Refused, "badAddress"),
        _ => null,
    };

    private static Handover Down(string code) => new(Handed.Later, code, ChannelDown: true);

    private static string Code(SmtpStatusCode code) => "smtp" + ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>What the machine trusts, or what leads to a certificate of the setting; always for this name, and in its time.</summary>
    [SuppressMessage("Security", "MA0039:Do not write your own certificate validation method",
        Justification = "An inner CA is trusted besides the machine's; nothing that is wrong otherwise passes.")]
    private bool Trusts(X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || settings.Trusted.Count == 0
            || certificate is not X509Certificate2 shown)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(settings.Trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1")); // a server's
        if (given is not null) chain.ChainPolicy.ExtraStore.AddRange(given.ChainPolicy.ExtraStore);
        return chain.Build(shown);
    }

    private MimeMessage Mail(OutMessage message)
    {
        var mail = new MimeMessage
        {
            Subject = message.Subject,
            Date = clock.GetUtcNow(),
            MessageId = $"{message.Id:N}@{settings.From.Domain}",
            // Base64 passes every relay, whatever the language.
            Body = new TextPart("plain") { Text = message.Body, ContentTransferEncoding = ContentEncoding.Base64 },
        };
        mail.From.Add(settings.From);
        mail.To.Add(MailboxAddress.Parse(message.To));
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // no holiday replies, RFC 3834
        return mail;
    }
}
