using System.Globalization;

namespace Mediation.Domain.Identities;

/// <summary>
/// A citizen's identity number (公民身份号码) of 18 characters by GB 11643-1999, check character by ISO 7064 MOD 11-2.
/// A birth date in the future is no error here, and says nothing of age.
/// </summary>
public readonly record struct ResidentNumber
{
    public const string FormatError = "identity.format";
    public const string BirthDateError = "identity.birthDate";
    public const string CheckDigitError = "identity.checkDigit";

    private static ReadOnlySpan<int> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private ResidentNumber(string value, DateOnly birthDate) => (Value, BirthDate) = (value, birthDate);

    /// <summary>The full number, upper-case X. Personal data.</summary>
    public string Value { get; }

    /// <summary>Digits 7 to 14.</summary>
    public DateOnly BirthDate { get; }

    /// <summary>The 17th digit: odd is male.</summary>
    public bool IsMale => (Value[16] - '0') % 2 == 1;

    /// <summary>First three and last four characters; what is shown to everyone without the right to the whole.</summary>
    public string Masked => Mask(Value);

    /// <summary>Numbers of 15 digits (issued before 1999, invalid since 2013) are refused as <c>identity.format</c>.</summary>
    public static bool TryParse(string? text, out ResidentNumber number, out string errorCode)
    {
        number = default;
        var value = Written.Compact(text).ToUpperInvariant();
        if (!LooksLike(value))
        {
            errorCode = FormatError;
            return false;
        }
        if (!DateOnly.TryParseExact(value.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birthDate))
        {
            errorCode = BirthDateError;
            return false;
        }
        if (value[17] != CheckCharacter(value))
        {
            errorCode = CheckDigitError;
            return false;
        }
        number = new(value, birthDate);
        errorCode = "";
        return true;
    }

    /// <summary>Masks what was written as a number even when it is none: first three and last four characters stay.</summary>
    public static string Mask(string? text)
    {
        var value = Written.Compact(text);
        return value.Length <= 8
            ? new string('*', value.Length)
            : string.Concat(value.AsSpan(0, 3), new string('*', value.Length - 7), value.AsSpan(value.Length - 4));
    }

    // A record's own text would carry the whole number into logs.
    public override string ToString() => Value is null ? "" : Masked;

    private static bool LooksLike(string value) =>
        value.Length == 18 && value[0] is not '0' && !value.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9')
        && (value[17] == 'X' || char.IsAsciiDigit(value[17]));

    private static char CheckCharacter(string value)
    {
        var sum = 0;
        for (var position = 0; position < 17; position++) sum += (value[position] - '0') * Weights[position];
        return "10X98765432"[sum % 11];
    }
}
