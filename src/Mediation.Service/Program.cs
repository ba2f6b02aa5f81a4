return await Mediation.Service.CommandLine.RunAsync(args);
