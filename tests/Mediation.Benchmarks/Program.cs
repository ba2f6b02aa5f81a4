using Mediation.Benchmarks;

var options = Options.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(Options.Help);
    return 2;
}

#if DEBUG
Console.Error.WriteLine("Measure a Release build: dotnet run -c Release --project tests/Mediation.Benchmarks");
return 2;
#else
return await Run.AllAsync(options, Console.Out);
#endif
