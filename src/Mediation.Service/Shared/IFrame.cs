using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Shared;

/// <summary>What the frame of every page says of who is signed in. Asked once for each page; implemented where it is known.</summary>
public interface IFrame
{
    Task<FrameView> ReadAsync(HttpContext http, Caller caller);
}

/// <param name="Body">The name of the caller's body; empty where the account has none.</param>
/// <param name="Unread">Notices that wait for the caller.</param>
/// <param name="TourStop">Where the first tour stands, from 1; null when none goes on.</param>
public sealed record FrameView(string Body, int Unread, int? TourStop);
