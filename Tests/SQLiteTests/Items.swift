@testable import SQLite

/// The table that these tests write to.
enum Items {
    static let schema = Schema(
        applicationID: 0x5041_524C,
        migrations: [
            Migration(
                version: 1,
                sql: """
                    CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT
                    """)
        ])

    /// A new database, open for writing.
    static func connection(in folder: TemporaryFolder, _ options: Connection.Options = .init()) throws -> Connection {
        _ = try schema.prepare(databaseAt: folder / "db", options)
        return try Connection(folder / "db", .readWrite, options)
    }

    static func insert(_ body: String, _ connection: Connection) throws(SQLiteError) {
        var insert = try connection.statement("INSERT INTO item (body) VALUES (?1)")
        insert.bind(1, body)
        try insert.run()
    }

    static func all(_ connection: Connection) throws(SQLiteError) -> [String] {
        var rows = try connection.statement("SELECT body FROM item ORDER BY id")
        var bodies: [String] = []
        while try rows.step() { bodies.append(rows.string(0)) }
        return bodies
    }

    /// What another connection sees.
    static func committed(_ path: String) throws -> [String] {
        try all(Connection(path, .readOnly))
    }
}

struct Refused: Error, Equatable {
    var why = "by the command itself"
}

/// What SQLite says to `body`; nil when it agrees. (`#expect` does not nest.)
func refusal<Result>(_ body: () throws -> Result) -> SQLiteError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? SQLiteError
    }
}
