using Mediation.Service.Accounts;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>The command <c>import FILE --user COURT</c>: a court's file as if that account had uploaded it.</summary>
public static class ImportFile
{
    /// <summary>The provincial high court of the demonstration.</summary>
    private const string DemonstrationUser = "court.43";

    /// <returns>0 when the file was read, also with rejected rows; 1 when it could not be; 2 for a wrong command.</returns>
    public static async Task<int> RunAsync(
        IServiceProvider services, string[] args, bool demonstration, TextWriter output, TextWriter errors)
    {
        var at = Array.IndexOf(args, "--user");
        var user = at >= 0 ? args.ElementAtOrDefault(at + 1) : demonstration ? DemonstrationUser : null;
        var path = args.Where((_, index) => at < 0 || (index != at && index != at + 1)).FirstOrDefault(arg => !arg.StartsWith('-'));
        if (path is null || user is null)
        {
            await errors.WriteLineAsync("import FILE --user COURT | 用法：import 文件 --user 法院账号");
            return 2;
        }

        if (!File.Exists(path))
        {
            await errors.WriteLineAsync($"There is no such file: {Path.GetFullPath(path)} / 没有这个文件。");
            return 1;
        }

        await using var scope = services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<AccountStore>().FindAsync(user, CancellationToken.None) is not { } account)
        {
            await errors.WriteLineAsync("There is no such account. / 没有这个账号。");
            return 1;
        }

        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = account.Caller;
        try
        {
            var request = new ImportReferrals(await File.ReadAllBytesAsync(path),
                DryRun: args.Contains("--dry-run", StringComparer.Ordinal));
            var answer = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
            foreach (var row in answer.Rows)
                foreach (var error in row.Errors)
                    await output.WriteLineAsync($"{row.Number}: {error.Column} {error.Code} {error.Message}");
            await output.WriteLineAsync(
                $"{answer.Read} read, {answer.Created} created, {answer.Repeated} repeated, {answer.Rejected} rejected. / "
                    + $"读取 {answer.Read} 行，新建 {answer.Created}，重复 {answer.Repeated}，未导入 {answer.Rejected}。");
            return 0;
        }
        catch (ProblemException problem)
        {
            await errors.WriteLineAsync($"{problem.Code}: {problem.Text.In()}");
            return 1;
        }
    }
}
