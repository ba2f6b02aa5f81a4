namespace Mediation.Service.Escalation;

/// <summary>What became of a message that goes out beside the inbox.</summary>
public enum DeliveryState { Waiting, Claimed, Sent, Logged, Failed, Dropped }
