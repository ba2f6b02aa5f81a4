using Mediation.Service.Platform.Http;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Letters;

/// <summary>The list of letters that the reader sends, gets or watches over.</summary>
public sealed class LettersModel(IMediator mediator) : PageModel
{
    public LetterState? State { get; private set; }
    public Page<ListLetters.Item> Letters { get; private set; } = new([], null);

    public async Task OnGetAsync(string? state, string? after)
    {
        State = Enum.GetValues<LetterState>().Cast<LetterState?>().FirstOrDefault(one => one!.Value.Camel() == state);
        Letters = await mediator.Send(new ListLetters(State, 50, string.IsNullOrEmpty(after) ? null : after), HttpContext.RequestAborted);
    }
}
