using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Sending;

/// <summary>Where messages beside the inbox go, and which are wanted.</summary>
public sealed class WishesModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    public IReadOnlyList<FieldView> Fields { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var wishes = await mediator.Send(new GetWishes(), HttpContext.RequestAborted);
        Response.Headers.CacheControl = "no-store";
        Show([wishes.Mail ?? ""], [wishes.Phone ?? ""], [.. wishes.Channels.Select(channel => channel.Camel())], [wishes.Language],
            wishes.Digest ? ["true"] : []);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        var channels = form["channels"].OfType<string>().Where(channel => Enum.TryParse<LadderChannel>(channel, true, out _)).ToList();
        try
        {
            await mediator.Send(new SetWishes
            {
                Mail = form["mail"],
                Phone = form["phone"],
                Channels = [.. channels.Select(channel => Enum.Parse<LadderChannel>(channel, true))],
                Language = form["language"].ToString() is { Length: > 0 } language ? language : null,
                Digest = form["digest"].Contains("true"),
            }, HttpContext.RequestAborted);
            TempData["Flash"] = texts["Wishes.Saved"].Value;
            return Redirect("/account/messages");
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            ModelState.Show(problem, ("mail", "mail"), ("phone", "phone"), ("channels", "channels"),
                ("language", "language"), ("digest", "digest"));
            Response.StatusCode = problem.Status;
            Show([form["mail"].ToString()], [form["phone"].ToString()], channels, [form["language"].ToString()],
                form["digest"].Contains("true") ? ["true"] : []);
            return Page();
        }
    }

    private void Show(string[] mail, string[] phone, IReadOnlyList<string> channels, string[] language, string[] digest) => Fields =
    [
        new("mail", Control.Line, texts["Wishes.Mail"]) { Required = false, MaxLength = 254, Values = mail },
        new("phone", Control.Line, texts["Wishes.Phone"])
        { Required = false, MaxLength = 20, Values = phone, Hint = texts["Wishes.PhoneHint"] },
        new("channels", Control.Checks, texts["Wishes.Channels"])
        { Options = [.. texts.Options<LadderChannel>().Skip(1)], Values = channels },
        new("digest", Control.Checks, texts["Wishes.Digest"]) { Options = [new("true", texts["Wishes.DigestOn"])], Values = digest },
        new("language", Control.Radios, texts["Wishes.Language"])
        { Options = [new(Language.Chinese, "中文"), new(Language.English, "English")], Values = language },
    ];
}
