using Mediation.Domain.Deadlines;

namespace Mediation.Service.Sending;

/// <summary>The process's edge: what takes a message out of the house by one channel.</summary>
public interface ISender
{
    LadderChannel Channel { get; }

    /// <summary>Hands one message over. What goes wrong is returned as an answer; only a stop of the service throws.</summary>
    Task<Handover> SendAsync(OutMessage message, CancellationToken cancellationToken);
}

/// <param name="Id">The same for every try, so that a receiver can recognise a repetition.</param>
/// <param name="To">Mail address or telephone number: never into a log.</param>
public sealed record OutMessage(Guid Id, string To, string Subject, string Body)
{
    public override string ToString() => Id.ToString(); // never the address
}

/// <summary>
/// Logged: nobody takes messages of this channel here. Refused: trying again is of no use. Needless: there is nothing to say.
/// </summary>
public enum Handed { Sent, Logged, Refused, Later, Needless }

/// <param name="Code">Why it was not sent; never an address.</param>
/// <param name="ChannelDown">The others of this channel would fare the same: they wait for the next run.</param>
public sealed record Handover(Handed Result, string? Code = null, bool ChannelDown = false);

/// <summary>Stands in for a channel that nobody has set up: says in the log that a message was due, without a word of it.</summary>
public sealed partial class LogSender(LadderChannel channel, ILogger<LogSender> log) : ISender
{
    public LadderChannel Channel => channel;

    public Task<Handover> SendAsync(OutMessage message, CancellationToken cancellationToken)
    {
        Log(log, channel, message.Id);
        return Task.FromResult(new Handover(Handed.Logged, "noGateway"));
    }

    [LoggerMessage(LogLevel.Information, "{Channel} message {Message}: no gateway is set up, only logged.")]
    private static partial void Log(ILogger log, LadderChannel channel, Guid message);
}
