using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>
/// The permission that a request needs; a request type without it (or <see cref="AnyoneAttribute"/>) is refused whoever
/// sends it, and fails a test.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
public sealed class RequiresAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}

/// <summary>A request that needs no permission, and why.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
public sealed class AnyoneAttribute(string because) : Attribute
{
    public string Because { get; } = because;
}
