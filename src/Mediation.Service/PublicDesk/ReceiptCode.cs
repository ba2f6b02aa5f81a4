using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mediation.Service.Platform;

namespace Mediation.Service.PublicDesk;

/// <summary>
/// The code that opens one receipt: twelve characters, 60 bits, none that are mistaken for another on paper. It follows from the
/// form's random key and the service's secret, so that a form sent twice gets the same code though only its hash is kept.
/// </summary>
public static class ReceiptCode
{
    public const int Length = 12;
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    public static string NewFormKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static bool IsFormKey(string? key) => key is { Length: 32 } && key.All(char.IsAsciiHexDigitLower);

    public static string For(string formKey, Keys keys) =>
        string.Concat(keys.SearchHash("public code " + formKey).Take(Length).Select(value => Letters[value & 31]));

    /// <summary>Three groups of four, to be read aloud and copied by hand.</summary>
    public static string Shown(string code) => string.Join('-', code.Chunk(4).Select(part => new string(part)));

    /// <summary>As typed by people: any case, full or half width, with or without its groups.</summary>
    public static string Normalise(string? typed) => string.Concat((typed ?? "").Normalize(NormalizationForm.FormKC)
        .ToUpper(CultureInfo.InvariantCulture).Where(char.IsAsciiLetterOrDigit));

    public static byte[] Hash(string code, Keys keys) => keys.SearchHash("public receipt " + code);
}
