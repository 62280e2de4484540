import CSQLite
import Glibc

/// SQLite refused something. The message names tables, columns and conditions, and never a value.
package struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// No room for what was to be written. Goes by itself once there is room again.
        case diskFull
        /// The file may not be written, or is no longer the one that was opened.
        case readOnly
        case ioFailure
        case corrupt
        /// Somebody else holds the lock, and went on holding it.
        case busy
        case constraint(Constraint)
        case outOfMemory
        case cannotOpen
        /// A wrong statement, a wrong use of the library, and what is too large for it.
        case other
    }

    package enum Constraint: Equatable, Sendable {
        case unique
        case foreignKey
        case notNull
        case check
        /// A STRICT table was given a value of another type.
        case type
        case other
    }

    package let kind: Kind
    /// SQLite's own, the extended one.
    package let code: Int32
    package let message: String
    /// The statement, as it stands in our source.
    package let sql: String?

    package var description: String {
        let place = sql.map { ", in: \($0)" } ?? ""
        return "SQLite: \(message) (\(code))\(place)"
    }

    /// Whether the machine is in trouble, and no statement at fault: whoever comes next will fare no better.
    var isTrouble: Bool {
        switch kind {
        case .diskFull, .readOnly, .ioFailure, .corrupt, .outOfMemory: true
        case .busy, .constraint, .cannotOpen, .other: false
        }
    }
}

extension SQLiteError {
    init(code: Int32, message: String, sql: StaticString? = nil, systemCode: Int32 = 0) {
        self.init(
            kind: Self.kind(code, systemCode: systemCode), code: code, message: message, sql: sql.map { "\($0)" })
    }

    /// What the connection says of its last call. `whileRunning`: values had been bound by then.
    init(of database: OpaquePointer, code: Int32, sql: StaticString? = nil, whileRunning: Bool = false) {
        // The general error of a running statement may quote what was bound: FTS5 repeats the search.
        let isQuotable = !whileRunning || code & 0xFF != SQLITE_ERROR
        let text = isQuotable ? sqlite3_errmsg(database) : sqlite3_errstr(code)
        self.init(
            kind: Self.kind(code, systemCode: sqlite3_system_errno(database)), code: code,
            message: text.map { String(cString: $0) } ?? "no message", sql: sql.map { "\($0)" })
    }

    private static func kind(_ code: Int32, systemCode: Int32) -> Kind {
        switch code & 0xFF {
        case SQLITE_FULL: .diskFull
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        // A full disk shows itself as this where it is not the database that can't grow: the index of the
        // log, for instance, or a quota.
        case SQLITE_IOERR where systemCode == ENOSPC || systemCode == EDQUOT: .diskFull
        case SQLITE_CANTOPEN where systemCode == ENOSPC || systemCode == EDQUOT: .diskFull
        case SQLITE_IOERR: code == SQLITE_IOERR | 12 << 8 ? .outOfMemory : .ioFailure
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CONSTRAINT: .constraint(constraint(code >> 8))
        case SQLITE_NOMEM: .outOfMemory
        case SQLITE_CANTOPEN: .cannotOpen
        default: .other
        }
    }

    /// The second byte of an extended code; the macros for them are not visible here.
    private static func constraint(_ detail: Int32) -> Constraint {
        switch detail {
        case 1: .check
        case 3: .foreignKey
        case 5: .notNull
        case 6, 8, 10: .unique
        case 12: .type
        default: .other
        }
    }
}
