using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using Mediation.Service.Platform;
using MimeKit;

namespace Mediation.Service.Sending;

/// <summary>How mail leaves: the settings MEDIATION_SMTP_* and MEDIATION_PUBLIC_URL.</summary>
/// <param name="Trusted">Certificates, or those of authorities, that are trusted besides the machine's.</param>
/// <param name="Link">Where readers reach the service; stands in every message.</param>
public sealed record MailSettings(string Host, int Port, MailboxAddress From, SecureSocketOptions Security,
    X509Certificate2Collection Trusted, string? User, string? Password, TimeSpan Timeout, Uri Link)
{
    public override string ToString() => $"{Host}:{Port}"; // never the password

    /// <returns>Null: no mail server is set, and mail is only logged.</returns>
    /// <exception cref="SettingException">Says which setting is wrong and how it should look.</exception>
    public static MailSettings? Read(IConfiguration settings)
    {
        if (settings["MEDIATION_SMTP_HOST"] is not { Length: > 0 } host) return null;
        var (user, password) = (Text(settings, "USER"), Text(settings, "PASSWORD"));
        if (user is null != password is null)
            throw new SettingException("MEDIATION_SMTP_USER 与 MEDIATION_SMTP_PASSWORD 须同时设置。",
                "Set MEDIATION_SMTP_USER and MEDIATION_SMTP_PASSWORD together, or neither.");
        if (!MailboxAddress.TryParse(Text(settings, "FROM") ?? "", out var from) || from.Domain.Length == 0)
            throw new SettingException("MEDIATION_SMTP_FROM 应为发件邮箱，如 tiaojie@example.org。",
                "MEDIATION_SMTP_FROM must be the sender's mail address, e.g. mediation@example.org.");
        if (!Uri.TryCreate(settings["MEDIATION_PUBLIC_URL"], UriKind.Absolute, out var link) || link.Scheme is not ("http" or "https"))
            throw new SettingException("MEDIATION_PUBLIC_URL 应为用户访问本系统的网址，如 https://tiaojie.example.org。",
                "MEDIATION_PUBLIC_URL must be the address at which users reach the service, e.g. https://mediation.example.org.");
        var security = (Text(settings, "TLS") ?? "starttls") switch
        {
            "starttls" => SecureSocketOptions.StartTls,
            "tls" => SecureSocketOptions.SslOnConnect,
            "none" => SecureSocketOptions.None,
            _ => throw new SettingException("MEDIATION_SMTP_TLS 应为 starttls、tls 或 none。",
                "MEDIATION_SMTP_TLS must be starttls, tls or none."),
        };
        if (security == SecureSocketOptions.None && password is not null)
            throw new SettingException("MEDIATION_SMTP_TLS=none 时不得发送密码，请使用 starttls 或 tls。",
                "With MEDIATION_SMTP_TLS=none the password would travel in the clear: use starttls or tls.");
        var port = Number(settings, "PORT", security == SecureSocketOptions.SslOnConnect ? 465 : 587, 1, 65535);
        return new MailSettings(host, port, from, security, Certificates(settings), user, password,
            TimeSpan.FromSeconds(Number(settings, "TIMEOUT", 30, 1, 300)), link);
    }

    private static X509Certificate2Collection Certificates(IConfiguration settings)
    {
        var trusted = new X509Certificate2Collection();
        if (Text(settings, "CA") is not { } file) return trusted;
        try
        {
            trusted.ImportFromPemFile(file);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException)
        {
            trusted.Clear();
        }

        return trusted.Count > 0 ? trusted : throw new SettingException("MEDIATION_SMTP_CA 应为可读取的 PEM 证书文件。",
            "MEDIATION_SMTP_CA must name a readable PEM file of certificates.");
    }

    private static string? Text(IConfiguration settings, string name) =>
        settings["MEDIATION_SMTP_" + name] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration settings, string name, int otherwise, int least, int most)
    {
        if (Text(settings, name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException($"MEDIATION_SMTP_{name} 应为 {least} 至 {most}。",
                $"MEDIATION_SMTP_{name} must be {least} to {most}.");
    }
}
