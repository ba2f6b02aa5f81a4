using System.Reflection;
using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>
/// Which requests of this scope have been checked at the edge, in the order that clients count on (docs/adr/0005): the pipeline
/// does not check them a second time.
/// </summary>
public sealed class RequestChecks
{
    private readonly HashSet<object> done = new(ReferenceEqualityComparer.Instance);

    public void Passed(object request) => done.Add(request);

    public bool Has(object request) => done.Contains(request);
}

/// <summary>The permission that a type of request declares.</summary>
public static class RequestPermission
{
    /// <summary>Null where the request says why anyone may.</summary>
    public static Permission? Of<TRequest>() => Declared<TRequest>.Permission;

    /// <exception cref="ProblemException">403 where the caller's role does not have it.</exception>
    public static void Demand<TRequest>(Caller caller)
    {
        if (Of<TRequest>() is { } permission && !caller.IsSystem && !Permissions.Has(caller.Role, permission))
            throw ProblemException.Forbidden();
    }

    private static class Declared<TRequest>
    {
        public static readonly Permission? Permission = typeof(TRequest).GetCustomAttribute<RequiresAttribute>()?.Permission
            ?? (typeof(TRequest).IsDefined(typeof(AnyoneAttribute))
                ? null : throw new InvalidOperationException($"{typeof(TRequest)} declares no permission."));
    }
}
