using System.Globalization;

namespace Mediation.Domain.Cases;

public static partial class Decide
{
    /// <summary>人民调解法 art. 28 to 30: what an agreement must hold, and who must have signed it.</summary>
    private static Refusal? CheckAgreement(Case c, AgreementDraft draft, IReadOnlyList<string> signing, DecideContext context)
    {
        if (draft.SignedOn > context.Today)
            return Refusals.FutureDate;
        if (draft.SignedOn < c.OpenedOn)
            return Refusals.BeforeOpening;
        if (draft.SignedOn < c.LastOn && context.LateReason is null)
            return Refusals.LateSigning;
        if (UnknownParties(c, draft) is { } unknown)
            return unknown;
        if (CheckSignatures(c, draft.Signatures) is { } unsigned)
            return unsigned;
        var missing = MissingParts(c, draft, signing);
        return missing.Count == 0 ? null
            : Refusals.Incomplete("agreement.incomplete", "协议内容不完整，请按提示补正。",
                "The agreement is not complete; correct the fields named.", missing);
    }

    private static Dictionary<string, Message> MissingParts(Case c, AgreementDraft draft, IReadOnlyList<string> signing)
    {
        var missing = new Dictionary<string, Message>(StringComparer.Ordinal);
        if (draft.Form == AgreementForm.Reconciled)
            return missing;
        if (draft.Facts is null)
            missing["facts"] = new("请填写纠纷的主要事实。", "State the main facts of the dispute.");
        if (draft.Terms.Count == 0)
            missing["terms"] = new("请至少填写一条协议内容。", "Give at least one term.");
        for (var i = 0; i < draft.Terms.Count; i++)
            CheckTerm(draft, i, missing);
        if (draft.Form == AgreementForm.Oral)
            return missing;
        if (draft.Issues is null)
            missing["issues"] = new("请填写争议事项和各方责任。", "State the matters in dispute and each party's responsibility.");
        if (!draft.Sealed)
            missing["sealed"] = new("书面协议须加盖调解组织印章。", "A written agreement bears the seal of the mediation body.");
        var unsigned = signing.Where(party => !draft.Signatures.Any(signature => Signer(signature) == party)).ToList();
        if (unsigned.Count > 0)
        {
            var names = string.Join(", ", unsigned);
            missing["signatures"] = new($"以下当事人尚未签字：{names}。", $"These parties have not signed: {names}.");
        }
        if (!draft.Signatures.Any(signature => IsMediator(c, signature)))
        {
            missing["signatures"] = missing.TryGetValue("signatures", out var parties)
                ? new($"{parties.Zh}调解员尚未签字。", $"{parties.En} The mediator has not signed.")
                : new("调解员尚未签字。", "The mediator has not signed.");
        }
        return missing;
    }

    private static void CheckTerm(AgreementDraft draft, int i, Dictionary<string, Message> missing)
    {
        var term = draft.Terms[i];
        if (draft.Form == AgreementForm.Written && term.DueOn is null && term.DueAfter is null)
            missing[$"terms[{i}].dueOn"] = new("请填写履行期限。", "Say by when it is performed.");
        if (term.DueOn < draft.SignedOn)
            missing[$"terms[{i}].dueOn"] = new("履行期限不能早于签订日期。", "It cannot be due before the agreement is signed.");
        if (term.DueOn is not null && term.DueAfter is not null)
            missing[$"terms[{i}].dueAfter"] = new("履行日期与事件期限只能填写一项。", "Give either a due date or an event, not both.");
        if (term.DueAfter is { } after && (!CaseJson.IsKind(after.Event) || after.Days is < 0 or > 3650))
            missing[$"terms[{i}].dueAfter"] = new("请填写已有的事件名称，天数为 0 至 3650。", "Name an event of the journal and 0 to 3650 days.");
        if (term.Amount <= 0)
            missing[$"terms[{i}].amount"] = new("金额应大于零；没有金额的请留空。", "The amount must be more than zero; leave it out where there is none.");
    }

    private static Refusal? UnknownParties(Case c, AgreementDraft draft)
    {
        for (var i = 0; i < draft.Terms.Count; i++)
        {
            if (!Has(c, draft.Terms[i].Obligor))
                return Refusals.UnknownParty($"terms[{i}].obligor");
            if (!Has(c, draft.Terms[i].Obligee))
                return Refusals.UnknownParty($"terms[{i}].obligee");
            if (Known(c, draft.Terms[i].Jointly, $"terms[{i}].jointly") is { } unknown)
                return unknown;
        }
        return null;
    }

    private static Refusal? CheckSignatures(Case c, IReadOnlyList<string> signatures)
    {
        for (var i = 0; i < signatures.Count; i++)
        {
            if (IsMediator(c, signatures[i]))
                continue;
            if (c.Parties.FirstOrDefault(one => one.Id == Signer(signatures[i])) is not { } party)
                return Refusals.UnknownParty($"signatures[{i}]");
            if (signatures[i] == party.Id)
                continue;
            if (SignedBy(party, signatures[i]) is not { } representative)
                return Refusals.UnknownParty($"signatures[{i}]");
            if (representative.Authority != Authority.Special
                && representative.Kind is not (RepresentativeKind.Guardian or RepresentativeKind.LegalRepresentative))
                return Refusals.SignatureAuthority;
        }
        var alone = c.Parties.Any(party => party.Minor
            && signatures.Any(signature => Signer(signature) == party.Id)
            && !signatures.Any(signature => SignedBy(party, signature) is { Kind: RepresentativeKind.Guardian }));
        return alone ? Refusals.SignatureGuardian : null;
    }

    private static bool IsMediator(Case c, string signature) =>
        signature == "mediator" || (c.Mediator is not null && signature == c.Mediator);

    /// <summary>The party for whom the signature stands: p1 in <c>p1</c> and in <c>p1.r2</c>.</summary>
    private static string Signer(string signature) => signature.Split('.', 2)[0];

    private static Representative? SignedBy(Party party, string signature) =>
        signature.StartsWith($"{party.Id}.r", StringComparison.Ordinal)
        && int.TryParse(signature.AsSpan(party.Id.Length + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && n >= 1 && n <= party.Representatives.Count
            ? party.Representatives[n - 1]
            : null;
}
