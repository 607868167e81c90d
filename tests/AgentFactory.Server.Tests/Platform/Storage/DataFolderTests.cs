using AgentFactory.Core;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Tests.Platform.Storage;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("af-test-");

    private string New => Path.Combine(_parent.FullName, "data");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void A_new_folder_is_closed_to_other_users()
    {
        using var folder = DataFolder.Open(New);
        Assert.Equal(OnlyOwner, File.GetUnixFileMode(folder.Path));
        folder.ReadMasterKey();
        foreach (var file in Directory.GetFiles(folder.Path, "*.key").Append(Path.Combine(folder.Path, "agent-factory.lock")))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_second_owner_is_refused_and_told_who_the_first_is()
    {
        using var folder = DataFolder.Open(New);
        var fault = Assert.Throws<AgentFactoryException>(() => DataFolder.Open(New));
        Assert.Equal(ErrorCodes.DataFolderBusy, fault.Code);
        Assert.Contains($"process {Environment.ProcessId} ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(folder.SocketPath, fault.Message, StringComparison.Ordinal);
        Assert.Equal(new FolderOwner(Environment.ProcessId, folder.SocketPath), DataFolder.FindOwner(New));
    }

    [Fact]
    public void The_folder_is_free_again_when_its_owner_lets_go()
    {
        DataFolder.Open(New).Dispose();
        Assert.Null(DataFolder.FindOwner(New));
        DataFolder.Open(New).Dispose();
    }

    [Fact]
    public void Files_left_by_a_dead_owner_do_not_matter()
    {
        Directory.CreateDirectory(New);
        File.WriteAllText(Path.Combine(New, "agent-factory.lock"), "");
        File.WriteAllText(Path.Combine(New, "agent-factory.owner"), "1\n/nowhere\n");
        Assert.Null(DataFolder.FindOwner(New));
        using var folder = DataFolder.Open(New);
        Assert.Equal(Environment.ProcessId, DataFolder.FindOwner(New)?.ProcessId);
    }

    [Fact]
    public void The_master_key_stays_the_same()
    {
        byte[] first;
        using (var folder = DataFolder.Open(New)) first = folder.ReadMasterKey();
        using var again = DataFolder.Open(New);
        Assert.Equal(32, first.Length);
        Assert.Equal(first, again.ReadMasterKey());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public void A_damaged_master_key_is_refused(string text)
    {
        using var folder = DataFolder.Open(New);
        File.WriteAllText(Path.Combine(New, "master.key"), text);
        Assert.Equal(ErrorCodes.Unavailable, Assert.Throws<AgentFactoryException>(folder.ReadMasterKey).Code);
    }

    [Fact]
    public void A_long_path_gets_a_short_socket_that_goes_with_the_folder()
    {
        string socket;
        using (var folder = DataFolder.Open(Path.Combine(_parent.FullName, new string('x', 120))))
        {
            socket = folder.SocketPath;
            Assert.True(socket.Length <= 103);
            Assert.Equal(OnlyOwner, File.GetUnixFileMode(Path.GetDirectoryName(socket)!));
        }
        Assert.False(Directory.Exists(Path.GetDirectoryName(socket)));
    }

    [Fact]
    public void A_folder_of_other_things_that_others_may_enter_is_left_alone()
    {
        Directory.CreateDirectory(New);
        File.WriteAllText(Path.Combine(New, "thesis.txt"), "");
        File.SetUnixFileMode(New, OnlyOwner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        var fault = Assert.Throws<AgentFactoryException>(() => DataFolder.Open(New));
        Assert.Contains("new folder", fault.Message, StringComparison.Ordinal);
    }
}
