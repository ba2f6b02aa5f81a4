namespace Mediation.Service.Platform;

/// <summary>A setting that the service can't start with: says which, and how it should look.</summary>
public sealed class SettingException(string zh, string en) : Exception($"{en} / {zh}");
