using Mediation.Service.Escalation;
using Mediation.Service.Help;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;

namespace Mediation.Service.Desks;

/// <summary>The frame of the pages: unread notices, the body's name, the stop of the tour.</summary>
public sealed class Frame(IMediator mediator, BodyDirectory directory) : IFrame
{
    public async Task<FrameView> ReadAsync(HttpContext http, Caller caller) => new(
        caller.Body.Length > 0 ? await directory.NameOfBodyAsync(caller.Body, http.RequestAborted) : "",
        Permissions.Has(caller.Role, Permission.ReadCases) ? (await mediator.Send(new CountUnread(), http.RequestAborted)).Unread : 0,
        Tour.At(http, caller.Role));
}
