package import SQLite
package import Store

/// The one thread that writes, whatever else it keeps beside the log.
package protocol LogWriting: Sendable {
    /// Hands in a command; `completion` is called on the writer's thread, after the commit or the failure.
    func submit<Result: Sendable>(
        _ lane: WriterLane, bytes: Int,
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result,
        completion: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) throws(WriterRefusal)

    /// The same, and waits.
    func performed<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result
    ) throws -> Result
}

extension Writer: LogWriting where State: LogWriterState {
    package func submit<Result: Sendable>(
        _ lane: WriterLane, bytes: Int,
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result,
        completion: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) throws(WriterRefusal) {
        try submitLogged(lane, bytes: bytes, { try body($0, $1.logState) }, completion: completion)
    }

    package func performed<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result
    ) throws -> Result {
        try performLogged { try body($0, $1.logState) }
    }
}
