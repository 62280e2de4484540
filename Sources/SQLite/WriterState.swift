/// What the writer's thread keeps in memory of what the database holds: made on that thread, never leaving it.
///
/// A command changes it while its transaction is open, and that transaction may yet be undone: by the command's
/// own error, or by a failing commit, in which commands that had gone well are undone too. The state is told, so
/// that memory never says what the database does not. Who keeps no more than values read from the database may
/// simply forget all of them on either rollback; `RevertibleDictionary` puts back what was there.
package protocol WriterState: AnyObject, SendableMetatype {
    /// A command is about to run; what it changes can be undone by itself.
    func commandBegins()
    /// The command that ran last is undone; those before it, in the same transaction, are not.
    func commandRolledBack()
    /// All commands of the transaction were run, and it is about to be committed: the place for what is done once for all of
    /// them. An error undoes all.
    func groupEnds() throws
    /// All since the last commit or rollback is durable. Comes before the answers; the place for events.
    func groupCommitted()
    /// All since the last commit or rollback is undone.
    func groupRolledBack()
}

extension WriterState {
    package func commandBegins() {}
    package func commandRolledBack() {}
    package func groupEnds() throws {}
    package func groupCommitted() {}
    package func groupRolledBack() {}
}

/// A writer that remembers nothing.
package final class NoWriterState: WriterState {
    package init() {}
}

/// A dictionary in memory whose changes follow the fate of the transaction they were made in.
package struct RevertibleDictionary<Key: Hashable, Value> {
    private var values: [Key: Value]
    /// What was there before each change since the last commit, in order.
    private var replaced: [(key: Key, value: Value?)] = []
    private var commandStart = 0

    package init(_ values: [Key: Value] = [:]) {
        self.values = values
    }

    package var count: Int { values.count }

    package subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            let former = values[key]
            values[key] = newValue
            replaced.append((key, former))
        }
    }

    /// Puts in what was read from the database, or takes out what need not be kept: no change to be undone.
    /// Not for a key that the open transaction has changed.
    package mutating func cache(_ value: Value?, for key: Key) {
        values[key] = value
    }

    package mutating func commandBegins() {
        commandStart = replaced.count
    }

    package mutating func commandRolledBack() {
        revert(to: commandStart)
    }

    package mutating func groupCommitted() {
        replaced.removeAll(keepingCapacity: replaced.count <= 1_024)
        commandStart = 0
    }

    package mutating func groupRolledBack() {
        revert(to: 0)
        commandStart = 0
    }

    private mutating func revert(to start: Int) {
        while replaced.count > start {
            let (key, value) = replaced.removeLast()
            values[key] = value
        }
    }
}
