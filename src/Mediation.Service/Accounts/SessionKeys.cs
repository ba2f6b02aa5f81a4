using System.Xml.Linq;
using Dapper;
using Mediation.Service.Platform;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>The keys of cookies and form tokens, in the database: each node reads what another has written.</summary>
public sealed class SessionKeys(NpgsqlDataSource db) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = db.OpenConnection();
        return [.. connection.Query<string>("select xml from session_key order by name").Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = db.OpenConnection();
        connection.Execute("insert into session_key (name, xml) values (@friendlyName, @xml) on conflict (name) do nothing",
            new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) });
    }
}

/// <summary>Seals those keys under the service's own key, so that a copy of the database signs nobody in.</summary>
public sealed class SessionKeySeal(Keys keys) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("sealed", Convert.ToBase64String(keys.Encrypt(plaintextElement.ToString(SaveOptions.DisableFormatting)))),
        typeof(SessionKeyUnseal));
}

/// <summary>Named in the stored XML and made by the framework, hence the provider.</summary>
public sealed class SessionKeyUnseal(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(services.GetRequiredService<Keys>().Decrypt(Convert.FromBase64String(encryptedElement.Value)));
}
