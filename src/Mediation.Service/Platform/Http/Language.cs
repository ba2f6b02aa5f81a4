using System.Globalization;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Http;

/// <summary>zh-CN unless the caller asks for English. The culture of the request is set once, by the localisation middleware.</summary>
public static class Language
{
    public const string Chinese = "zh-CN";
    public const string English = "en";

    public static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    public static string In(this Message message) => IsEnglish ? message.En : message.Zh;
}
