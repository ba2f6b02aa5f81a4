using System.Security.Cryptography;
using System.Text;

namespace Mediation.Service.Reports.Figures;

/// <summary>Documents that are published once and never change.</summary>
public static class FrozenText
{
    /// <summary>SHA-256 in hex over the digest of the document before and this document's UTF-8 bytes.</summary>
    public static string Digest(string previous, string document) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(previous + document)));
}
