using System.Security.Claims;

namespace Mediation.Service.Platform.Callers;

/// <summary>Who asks: the same for an API token, a cookie and a job.</summary>
/// <param name="Division">GB/T 2260 code: the subtree that a supervisor, auditor, court or centre answers for.</param>
/// <param name="BodyKind">The kind of the caller's body, e.g. <c>centre</c>, <c>committee</c>, <c>court</c>.</param>
public sealed record Caller(string User, string DisplayName, Role Role, string Body, string BodyKind, string Division)
{
    /// <summary>The service itself: sweep, folding, closing of months.</summary>
    public static Caller System { get; } = new("system", "system", Role.Admin, "", "", "");

    /// <summary>Whoever reports a dispute without an account; it may do what the use cases of the public desk ask for it.</summary>
    public static Caller Public { get; } = new("public", "public", Role.Clerk, "", "", "");

    public bool IsSystem => ReferenceEquals(this, System);

    public bool IsCentre => BodyKind == "centre";

    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new("sub", User), new("name", DisplayName), new("role", Role.ToString()), new("body", Body),
            new("bodyKind", BodyKind), new("division", Division)],
        scheme, "sub", "role"));

    public static Caller? From(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true } && principal.FindFirstValue("sub") is { } user
            ? new Caller(user, principal.FindFirstValue("name")!, Enum.Parse<Role>(principal.FindFirstValue("role")!),
                principal.FindFirstValue("body")!, principal.FindFirstValue("bodyKind")!, principal.FindFirstValue("division")!)
            : null;
}

/// <summary>The caller of the running request or job; set once, at its edge.</summary>
public sealed class CurrentCaller
{
    private Caller? caller;

    public Caller Value
    {
        get => caller ?? throw new InvalidOperationException("No caller: the edge has not set one.");
        set => caller = value;
    }

    public bool IsSet => caller is not null;
}
