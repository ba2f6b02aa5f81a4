using System.Text.Json;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Identities;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using MimeKit;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>Sets the caller's own addresses and channels. What is left out is forgotten; the inbox always tells.</summary>
[Requires(Permission.OwnAccount)]
public sealed record SetWishes : IRequest<SetWishes.Saved>, IEndpoint
{
    /// <summary>Null: no mail.</summary>
    public string? Mail { get; set; }

    /// <summary>A mobile number of China, for SMS and WeChat. Null: neither.</summary>
    public string? Phone { get; set; }

    /// <summary>mail, sms, weChat.</summary>
    public IReadOnlyList<LadderChannel>? Channels { get; set; }

    /// <summary>Of the messages: zh-CN or en.</summary>
    public string? Language { get; set; }

    /// <summary>Once a day by mail what is due, overdue and unread.</summary>
    public bool Digest { get; set; }

    // Without the addresses: answers are kept for repeats.
    public sealed record Saved(IReadOnlyList<LadderChannel> Channels, string Language, bool Digest);

    public static SetWishes Example =>
        new() { Mail = "tiaojie@example.org", Channels = [LadderChannel.Mail], Language = "zh-CN", Digest = true };

    public override string ToString() => nameof(SetWishes); // never the addresses

    public sealed class Validator : AbstractValidator<SetWishes>
    {
        public Validator()
        {
            RuleFor(request => request.Mail).Must(mail => IsBlank(mail) || IsMail(mail!.Trim()))
                .Saying("应为邮箱地址，如 tiaojie@example.org。", "Give a mail address, such as mediation@example.org.");
            RuleFor(request => request.Phone).Must(phone => IsBlank(phone)
                || PhoneNumber.Normalise(phone) is { Length: 11 } number && number[0] == '1' && number.All(char.IsAsciiDigit))
                .Saying("应为 11 位手机号码。", "Give a mobile number of 11 digits.");
            RuleFor(request => request.Channels)
                .Must(channels => channels is null || channels.All(channel => channel != LadderChannel.Inbox && Enum.IsDefined(channel)))
                .Saying("应为 mail、sms、weChat；站内通知总会收到。", "Give mail, sms or weChat; the inbox always tells.");
            RuleFor(request => request.Language)
                .Must(language => language is null or Platform.Http.Language.Chinese or Platform.Http.Language.English)
                .Saying("应为 zh-CN 或 en。", "Give zh-CN or en.");
            RuleFor(request => request.Digest).Must((request, digest) => !digest || !IsBlank(request.Mail))
                .Saying("每日摘要由邮件发送：请先填写邮箱。", "The digest goes by mail: give a mail address.");
        }

        private static readonly ParserOptions Strict =
            new() { AddressParserComplianceMode = RfcComplianceMode.Strict, AllowAddressesWithoutDomain = false };

        // What a mail server takes: one address without a name, line breaks or spaces.
        private static bool IsMail(string text) =>
            text.Length <= 254 && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
                && MailboxAddress.TryParse(Strict, text, out var mail) && mail.Address == text
                && mail.Domain.Contains('.', StringComparison.Ordinal);
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys) : IRequestHandler<SetWishes, Saved>
    {
        public async Task<Saved> Handle(SetWishes request, CancellationToken cancellationToken)
        {
            var saved = new Saved([.. (request.Channels ?? []).Distinct().Order()],
                request.Language ?? Platform.Http.Language.Chinese, request.Digest);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("""
                update app_user set mail_cipher = @mail, phone_cipher = @phone, told_by = @channels, language = @Language, digest = @Digest
                where name = @User
                """, new
            {
                caller.Value.User,
                mail = IsBlank(request.Mail) ? null : keys.Encrypt(request.Mail!.Trim()),
                phone = IsBlank(request.Phone) ? null : keys.Encrypt(PhoneNumber.Normalise(request.Phone)),
                channels = saved.Channels.Select(channel => channel.Camel()).ToArray(),
                saved.Language,
                saved.Digest,
            }, cancellationToken: cancellationToken));
            return saved;
        }
    }

    private static bool IsBlank(string? text) => string.IsNullOrWhiteSpace(text);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/account/messages", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<SetWishes>(http))
            .SendAloneAsync<Saved>(saved => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(saved, ApiJson.Output)))))
        .WithName(nameof(SetWishes)).WithTags("Accounts").WithMetadata(new BodyOf(typeof(SetWishes)))
        .Produces<Saved>();
}
