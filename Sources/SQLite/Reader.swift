/// One thread's way to read: a connection that can't write, opened when it is first needed.
package final class Reader {
    private let path: String
    private let options: Connection.Options
    private var connection: Connection?

    package init(_ path: String, _ options: Connection.Options = Connection.Options()) {
        self.path = path
        self.options = options
    }

    /// Each statement in `body` sees what was committed when it began; within `Connection.snapshot` all of
    /// them see the same. No statement may outlive the call: one that waits at a row would keep the log from
    /// ever beginning anew.
    package func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let connection = try opened()
        defer { precondition(connection.statementsInUse == 0, "a statement was kept beyond its reading") }
        return try body(connection)
    }

    /// Closes the connection; the next reading opens another.
    package func close() {
        connection = nil
    }

    private func opened() throws(SQLiteError) -> Connection {
        if let connection { return connection }
        let new = try Connection(path, .readOnly, options)
        connection = new
        return new
    }
}
