import Bytes
import Keys
import SQLite

/// The log as it is after a start.
package struct LogStart: Equatable, Sendable {
    /// Names this log among all states it could be restored to: feeds that were begun in another are not written on, and
    /// positions that peers were told in another mean nothing.
    package let incarnation: Int64
    /// Whether this is not the database that was written last, so that a new incarnation has begun.
    package let isNew: Bool
}

/// Watches over which log this is. Of the thread that writes.
final class LogIdentity {
    private let mark: LogMark
    private var contents: LogMark.Contents
    let start: LogStart

    /// Compares the database with the mark beside it, and marks both anew.
    init(_ connection: Connection, databaseAt path: String, lastSerial: Int64) throws {
        mark = try LogMark(path + ".mark")
        let file = try LogMark.file(at: path)
        let (incarnation, starts, token) = try Self.read(connection)
        let known = mark.read()
        let isSame =
            known.map { known in
                known.file == file && known.lastSerial <= lastSerial
                    && (known.token == token || known.formerToken == Self.number(token))
            } ?? false
        let next = SecureRandom.bytes(count: 16)
        let number = isSame ? incarnation : Int64(bitPattern: Self.number(SecureRandom.bytes(count: 8)) >> 1)
        contents = LogMark.Contents(
            token: next, file: file, lastSerial: isSame ? known?.lastSerial ?? 0 : 0, formerToken: Self.number(token))
        // First the mark that knows both tokens, then the database: a crash in between is no reason to begin anew. A new incarnation
        // is not yet worth anything, so there the old mark stays until the database has it.
        if isSame { try mark.write(contents, isSynced: true) }
        try connection.transaction { transaction in
            var row = try transaction.statement(
                "UPDATE log SET incarnation = ?1, starts = starts + 1, mark = ?2 WHERE id = 1")
            row.bind(1, number)
            row.bind(2, copying: next.span)
            try row.run()
            if !isSame, starts > 0 { try RestoredNumbers.leap(over: lastSerial, in: transaction) }
        }
        contents.lastSerial = lastSerial
        try mark.write(contents, isSynced: true)
        start = LogStart(incarnation: number, isNew: !isSame)
    }

    private static func read(
        _ connection: Connection
    ) throws -> (incarnation: Int64, starts: Int64, token: [UInt8]) {
        var row = try connection.statement("SELECT incarnation, starts, mark FROM log WHERE id = 1")
        guard try row.step() else { throw StoreFault.damaged("log") }
        return (row.int64(0), row.int64(1), row.array(2) ?? [])
    }

    /// The beginning of a token; 0 where there is none.
    private static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// After a commit. Should it fail, the mark stays behind, which means less certainty and no harm.
    func committed(lastSerial: Int64) {
        guard lastSerial != contents.lastSerial else { return }
        contents.lastSerial = lastSerial
        try? mark.write(contents, isSynced: false)
    }
}
