using Mediation.Domain.Deadlines;

namespace Mediation.Service.Sending;

public static class SendingSetup
{
    public static IServiceCollection AddSending(this IServiceCollection services, IConfiguration configuration)
    {
        var mail = MailSettings.Read(configuration);
        services.AddSingleton<ISender>(provider => mail is null
            ? ActivatorUtilities.CreateInstance<LogSender>(provider, LadderChannel.Mail)
            : ActivatorUtilities.CreateInstance<SmtpSender>(provider, mail));
        foreach (var channel in new[] { LadderChannel.Sms, LadderChannel.WeChat })
            services.AddSingleton<ISender>(provider => ActivatorUtilities.CreateInstance<LogSender>(provider, channel));
        return services.AddSingleton(new MessageText.Place(mail?.Link)).AddSingleton<MessageText>().AddSingleton<DigestText>();
    }

    public static void MapSending(this IEndpointRouteBuilder app)
    {
        GetWishes.Map(app);
        SetWishes.Map(app);
        ListDeliveries.Map(app);
        SendAgain.Map(app);
    }
}
