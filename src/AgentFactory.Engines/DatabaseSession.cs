using System.Data.Common;

namespace AgentFactory.Engines;

/// <summary>One open transaction, where statements come from. Used by one unit of work at a time, and not after it has ended.</summary>
internal abstract class DatabaseSession
{
    public abstract DbConnection Connection { get; }

    /// <summary>
    /// A statement ready to be bound and executed. An engine may hand out the same prepared one again for the same text, so it is
    /// used up before the next of that text is asked for, and never disposed by the caller.
    /// </summary>
    public abstract DatabaseStatement Statement(string sql);

    /// <summary>Gives up what is kept for a text, because of what was bound to it.</summary>
    public abstract void Forget(string sql);
}

/// <summary>A command, and what its user worked out about it and wants to find again with it.</summary>
internal sealed class DatabaseStatement(DbCommand command)
{
    public DbCommand Command => command;

    /// <summary>How arguments become parameters.</summary>
    public object? Arguments { get; set; }

    /// <summary>How columns become a row.</summary>
    public object? Rows { get; set; }
}
