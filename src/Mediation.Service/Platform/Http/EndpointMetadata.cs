using Microsoft.AspNetCore.Http.Metadata;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// The type that an endpoint reads by itself, for the OpenAPI document and for tests that try every body. It names no
/// media type: with one, routing would answer 415 before 413.
/// </summary>
public sealed record BodyOf(Type Type) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes => [];

    public Type RequestType => Type;

    public bool IsOptional => false;
}

/// <summary>An endpoint that reads a file as it is: its usual media type, and the first lines of one.</summary>
public sealed record FileOf(string MediaType, string Example) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes => [];

    public Type RequestType => typeof(string);

    public bool IsOptional => false;
}

/// <summary>An answer that carries its version in the header ETag, and where it is new its address in Location.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class VersionedAttribute : Attribute;
