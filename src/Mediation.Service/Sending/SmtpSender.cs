using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Mediation.Domain.Deadlines;

namespace Mediation.Service.Sending;

/// <summary>Mail by SMTP. One connection for each message: few go out, and none can spoil another's.</summary>
public sealed class SmtpSender(MailSettings settings, TimeProvider clock) : ISender
{
    public LadderChannel Channel => LadderChannel.Mail;

    public async Task<Handover> SendAsync(OutMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var mail = Mail(message);
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
            if (settings.User is not null) client.Credentials = new NetworkCredential(settings.User, settings.Password);
            await client.SendMailAsync(mail, both.Token);
            return new Handover(Handed.Sent);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Handover(Handed.Later, "timeout", ChannelDown: true);
        }
        catch (SmtpFailedRecipientException refused)
        {
            var code = (int)refused.StatusCode;
            return new Handover(code >= 500 ? Handed.Refused : Handed.Later, Code(code));
        }
        catch (SmtpException broken) when (broken.InnerException is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var code = (int)broken.StatusCode;
            return new Handover(Handed.Later, code > 0 ? Code(code) : "unreachable", ChannelDown: code is <= 0 or 421 or 454 or (>= 530 and <= 539));
        }
        catch (Exception broken) when (broken is IOException or SocketException or AuthenticationException)
        {
            return new Handover(Handed.Later, broken is AuthenticationException ? "tls" : "unreachable", ChannelDown: true);
        }
        catch (FormatException)
        {
            return new Handover(Handed.Refused, "badAddress");
        }

        static string Code(int code) => "smtp" + code.ToString(CultureInfo.InvariantCulture);
    }

    private MailMessage Mail(OutMessage message)
    {
        var mail = new MailMessage(settings.From, new MailAddress(message.To))
        {
            Subject = message.Subject,
            Body = message.Body,
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
        };
        mail.Headers.Add("Message-ID", $"<{message.Id:N}@{settings.From.Host}>");
        mail.Headers.Add("Auto-Submitted", "auto-generated"); // no holiday replies, RFC 3834
        return mail;
    }
}
