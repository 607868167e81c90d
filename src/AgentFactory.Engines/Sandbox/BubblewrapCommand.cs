using System.Globalization;

namespace AgentFactory.Engines.Sandbox;

/// <summary>The command line of one sandbox: what it sees, and that it sees nothing else.</summary>
internal sealed class BubblewrapCommand(
    string bubblewrap, string? setpriv, PythonInterpreter python, IReadOnlyList<string> packages, bool locksUserNamespaces)
{
    /// <summary>Programs run as this one when the server is root: no limit on processes holds for root.</summary>
    private const string Nobody = "65534";

    // Libraries, time zones and public certificates. No shell, no /proc, no /home, no /etc but these.
    private static readonly string[] Visible =
        ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/usr/share/ca-certificates", "/etc/ld.so.cache",
         "/etc/alternatives", "/etc/localtime", "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted"];

    private static readonly string[] VisibleWithNetwork = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf"];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

    /// <summary>Where package folders appear inside.</summary>
    public IReadOnlyList<string> PackagesInside { get; } =
        [.. packages.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"/packages/{i}"))];

    public IReadOnlyList<string> Arguments(string driver, bool network, long scratchBytes)
    {
        List<string> line = setpriv is null ? [] : [setpriv, "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--"];
        line.Add(bubblewrap);
        line.AddRange(["--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox"]);
        if (locksUserNamespaces) line.Add("--disable-userns");
        if (network) line.Add("--share-net");
        foreach (var path in Visible.Concat(network ? VisibleWithNetwork : [])) line.AddRange(["--ro-bind-try", path, path]);
        foreach (var link in new[] { "/lib", "/lib32", "/lib64" }) line.AddRange(Library(link));
        foreach (var path in python.Folders) line.AddRange(["--ro-bind", path, path]);
        foreach (var (outside, inside) in packages.Zip(PackagesInside)) line.AddRange(["--ro-bind", outside, inside]);
        foreach (var device in Devices) line.AddRange(["--dev-bind", device, device]);
        // Everything that can be written lies in the one file system that has a size.
        line.AddRange(["--perms", "0700", "--size", scratchBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/scratch"]);
        line.AddRange(["--symlink", "/scratch", "/tmp", "--symlink", "/scratch", "/dev/shm", "--remount-ro", "/", "--chdir", "/scratch"]);
        line.AddRange(["--", python.Executable, "-I", "-B", "-X", "utf8", "-c", driver]);
        return line;
    }

    private static IEnumerable<string> Library(string path) => new DirectoryInfo(path).LinkTarget is { } target
        ? ["--symlink", target, path]
        : ["--ro-bind-try", path, path];
}
