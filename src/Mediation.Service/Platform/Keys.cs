using System.Security.Cryptography;
using System.Text;

namespace Mediation.Service.Platform;

/// <summary>
/// The service's secret: 32 bytes in a file of its own. Identity and phone numbers are stored as AES-256-GCM
/// ciphertext under it, beside a keyed hash for exact search. Without the file they cannot be read again.
/// </summary>
public sealed class Keys
{
    private readonly byte[] encryption;
    private readonly byte[] search;

    public Keys(byte[] master)
    {
        if (master.Length != 32)
            throw new InvalidOperationException("The key file must hold 32 bytes. / 密钥文件必须为 32 字节。");
        encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: "mediation/encrypt"u8.ToArray());
        search = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: "mediation/search"u8.ToArray());
    }

    /// <summary>Reads the key file, or makes one that only its owner may read.</summary>
    public static Keys FromFile(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var fresh = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(fresh, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path);
        }

        return new Keys(File.ReadAllBytes(path));
    }

    public byte[] Encrypt(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[12 + plain.Length + 16];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, 12));
        using var aes = new AesGcm(encryption, 16);
        aes.Encrypt(sealedBytes.AsSpan(0, 12), plain, sealedBytes.AsSpan(12, plain.Length), sealedBytes.AsSpan(12 + plain.Length));
        return sealedBytes;
    }

    public string Decrypt(byte[] sealedBytes)
    {
        var plain = new byte[sealedBytes.Length - 28];
        using var aes = new AesGcm(encryption, 16);
        aes.Decrypt(sealedBytes.AsSpan(0, 12), sealedBytes.AsSpan(12, plain.Length), sealedBytes.AsSpan(12 + plain.Length), plain);
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>The same text always gives the same hash; nobody without the key can try texts against it.</summary>
    public byte[] SearchHash(string text) => HMACSHA256.HashData(search, Encoding.UTF8.GetBytes(text));

    /// <summary>A fresh key for one party or text; the journal's HMAC is made under it.</summary>
    public static byte[] NewItemKey() => RandomNumberGenerator.GetBytes(16);

    public static string Digest(byte[] itemKey, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(itemKey, Encoding.UTF8.GetBytes(text)));
}
