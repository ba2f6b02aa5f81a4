namespace Mediation.Service.Platform.PrivatePostgres;

/// <summary>
/// PostgreSQL refuses to run as root. The prefix makes its programs run as a user that it accepts;
/// it is empty for an ordinary user.
/// </summary>
/// <param name="HandTo">The <c>uid:gid</c> that must own the files; null where they stay with the service's user.</param>
internal sealed record RunAs(IReadOnlyList<string> Prefix, string? HandTo)
{
    /// <summary>Whether the kernel can end the child with us (Linux). Elsewhere the next start ends a survivor.</summary>
    public bool DiesWithParent { get; private init; }

    // A uid without a passwd entry does not do: initdb and postgres look their own name up.
    private static readonly string[] Namespace = ["unshare", "--user", "--map-user=65534", "--map-group=65534"];

    public IReadOnlyList<string> Command(string program, params IEnumerable<string> arguments) => [.. Prefix, program, .. arguments];

    public static async Task<RunAs> ChooseAsync(ClusterFolder cluster, CancellationToken cancellation) =>
        await ChooseUserAsync(cluster, cancellation) with
        {
            DiesWithParent = OperatingSystem.IsLinux()
                && (await Programs.RunAsync(["setpriv", "--pdeathsig", "INT", "true"], cancellation)).ExitCode == 0,
        };

    private static async Task<RunAs> ChooseUserAsync(ClusterFolder cluster, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new RunAs([], null);
        if (OperatingSystem.IsWindows())
            throw new LocalPostgresException(
                "PostgreSQL 不能以管理员身份运行。请在普通（非提升）命令行中启动本服务，或设置 ConnectionStrings__Mediation。",
                "PostgreSQL does not run with administrator rights. Start the service from an ordinary prompt, or set "
                    + "ConnectionStrings__Mediation.");

        // A cluster made by another user keeps its owner, so that this user can start it again.
        var owner = cluster.Exists ? (await Programs.RunAsync(["stat", "-c", "%u", cluster.Data], cancellation)).Output : "0";
        if (owner == "0" && (await Programs.RunAsync([.. Namespace, "true"], cancellation)).ExitCode == 0)
            return new RunAs(Namespace, null);
        return await AsUserAsync(cluster, owner, cancellation);
    }

    private static async Task<RunAs> AsUserAsync(ClusterFolder cluster, string owner, CancellationToken cancellation)
    {
        var accounts = (File.Exists("/etc/passwd") ? await File.ReadAllLinesAsync("/etc/passwd", cancellation) : [])
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length > 3 && fields[2] != "0")
            .ToList();
        var account = accounts.Find(fields => fields[2] == owner)
            ?? accounts.Find(fields => fields[0] == "postgres")
            ?? accounts.Find(fields => fields[0] == "nobody");
        if (account is not null)
        {
            string[] prefix = ["setpriv", $"--reuid={account[2]}", $"--regid={account[3]}", "--clear-groups"];
            cluster.LetOthersPass();
            if ((await Programs.RunAsync([.. prefix, "sh", "-c", "cd \"$0\"", cluster.Root], cancellation)).ExitCode == 0)
            {
                var handTo = $"{account[2]}:{account[3]}";
                if (cluster.Exists && owner != account[2])
                    await Programs.RunAsync(["chown", "-R", handTo, cluster.Data], cancellation);
                return new RunAs(prefix, handTo);
            }
        }
        throw new LocalPostgresException(
            $"PostgreSQL 不能以 root 身份运行，此处既不能使用用户命名空间（unshare），也没有可进入 {cluster.Root} 的普通用户（setpriv）。请以普通用户启动本服务，"
                + $"或把数据目录设在各级均可进入的位置（如 /var/lib/mediation），或设置 ConnectionStrings__Mediation。",
            $"PostgreSQL does not run as root; here neither a user namespace (unshare) nor an ordinary user that can enter {cluster.Root} "
                + $"(setpriv) is to be had. Start the service as an ordinary user, or put the data folder where every user can pass (such "
                + $"as /var/lib/mediation), or set ConnectionStrings__Mediation.", missing: true);
    }
}
