using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;

namespace Mediation.Service.Cases;

/// <summary>The names behind the codes on a case's page.</summary>
public static class CaseNames
{
    /// <summary>Code to name, for bodies, courts, accounts and the division; users who wrote come in <paramref name="users"/>.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(
        CaseView view, IEnumerable<string> users, BodyDirectory directory, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var code in new[] { view.Body, view.OfferedTo, view.TransferTo, view.Court, view.Confirmation?.Court }.Concat(view.Joined)
            .Concat(view.Letters.SelectMany(letter => new[] { letter.Issuer, letter.To }))
            .Concat(view.Whistles.SelectMany(whistle => whistle.Departments.Append(whistle.From))).OfType<string>())
            names[code] = await directory.NameOfBodyAsync(code, cancellationToken);
        foreach (var user in users.Concat(view.Letters.Select(letter => letter.RepliedBy))
            .Concat(view.Disclosures.Select(told => told.Mediator)).Append(view.Mediator).Append(view.Lead).OfType<string>())
            names[user] = user == Caller.Public.User
                ? new Message("群众自助申报", "Reported by the public").In() : await directory.NameOfUserAsync(user, cancellationToken);
        names[view.Division] = await directory.NameOfDivisionAsync(view.Division, cancellationToken);
        return names;
    }
}
