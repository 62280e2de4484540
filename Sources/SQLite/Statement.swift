package import Bytes
import CSQLite

/// A compiled statement of one connection.
final class Prepared {
    let handle: Handle
    let statement: OpaquePointer
    let sql: StaticString
    var isInUse = false

    init(_ sql: StaticString, _ handle: Handle) throws(SQLiteError) {
        var made: OpaquePointer?
        var length = 0
        let code = sql.utf8Start.withMemoryRebound(to: CChar.self, capacity: sql.utf8CodeUnitCount) { text in
            var end: UnsafePointer<CChar>?
            let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
            defer { length = end.map { $0 - text } ?? 0 }
            return sqlite3_prepare_v3(handle.database, text, Int32(sql.utf8CodeUnitCount), flags, &made, &end)
        }
        guard code == SQLITE_OK else {
            throw handle.noted(SQLiteError(of: handle.database, code: code, sql: sql))
        }
        guard let made else { preconditionFailure("SQL that says nothing: \(sql)") }
        precondition(length == sql.utf8CodeUnitCount, "more than one statement: \(sql)")
        statement = made
        self.sql = sql
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(statement)
    }
}

/// A statement in use. Parameters are numbered from 1, as `?1` is, and columns from 0, as SQLite does.
///
///     var page = try connection.statement("SELECT id, body FROM message WHERE room = ?1 LIMIT 50")
///     page.bind(1, room)
///     while try page.step() { visitor.message(page.int64(0), page.bytes(1)) }
///
/// Bytes are bound where they lie, without a copy, and columns are lent where SQLite has them; the compiler
/// sees to it that the one stays until the statement ends, and that the other is not used after the next step.
/// What is not bound is NULL. When the variable ends, the statement is reset and its bindings are cleared.
package struct Statement: ~Copyable, ~Escapable {
    private let prepared: Prepared
    private let statement: OpaquePointer
    private var bindFailure: Int32 = SQLITE_OK
    private var hasBindings = false

    @_lifetime(immortal)
    init(_ prepared: Prepared) {
        self.prepared = prepared
        statement = prepared.statement
        prepared.isInUse = true
        prepared.handle.statementsInUse += 1
    }

    deinit {
        sqlite3_reset(statement)
        if hasBindings { sqlite3_clear_bindings(statement) }
        prepared.isInUse = false
        prepared.handle.statementsInUse -= 1
    }

    // MARK: Parameters

    package mutating func bind(_ parameter: Int32, _ value: Int64) {
        noteBinding(sqlite3_bind_int64(statement, parameter, value))
    }

    package mutating func bind(_ parameter: Int32, _ value: Int) {
        bind(parameter, Int64(value))
    }

    package mutating func bind(_ parameter: Int32, _ value: UInt32) {
        bind(parameter, Int64(value))
    }

    package mutating func bind(_ parameter: Int32, _ value: Bool) {
        bind(parameter, value ? 1 as Int64 : 0)
    }

    package mutating func bind(_ parameter: Int32, _ value: Int64?) {
        if let value { bind(parameter, value) } else { noteBinding(sqlite3_bind_null(statement, parameter)) }
    }

    /// A blob that stays where it is for as long as this statement is in use.
    @_lifetime(self: copy self, copy blob)
    package mutating func bind(_ parameter: Int32, _ blob: Span<UInt8>) {
        blob.withUnsafeBytes { bytes in
            // Nothing at no address would be NULL.
            let code =
                bytes.baseAddress.map { sqlite3_bind_blob64(statement, parameter, $0, UInt64(bytes.count), nil) }
                ?? sqlite3_bind_zeroblob(statement, parameter, 0)
            noteBinding(code)
        }
    }

    /// UTF-8 that stays where it is for as long as this statement is in use.
    @_lifetime(self: copy self, copy text)
    package mutating func bind(_ parameter: Int32, text: Span<UInt8>) {
        text.withUnsafeBufferPointer { bytes in
            let code =
                bytes.baseAddress.map { start in
                    start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                        sqlite3_bind_text64(statement, parameter, $0, UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
                    }
                } ?? sqlite3_bind_text(statement, parameter, "", 0, nil)
            noteBinding(code)
        }
    }

    /// A blob that ends before this statement does: SQLite keeps a copy.
    package mutating func bind(_ parameter: Int32, copying blob: Span<UInt8>) {
        blob.withUnsafeBytes { bytes in
            guard bytes.count <= Int32.max else { return noteBinding(SQLITE_TOOBIG) }
            let code =
                bytes.baseAddress.map { sqlite_bind_copied_blob(statement, parameter, $0, Int32(bytes.count)) }
                ?? sqlite3_bind_zeroblob(statement, parameter, 0)
            noteBinding(code)
        }
    }

    /// Text, of which SQLite keeps a copy.
    package mutating func bind(_ parameter: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard bytes.count <= Int32.max else { return noteBinding(SQLITE_TOOBIG) }
            let code =
                bytes.baseAddress.map { start in
                    start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                        sqlite_bind_copied_text(statement, parameter, $0, Int32(bytes.count))
                    }
                } ?? sqlite3_bind_text(statement, parameter, "", 0, nil)
            noteBinding(code)
        }
    }

    /// Sixteen bytes, highest first.
    package mutating func bind(_ parameter: Int32, _ uuid: UUID) {
        let words = (uuid.high.bigEndian, uuid.low.bigEndian)
        withUnsafeBytes(of: words) {
            noteBinding(sqlite_bind_copied_blob(statement, parameter, $0.baseAddress, Int32($0.count)))
        }
    }

    /// Too large or no memory left: the next step says so, to spare every binding a `try`.
    private mutating func noteBinding(_ code: Int32) {
        hasBindings = true
        guard code != SQLITE_OK else { return }
        precondition(code != SQLITE_RANGE, "no such parameter: \(prepared.sql)")
        precondition(code != SQLITE_MISUSE, "bound after the first step: \(prepared.sql)")
        bindFailure = code
    }

    // MARK: Rows

    /// Goes to the next row; false when there is none. After that the statement is as if it had not run, with
    /// its bindings, and a further step would begin again.
    package mutating func step() throws(SQLiteError) -> Bool {
        let handle = prepared.handle
        if handle.isDoomed, let trouble = handle.trouble { throw trouble }
        guard bindFailure == SQLITE_OK else {
            let text = String(cString: sqlite3_errstr(bindFailure))
            throw SQLiteError(code: bindFailure, message: text, sql: prepared.sql)
        }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(statement)
            return false
        case let code:
            let error = SQLiteError(of: handle.database, code: code, sql: prepared.sql, whileRunning: true)
            sqlite3_reset(statement)
            throw handle.noted(error)
        }
    }

    /// Runs to the end, whatever rows come. It may be bound and run again.
    package mutating func run() throws(SQLiteError) {
        while try step() {}
    }

    package var columnCount: Int32 { sqlite3_column_count(statement) }

    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    package func isInteger(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_INTEGER
    }

    package func int64(_ column: Int32) -> Int64 {
        sqlite3_column_int64(statement, column)
    }

    package func int(_ column: Int32) -> Int {
        Int(int64(column))
    }

    /// The nearest, where the column holds another number.
    package func uint32(_ column: Int32) -> UInt32 {
        UInt32(clamping: int64(column))
    }

    package func bool(_ column: Int32) -> Bool {
        int64(column) != 0
    }

    package func optionalInt64(_ column: Int32) -> Int64? {
        isNull(column) ? nil : int64(column)
    }

    /// A blob, or a text's UTF-8, where SQLite has it; empty for NULL.
    @_lifetime(borrow self)
    package func bytes(_ column: Int32) -> Span<UInt8> {
        let start = sqlite3_column_blob(statement, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
        let bytes = UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
        // SQLite leaves them in place until the next step or reset, and both need the statement for themselves.
        return _overrideLifetime(Span(_unsafeElements: bytes), borrowing: self)
    }

    package func string(_ column: Int32) -> String {
        bytes(column).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// Nil where there are not sixteen bytes.
    package func uuid(_ column: Int32) -> UUID? {
        let bytes = bytes(column)
        guard bytes.count == 16 else { return nil }
        return UUID(
            high: UInt64(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
