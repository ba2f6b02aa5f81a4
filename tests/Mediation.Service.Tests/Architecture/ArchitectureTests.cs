using System.Text.RegularExpressions;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Routing;

namespace Mediation.Service.Tests.Architecture;

/// <summary>What docs/design.md says of the house, held against the compiled code and the files.</summary>
public sealed partial class ArchitectureTests
{
    private const int MostOfKernel = 15;
    private const int WidestLine = 140;
    private static readonly string Root = FindRoot();
    private static readonly FolderReferences Domain = FolderReferences.Of(typeof(Message).Assembly, "Mediation.Domain");
    private static readonly FolderReferences Service = FolderReferences.Of(typeof(ServiceApp).Assembly, "Mediation.Service");

    [Fact]
    public void No_folders_of_the_domain_refer_to_each_other_in_a_circle() => Assert.Empty(Circles(Domain));

    [Fact]
    public void No_folders_of_the_service_refer_to_each_other_in_a_circle() => Assert.Empty(Circles(Service));

    [Fact]
    public void The_platform_knows_no_capability() => Assert.Empty(Beyond("Platform", "Platform"));

    [Fact]
    public void The_web_kit_knows_the_platform_alone() => Assert.Empty(Beyond("Shared", "Platform", "Shared"));

    [Fact]
    public void The_journal_is_known_to_no_other_part_of_the_platform() => Assert.Empty(
        Service.Pairs.Where(pair => pair.Key.From.StartsWith("Platform", StringComparison.Ordinal) && pair.Key.To == "Platform.Journal")
            .SelectMany(pair => pair.Value));

    [Fact]
    public void Nothing_but_the_program_itself_refers_to_the_composition_root() => Assert.All(
        Service.Pairs.Where(pair => pair.Key.To == "" && pair.Key.From != "").SelectMany(pair => pair.Value),
        used => Assert.EndsWith("-> Program", used, StringComparison.Ordinal));

    [Fact]
    public void The_kernel_of_what_all_use_stays_small()
    {
        var kernel = typeof(Message).Assembly.GetExportedTypes().Where(type => type is { IsNested: false, Namespace: "Mediation.Domain" })
            .Select(type => type.Name).ToList();
        Assert.True(kernel.Count <= MostOfKernel, string.Join(", ", kernel));
    }

    [Fact]
    public void The_domain_refers_to_nothing_but_the_runtime() =>
        Assert.All(typeof(Message).Assembly.GetReferencedAssemblies(),
            used => Assert.StartsWith("System.", used.Name, StringComparison.Ordinal));

    /// <summary>What the references are grouped by: the namespace is the folder.</summary>
    [Fact]
    public void Every_file_stands_in_the_folder_of_its_namespace()
    {
        var wrong = new List<string>();
        foreach (var project in new[] { "src/Mediation.Domain", "src/Mediation.Service" })
        {
            foreach (var file in Sources(project))
            {
                var declared = Namespace().Match(File.ReadAllText(file));
                if (!declared.Success) continue; // the program's one line
                var folder = Path.GetRelativePath(Path.Combine(Root, "src"), Path.GetDirectoryName(file)!)
                    .Replace('/', '.').Replace('\\', '.');
                if (declared.Groups["name"].Value != folder) wrong.Add($"{file}: {declared.Groups["name"].Value}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void What_maps_an_address_is_found_and_mapped() => Assert.Empty(
        from type in typeof(ServiceApp).Assembly.GetTypes()
        where type is { IsAbstract: false, IsInterface: false } && !type.IsAssignableTo(typeof(IEndpoint))
            && type.GetMethod("Map", [typeof(IEndpointRouteBuilder)]) is { IsStatic: true, IsPublic: true }
        select type.FullName);

    [Fact]
    public void No_line_of_code_is_wider_than_140_characters()
    {
        var wide = from file in Sources("src").Concat(Sources("tests")).Order(StringComparer.Ordinal)
                   from line in File.ReadLines(file).Index()
                   where line.Item.Length > WidestLine
                   select $"{Path.GetRelativePath(Root, file)}:{line.Index + 1} has {line.Item.Length}";
        var found = string.Join('\n', wide);
        Assert.True(found.Length == 0, found);
    }

    [Fact]
    public void Every_request_declares_a_permission_or_why_it_needs_none() => Assert.Empty(
        from type in typeof(ServiceApp).Assembly.GetTypes()
        where !type.IsAbstract && type.GetInterfaces().Any(contract => contract == typeof(IBaseRequest))
            && !type.IsDefined(typeof(RequiresAttribute), inherit: true) && !type.IsDefined(typeof(AnyoneAttribute), inherit: true)
        select type.FullName);

    /// <summary>
    /// In what language something is written is said to who writes it: <c>Texts.In</c>, <c>Message.In</c>, <c>Show.Date</c>.
    /// </summary>
    [Fact]
    public void Nobody_but_the_request_pipeline_sets_the_language() => Assert.Equal(["Platform.Http.LastResort"],
        new[] { "CurrentUICulture", "CurrentCulture", "DefaultThreadCurrentUICulture", "DefaultThreadCurrentCulture" }
            .SelectMany(culture => Service.CallersOf("System.Globalization.CultureInfo.set_" + culture))
            .Distinct());

    [Fact]
    public void The_composition_root_fits_on_one_screen() =>
        Assert.True(File.ReadAllLines(Path.Combine(Root, "src/Mediation.Service/ServiceApp.cs")).Length <= 70);

    private static IEnumerable<string> Circles(FolderReferences found) =>
        found.Circles().Select(circle => $"{string.Join(", ", circle)}\n{found.Describe(circle)}");

    private static IEnumerable<string> Beyond(string from, params string[] allowed) => Service.Pairs
        .Where(pair => Within(pair.Key.From, from) && !allowed.Any(one => Within(pair.Key.To, one)))
        .SelectMany(pair => pair.Value.Select(used => $"{pair.Key.From}: {used}"));

    private static bool Within(string folder, string parent) =>
        folder == parent || folder.StartsWith(parent + ".", StringComparison.Ordinal);

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Mediation.sln")))
            at = at.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        return at.FullName;
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Namespace();
}
