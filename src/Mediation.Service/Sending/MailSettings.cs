using System.Globalization;
using System.Net.Mail;
using Mediation.Service.Platform;

namespace Mediation.Service.Sending;

/// <summary>How mail leaves: the settings MEDIATION_SMTP_* and MEDIATION_PUBLIC_URL.</summary>
/// <param name="Link">Where readers reach the service; stands in every message.</param>
public sealed record MailSettings(string Host, int Port, MailAddress From, bool Tls, string? User, string? Password, TimeSpan Timeout, Uri Link)
{
    public override string ToString() => $"{Host}:{Port}"; // never the password

    /// <returns>Null: no mail server is set, and mail is only logged.</returns>
    /// <exception cref="SettingException">Says which setting is wrong and how it should look.</exception>
    public static MailSettings? Read(IConfiguration settings)
    {
        if (settings["MEDIATION_SMTP_HOST"] is not { Length: > 0 } host) return null;
        var (user, password) = (Text(settings, "USER"), Text(settings, "PASSWORD"));
        if (user is null != password is null)
            throw new SettingException("MEDIATION_SMTP_USER 与 MEDIATION_SMTP_PASSWORD 须同时设置。", "Set MEDIATION_SMTP_USER and MEDIATION_SMTP_PASSWORD together, or neither.");
        if (!MailAddress.TryCreate(Text(settings, "FROM"), out var from))
            throw new SettingException("MEDIATION_SMTP_FROM 应为发件邮箱，如 tiaojie@example.org。", "MEDIATION_SMTP_FROM must be the sender's mail address, e.g. mediation@example.org.");
        if (!Uri.TryCreate(settings["MEDIATION_PUBLIC_URL"], UriKind.Absolute, out var link) || link.Scheme is not ("http" or "https"))
            throw new SettingException("MEDIATION_PUBLIC_URL 应为用户访问本系统的网址，如 https://tiaojie.example.org。", "MEDIATION_PUBLIC_URL must be the address at which users reach the service, e.g. https://mediation.example.org.");
        var tls = (Text(settings, "TLS") ?? "starttls") switch
        {
            "starttls" => true,
            "none" => false,
            _ => throw new SettingException("MEDIATION_SMTP_TLS 应为 starttls 或 none。", "MEDIATION_SMTP_TLS must be starttls or none."),
        };
        if (!tls && password is not null)
            throw new SettingException("MEDIATION_SMTP_TLS=none 时不得发送密码，请使用 starttls。", "With MEDIATION_SMTP_TLS=none the password would travel in the clear: use starttls.");
        return new MailSettings(host, Number(settings, "PORT", 587, 1, 65535), from, tls, user, password, TimeSpan.FromSeconds(Number(settings, "TIMEOUT", 30, 1, 300)), link);
    }

    private static string? Text(IConfiguration settings, string name) => settings["MEDIATION_SMTP_" + name] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration settings, string name, int otherwise, int least, int most)
    {
        if (Text(settings, name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException($"MEDIATION_SMTP_{name} 应为 {least} 至 {most}。", $"MEDIATION_SMTP_{name} must be {least} to {most}.");
    }
}
