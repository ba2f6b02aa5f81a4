using System.Globalization;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Deadlines;

/// <summary>The command <c>calendar YEAR FILE</c>: a year of the working calendar, checked for gaps.</summary>
public static class ImportCalendarFile
{
    /// <returns>0 when the year is stored; 1 when it was refused; 2 for a wrong command.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, TextWriter errors)
    {
        string[] words = [.. args.Where(arg => !arg.StartsWith('-'))];
        var extra = 0;
        if (args.FirstOrDefault(arg => arg.StartsWith("--extra-rest-days=", StringComparison.Ordinal)) is { } given
            && !int.TryParse(given["--extra-rest-days=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out extra)) words = [];
        if (words.Length != 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || year is < 2000 or > 2199)
        {
            await errors.WriteLineAsync("calendar YEAR FILE [--extra-rest-days=N] | 用法：calendar 年份 文件");
            return 2;
        }

        if (!File.Exists(words[1]))
        {
            await errors.WriteLineAsync($"There is no such file: {Path.GetFullPath(words[1])} / 没有这个文件。");
            return 1;
        }

        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        try
        {
            var answer = await scope.ServiceProvider.GetRequiredService<IMediator>()
                .Send(new ImportCalendar(year, await File.ReadAllBytesAsync(words[1]), extra));
            await output.WriteLineAsync($"{year}: {answer.Holidays} rest days, {answer.MakeUpWorkdays} make-up workdays, "
                + $"{(answer.Changed ? "stored; running clocks are computed again" : "as it was")}. / {year}年：放假 {answer.Holidays} 日，"
                + $"调休上班 {answer.MakeUpWorkdays} 日，{(answer.Changed ? "已保存，在办期限将重新计算" : "没有变化")}。");
            return 0;
        }
        catch (ProblemException problem)
        {
            await errors.WriteLineAsync($"{problem.Code}: {problem.Text.In()}");
            foreach (var message in problem.Fields.Values.SelectMany(messages => messages)) await errors.WriteLineAsync(message.In());
            return 1;
        }
    }
}
