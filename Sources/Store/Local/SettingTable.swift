import Bytes
package import SQLite

/// What the node remembers about itself, by name.
package enum SettingTable {
    package static func value(of key: StaticString, on connection: Connection) throws(SQLiteError) -> [UInt8]? {
        var row = try connection.statement("SELECT value FROM setting WHERE key = ?1")
        row.bind(1, "\(key)")
        return try row.step() ? [UInt8](copying: row.bytes(0)) : nil
    }

    /// Nil removes it.
    package static func set(
        _ key: StaticString, to value: [UInt8]?, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard let value else {
            var delete = try transaction.statement("DELETE FROM setting WHERE key = ?1")
            delete.bind(1, "\(key)")
            return try delete.run()
        }
        var set = try transaction.statement(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")
        set.bind(1, "\(key)")
        set.bind(2, copying: value.span)
        try set.run()
    }
}
