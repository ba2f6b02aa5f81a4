using System.Reflection;
using FluentValidation;
using MediatR;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>Registers the mediator, every handler and every validator of this assembly, and the road that all requests take.</summary>
public static class MediatorSetup
{
    public static IServiceCollection AddMediator(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes().Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(contract => contract.IsGenericType))
            {
                var definition = contract.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>)) services.AddScoped(contract, type);
                if (definition == typeof(IValidator<>)) services.AddSingleton(contract, type);
            }
        }

        services.AddScoped<RequestChecks>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Observe<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Authorise<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validate<,>));
        return services;
    }
}
