using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Escalation;

/// <summary>What was begun and not brought to its end, for whoever answers for it and whoever watches over it.</summary>
public sealed class OpenLoopsModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    public OpenLoop Kind { get; private set; }
    public ListOpenLoops.Answer Loops { get; private set; } = new([], [], null);

    public async Task OnGetAsync(string? kind, string? after)
    {
        Kind = Enum.GetValues<OpenLoop>().FirstOrDefault(one => one.Camel() == kind);
        Loops = await mediator.Send(new ListOpenLoops(Kind, 50, string.IsNullOrEmpty(after) ? null : after), HttpContext.RequestAborted);
    }

    /// <summary>The clock that has run out, else the kind itself.</summary>
    public string What(ListOpenLoops.Item item) => item.Clock is { } clock ? texts["ClockName." + clock.Split(':')[0]] : texts.Word(Kind);
}
