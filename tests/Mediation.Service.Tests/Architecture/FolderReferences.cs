using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Mediation.Service.Tests.Architecture;

/// <summary>Which folders of an assembly refer to which, and by what types; read from the compiled code, pages included.</summary>
internal sealed class FolderReferences
{
    private readonly string root;
    private readonly Dictionary<string, string> pages = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> references = [];
    private readonly Dictionary<string, SortedSet<string>> callers = new(StringComparer.Ordinal);

    private FolderReferences(string root) => this.root = root;

    /// <summary>Pairs of folders with the references between them, each as <c>type -> type</c>.</summary>
    public IReadOnlyDictionary<(string From, string To), SortedSet<string>> Pairs => references;

    public static FolderReferences Of(System.Reflection.Assembly assembly, string root)
    {
        var found = new FolderReferences(root);
        using var resolver = new DefaultAssemblyResolver();
        foreach (var folder in new[] { assembly, typeof(object).Assembly, typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly }
            .Select(one => Path.GetDirectoryName(one.Location)!))
            resolver.AddSearchDirectory(folder);
        using var module = ModuleDefinition.ReadModule(assembly.Location, new ReaderParameters { AssemblyResolver = resolver });
        // A page has no namespace of its own: the assembly says from which file it was made.
        foreach (var item in module.Assembly.CustomAttributes.Where(
            attribute => attribute.AttributeType.Name == "RazorCompiledItemAttribute"))
            found.pages[((TypeReference)item.ConstructorArguments[0].Value).FullName] =
                Path.GetDirectoryName((string)item.ConstructorArguments[2].Value)!.Trim('/').Replace('/', '.');
        foreach (var type in module.Types.SelectMany(WithNested)) found.Read(type);
        return found;
    }

    /// <summary>The types that call a method, with their folders.</summary>
    /// <param name="method">With its type: <c>System.Console.WriteLine</c>.</param>
    public IEnumerable<string> CallersOf(string method) => callers.GetValueOrDefault(method) ?? [];

    /// <summary>Folders that reach each other, as sorted lists; none: every arrow points down.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles()
    {
        var folders = references.Keys.SelectMany(pair => new[] { pair.From, pair.To }).Distinct().Order(StringComparer.Ordinal).ToList();
        var reached = folders.ToDictionary(folder => folder, Reach);
        return
        [
            .. folders.Select(folder => folders.Where(other => reached[folder].Contains(other) && reached[other].Contains(folder)).ToList())
                .Where(circle => circle.Count > 1).DistinctBy(circle => circle[0]),
        ];
    }

    /// <summary>What stands between the folders of a circle, for whoever has to break it up.</summary>
    public string Describe(IEnumerable<string> folders)
    {
        var within = folders.ToHashSet(StringComparer.Ordinal);
        return string.Join('\n', references.Where(pair => within.Contains(pair.Key.From) && within.Contains(pair.Key.To))
            .Select(pair => $"{pair.Key.From} -> {pair.Key.To}: {string.Join(", ", pair.Value.Take(10))}"));
    }

    private HashSet<string> Reach(string start)
    {
        var (seen, left) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([start]));
        while (left.TryPop(out var folder))
        {
            foreach (var (_, to) in references.Keys.Where(pair => pair.From == folder))
                if (seen.Add(to)) left.Push(to);
        }

        return seen;
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private void Read(TypeDefinition type)
    {
        if (FolderOf(type) is not { } from) return;
        var name = Outermost(type).Name;
        Attributes(type);
        Refer(type.BaseType);
        foreach (var contract in type.Interfaces) Refer(contract.InterfaceType);
        foreach (var field in type.Fields)
        {
            Refer(field.FieldType);
            Attributes(field);
        }

        foreach (var property in type.Properties) Attributes(property);
        foreach (var method in type.Methods) Method(method);

        void Method(MethodDefinition method)
        {
            Attributes(method);
            Refer(method.ReturnType);
            foreach (var parameter in method.Parameters) Refer(parameter.ParameterType);
            if (!method.HasBody) return;
            foreach (var variable in method.Body.Variables) Refer(variable.VariableType);
            foreach (var instruction in method.Body.Instructions) Operand(instruction);
        }

        void Operand(Instruction instruction)
        {
            switch (instruction.Operand)
            {
                case TypeReference used:
                    Refer(used);
                    break;
                case MethodReference used:
                    Call($"{used.DeclaringType.FullName}.{used.Name}");
                    Refer(used.DeclaringType);
                    Refer(used.ReturnType);
                    foreach (var parameter in used.Parameters) Refer(parameter.ParameterType);
                    if (used is GenericInstanceMethod generic)
                        foreach (var argument in generic.GenericArguments) Refer(argument);
                    break;
                case FieldReference used:
                    Refer(used.DeclaringType);
                    Refer(used.FieldType);
                    break;
            }
        }

        void Call(string method)
        {
            if (!callers.TryGetValue(method, out var some)) callers[method] = some = new(StringComparer.Ordinal);
            some.Add($"{from}.{name}");
        }

        void Attributes(ICustomAttributeProvider provider)
        {
            foreach (var attribute in provider.CustomAttributes)
            {
                Refer(attribute.AttributeType);
                foreach (var argument in attribute.ConstructorArguments) Refer(argument.Value as TypeReference);
            }
        }

        void Refer(TypeReference? used)
        {
            switch (used)
            {
                case null or GenericParameter:
                    return;
                case GenericInstanceType generic:
                    foreach (var argument in generic.GenericArguments) Refer(argument);
                    Refer(generic.ElementType);
                    return;
                case TypeSpecification specified:
                    Refer(specified.ElementType);
                    return;
            }

            if (FolderOf(used) is not { } to || to == from) return;
            if (!references.TryGetValue((from, to), out var some)) references[(from, to)] = some = new(StringComparer.Ordinal);
            some.Add($"{name} -> {Outermost(used).Name}");
        }
    }

    private string? FolderOf(TypeReference type)
    {
        type = Outermost(type);
        if (pages.TryGetValue(type.FullName, out var folder)) return folder;
        return type.Namespace == root ? ""
            : type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..] : null;
    }

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }
}
