package import Bytes
package import SQLite

/// Where somebody's pushes go.
package struct Device: Hashable, Sendable {
    package let number: DeviceNumber
    package let person: PersonNumber
    package let endpoint: String
    package let name: String
    package let created: Timestamp
    package let lastSuccess: Timestamp?
    package let lastFailure: Timestamp?
    package let lastError: String?
}

extension Device: CustomStringConvertible {
    // Whoever knows an endpoint can push to it.
    package var description: String { "Device(\(number))" }
}

package enum DeviceTable {
    package static func device(_ number: DeviceNumber, on connection: Connection) throws(SQLiteError) -> Device? {
        var row = try connection.statement(
            """
            SELECT id, person, endpoint, name, created, last_success, last_failure, last_error
            FROM device WHERE id = ?1
            """)
        row.bind(1, number)
        return try row.step() ? device(row) : nil
    }

    package static func device(
        at endpoint: String, of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Device? {
        var row = try connection.statement(
            """
            SELECT id, person, endpoint, name, created, last_success, last_failure, last_error
            FROM device WHERE person = ?1 AND endpoint = ?2
            """)
        row.bind(1, person)
        row.bind(2, endpoint)
        return try row.step() ? device(row) : nil
    }

    /// In the order in which they came. There are few.
    package static func devices(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [Device] {
        var rows = try connection.statement(
            """
            SELECT id, person, endpoint, name, created, last_success, last_failure, last_error
            FROM device WHERE person = ?1 ORDER BY id
            """)
        rows.bind(1, person)
        var devices: [Device] = []
        while try rows.step() { devices.append(device(rows)) }
        return devices
    }

    package static func insert(
        _ endpoint: String, name: String, of person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Device {
        var insert = try transaction.statement(
            "INSERT INTO device (person, endpoint, name, created) VALUES (?1, ?2, ?3, ?4)")
        insert.bind(1, person)
        insert.bind(2, endpoint)
        insert.bind(3, name)
        insert.bind(4, now)
        try insert.run()
        return Device(
            number: DeviceNumber(transaction.connection.lastInsertedRowID), person: person, endpoint: endpoint,
            name: name, created: now, lastSuccess: nil, lastFailure: nil, lastError: nil)
    }

    package static func rename(
        _ number: DeviceNumber, to name: String, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement("UPDATE device SET name = ?2 WHERE id = ?1")
        update.bind(1, number)
        update.bind(2, name)
        try update.run()
    }

    /// How it went. A success leaves what failed last.
    package static func note(
        _ error: String?, on number: DeviceNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update =
            if error == nil {
                try transaction.statement("UPDATE device SET last_success = ?2 WHERE id = ?1 AND ?3 IS NULL")
            } else {
                try transaction.statement("UPDATE device SET last_failure = ?2, last_error = ?3 WHERE id = ?1")
            }
        update.bind(1, number)
        update.bind(2, now)
        update.bind(3, error)
        try update.run()
    }

    package static func remove(_ number: DeviceNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM device WHERE id = ?1")
        delete.bind(1, number)
        try delete.run()
    }

    package static func removeAll(of person: PersonNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM device WHERE person = ?1")
        delete.bind(1, person)
        try delete.run()
    }

    private static func device(_ row: borrowing Statement) -> Device {
        Device(
            number: DeviceNumber(row.int64(0)), person: PersonNumber(row.int64(1)), endpoint: row.string(2),
            name: row.string(3), created: row.moment(4), lastSuccess: row.optionalMoment(5),
            lastFailure: row.optionalMoment(6), lastError: row.optionalString(7))
    }
}
