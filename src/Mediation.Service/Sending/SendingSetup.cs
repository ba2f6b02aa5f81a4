using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;

namespace Mediation.Service.Sending;

internal sealed class SendingSetup : ICapability
{
    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings)
    {
        var mail = MailSettings.Read(configuration);
        services.AddSingleton<ISender>(provider => mail is null
            ? ActivatorUtilities.CreateInstance<LogSender>(provider, LadderChannel.Mail)
            : ActivatorUtilities.CreateInstance<SmtpSender>(provider, mail));
        foreach (var channel in new[] { LadderChannel.Sms, LadderChannel.WeChat })
            services.AddSingleton<ISender>(provider => ActivatorUtilities.CreateInstance<LogSender>(provider, channel));
        services.AddSingleton(new MessageText.Place(mail?.Link)).AddSingleton<MessageText>().AddSingleton<DigestText>();
    }
}
