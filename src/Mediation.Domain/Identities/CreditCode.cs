using System.Buffers;

namespace Mediation.Domain.Identities;

/// <summary>
/// The unified social credit code (统一社会信用代码) of an organisation, GB 32100-2015. Codes in real use break the
/// check character, so callers warn about an invalid one and never reject it.
/// </summary>
public static class CreditCode
{
    // Without I, O, S, V, Z: they are mistaken for digits and for each other.
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private static ReadOnlySpan<int> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>Half-width, upper-case, without white space or hyphens.</summary>
    public static string Normalise(string? text) =>
        Written.Compact(text).ToUpperInvariant().Replace("-", "", StringComparison.Ordinal);

    /// <summary>18 characters of the standard's alphabet, whatever the check character says.</summary>
    public static bool LooksLike(string? text)
    {
        var code = Normalise(text);
        return code.Length == 18 && !code.AsSpan().ContainsAnyExcept(Characters);
    }

    /// <summary>True when the 18th character is the one that the standard computes.</summary>
    public static bool IsValid(string? text)
    {
        var code = Normalise(text);
        if (!LooksLike(code)) return false;
        var sum = 0;
        for (var position = 0; position < 17; position++)
            sum += Alphabet.IndexOf(code[position], StringComparison.Ordinal) * Weights[position];
        return code[17] == Alphabet[(31 - (sum % 31)) % 31];
    }
}
