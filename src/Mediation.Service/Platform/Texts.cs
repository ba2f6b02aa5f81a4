namespace Mediation.Service.Platform;

/// <summary>Marks the words of the pages: Texts.resx (zh-CN) and Texts.en.resx beside this file.</summary>
public sealed class Texts;
