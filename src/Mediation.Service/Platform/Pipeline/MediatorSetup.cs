using FluentValidation;
using MediatR;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>Registers the mediator, every handler and every validator of this assembly, and the pipeline that all requests take.</summary>
public static class MediatorSetup
{
    public static IServiceCollection AddMediator(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        foreach (var type in typeof(MediatorSetup).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var contract in type.GetInterfaces()
                .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)))
                services.AddScoped(contract, type);
        }

        services.AddScoped<RequestChecks>();
        services.AddValidatorsFromAssembly(typeof(MediatorSetup).Assembly, ServiceLifetime.Singleton);
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Observe<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Authorise<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validate<,>));
        return services;
    }
}
