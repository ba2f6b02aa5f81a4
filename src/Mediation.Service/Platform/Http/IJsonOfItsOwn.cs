using Microsoft.OpenApi;

namespace Mediation.Service.Platform.Http;

/// <summary>An answer whose converter writes members that its type does not have: it tells the API's document itself what it writes.</summary>
public interface IJsonOfItsOwn
{
    static abstract void Describe(OpenApiSchema schema);
}
