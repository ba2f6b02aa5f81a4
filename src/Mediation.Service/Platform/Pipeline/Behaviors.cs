using System.Diagnostics;
using FluentValidation;
using FluentValidation.Results;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Telemetry;
using MediatR;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>A span, a count and a log line for each request: its name, caller and time; never its content.</summary>
public sealed class Observe<TRequest, TResponse>(ILogger<TRequest> log, CurrentCaller caller) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly ActivitySource Source = new(TelemetrySetup.Source);
    private static readonly string Kind = typeof(TRequest).DeclaringType?.Name ?? typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Source.StartActivity(Kind);
        var started = Stopwatch.GetTimestamp();
        var user = caller.IsSet ? caller.Value.User : "-";
        var result = "failed";
        try
        {
            var response = await next();
            result = "done";
            log.LogDebug("{Request} by {User} in {Milliseconds} ms", typeof(TRequest).Name, user,
                Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return response;
        }
        catch (ProblemException problem)
        {
            result = "refused";
            problem.Count();
            log.LogInformation("{Request} by {User} refused: {Code}", typeof(TRequest).Name, user, problem.Code);
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = "cancelled";
            throw;
        }
        finally
        {
            Counted.Request(Kind, result);
            if (result == "failed") activity?.SetStatus(ActivityStatusCode.Error);
        }
    }
}

/// <summary>Refuses a request whose declared permission the caller's role does not have. Guards HTTP, pages and jobs alike.</summary>
public sealed class Authorise<TRequest, TResponse>(CurrentCaller caller, RequestChecks checks) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (RequestPermission.Of<TRequest>() is not null && !checks.Has(request)) RequestPermission.Demand<TRequest>(caller.Value);
        return next();
    }
}

/// <summary>Checks the shape of a request. Rules that depend on the case are the domain's.</summary>
public sealed class Validate<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators, RequestChecks checks)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (!checks.Has(request)) Shape.Check(request, validators);
        return next();
    }
}

public static class Shape
{
    public static void Check<T>(T request, IEnumerable<IValidator<T>> validators) => Check((object)request!, validators);

    public static void Check(object request, IEnumerable<IValidator> validators)
    {
        var failures = validators.SelectMany(validator => validator.Validate(new ValidationContext<object>(request)).Errors).ToList();
        if (failures.Count == 0) return;
        throw ProblemException.Invalid(failures.GroupBy(failure => Path(failure.PropertyName))
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Message>)[.. group.Select(Message)]));
    }

    private static Message Message(ValidationFailure failure) =>
        failure.CustomState as Message ?? ValidationTexts.For(failure);

    private static string Path(string property) => string.Join('.', property.Split('.')
        .Select(part => part.Length > 0 ? char.ToLowerInvariant(part[0]) + part[1..] : part));
}
