namespace Mediation.Domain;

/// <summary>A message in both languages.</summary>
public sealed record Message(string Zh, string En);
