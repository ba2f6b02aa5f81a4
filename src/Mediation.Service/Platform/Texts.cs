using System.Collections;
using System.Globalization;
using System.Resources;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Platform;

/// <summary>Marks the words of the pages: Texts.resx (zh-CN) and Texts.en.resx beside this file.</summary>
public sealed class Texts
{
    private static readonly ResourceManager Words = new(typeof(Texts));

    /// <summary>The words in a named language, for what is written to somebody or for ever; who asks for it may speak another.</summary>
    public static IStringLocalizer<Texts> In(string language) => new Named(CultureInfo.GetCultureInfo(language));

    private sealed class Named(CultureInfo language) : IStringLocalizer<Texts>
    {
        public LocalizedString this[string name] =>
            Words.GetString(name, language) is { } text ? new(name, text) : new(name, name, resourceNotFound: true);

        public LocalizedString this[string name, params object[] arguments] =>
            this[name] is { ResourceNotFound: false, Value: var text } ? new(name, string.Format(language, text, arguments)) : this[name];

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
            from DictionaryEntry word in Words.GetResourceSet(language, createIfNotExists: true, includeParentCultures)!
            select new LocalizedString((string)word.Key, (string)word.Value!);
    }
}
