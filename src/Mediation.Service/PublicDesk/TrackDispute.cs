using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.PublicDesk;

/// <summary>
/// Where an own report stands, for who holds its number and code. It is looked for by the code's hash alone and the number is
/// compared after that: a number that exists and one that does not take the same way to the same answer.
/// </summary>
[Anyone("Number and code are the key; no account exists.")]
public sealed record TrackDispute(string? Number, string? Code) : IRequest<TrackDispute.Answer>
{
    /// <summary>Who has to act next, in words that name nobody.</summary>
    public enum Turn { Centre, Body, Mediator, Paused, Parties, Nobody }

    /// <param name="DueOn">Null when no clock runs.</param>
    public sealed record Answer(Stage Stage, Turn Turn, DateOnly? DueOn);

    /// <summary>Never the code.</summary>
    public override string ToString() => nameof(TrackDispute);

    public sealed class Validator : AbstractValidator<TrackDispute>
    {
        public Validator()
        {
            RuleFor(request => request.Number).NotEmpty().MaximumLength(40);
            RuleFor(request => request.Code).NotEmpty().MaximumLength(40);
        }
    }

    public sealed class Handler(NpgsqlDataSource db, Keys keys) : IRequestHandler<TrackDispute, Answer>
    {
        public async Task<Answer> Handle(TrackDispute request, CancellationToken cancellationToken)
        {
            await using var command = db.CreateCommand("""
                select c.case_no, c.stage, c.status, c.body is not null, c.due_on
                from public_receipt r join cases c on c.id = r.case_id where r.code_hash = $1
                """);
            command.Parameters.Add(new NpgsqlParameter { Value = ReceiptCode.Hash(ReceiptCode.Normalise(request.Code), keys) });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var found = await reader.ReadAsync(cancellationToken);
            var number = Encoding.UTF8.GetBytes(request.Number!.Normalize(NormalizationForm.FormKC).Trim());
            if (!found || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(reader.GetString(0)), number))
                throw new ProblemException(404, "receipt.unknown", new(
                    "编号或查询码不正确。请对照回执核对后重试。", "The number or the code is wrong. Check both against your receipt and try again."));
            var turn = Of(Enum.Parse<Status>(reader.GetString(2), ignoreCase: true), reader.GetBoolean(3));
            DateOnly? due = turn == Turn.Nobody || await reader.IsDBNullAsync(4, cancellationToken)
                ? null : reader.GetFieldValue<DateOnly>(4);
            return new Answer(Enum.Parse<Stage>(reader.GetString(1), ignoreCase: true), turn, due);
        }

        private static Turn Of(Status status, bool hasBody) => status switch
        {
            Status.Registered => Turn.Centre,
            Status.Accepted => hasBody ? Turn.Body : Turn.Centre,
            Status.Referred => Turn.Body,
            Status.Assigned or Status.InSession => Turn.Mediator,
            Status.Suspended => Turn.Paused,
            Status.Settled or Status.PartiallySettled => Turn.Parties,
            _ => Turn.Nobody,
        };
    }
}
