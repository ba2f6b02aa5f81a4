using System.Globalization;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Http;

/// <summary>zh-CN unless the caller asks for English. The culture of the request is set once, by the localisation middleware.</summary>
public static class Language
{
    public const string Chinese = "zh-CN";
    public const string English = "en";

    public static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    /// <summary>The reader's own.</summary>
    public static string Current => IsEnglish ? English : Chinese;

    public static string In(this Message message) => message.In(Current);

    public static string In(this Message message, string language) => language == English ? message.En : message.Zh;
}
