/// One step from a schema to the next. A released one is history: it never changes.
package struct Migration: Sendable {
    package let version: Int32
    let run: @Sendable (borrowing Transaction) throws -> Void

    package init(version: Int32, sql: StaticString) {
        self.version = version
        run = { try $0.connection.execute(sql) }
    }

    package init(version: Int32, _ run: @escaping @Sendable (borrowing Transaction) throws -> Void) {
        self.version = version
        self.run = run
    }
}

/// Why a file is not opened. It was left as it is.
package enum SchemaFault: Error, Equatable, CustomStringConvertible {
    case newer(found: Int32, known: Int32)
    /// Another program's database, or none at all (nil).
    case foreign(applicationID: Int32?)
    /// There is a log, and no database that it belongs to.
    case databaseLost(log: String)
    /// A migration leaves rows that refer to nothing; it was undone.
    case brokenReferences([String])
    /// The copy that is made before a migration, and the migration itself, would not fit.
    case noRoom(bytesNeeded: Int, bytesFree: Int)

    package var description: String {
        switch self {
        case .newer(let found, let known):
            "the database has schema \(found), and this program knows only up to \(known): "
                + "start the newer program, or restore a backup"
        case .foreign(nil): "the file is not an SQLite database"
        case .foreign(let id?): "the database belongs to another program (application id \(id))"
        case .databaseLost(let log): "there is no database, but a log of one: \(log)"
        case .brokenReferences(let rows): "after the migration rows refer to nothing: \(rows.joined(separator: ", "))"
        case .noRoom(let needed, let free): "a migration needs \(needed) free bytes, and there are \(free)"
        }
    }
}

/// All schemas a program's database has ever had, as the steps between them, and what is done at its start to
/// bring a file to the last of them.
///
/// All pending steps are one transaction: a file has its old schema or the new one. Before it, the whole file
/// is copied beside itself, `name.schema-3` when it had schema 3. The copy stays until somebody who can tell
/// says that the new file is good, and goes then, because it holds what has been erased since. A crash at any
/// point leaves the old file, with or without a copy that the next start replaces, or the new file and a copy
/// that waits for its verdict.
package struct Schema: Sendable {
    package let applicationID: Int32
    package let migrations: [Migration]

    package init(applicationID: Int32, migrations: [Migration]) {
        precondition(applicationID != 0, "0 is what files have that belong to nobody")
        precondition(!migrations.isEmpty)
        for (index, migration) in migrations.enumerated() {
            precondition(migration.version == Int32(index + 1), "the steps are numbered from 1, without a gap")
        }
        self.applicationID = applicationID
        self.migrations = migrations
    }

    package var version: Int32 { Int32(migrations.count) }

    package enum Outcome: Equatable, Sendable {
        case created
        case unchanged
        case migrated(from: Int32)
    }

    /// Makes the database or brings it to the last schema. Nobody else has it open meanwhile.
    package func prepare(databaseAt path: String, _ options: Connection.Options = .init()) throws -> Outcome {
        let found = try check(path)
        try DatabaseFile.remove(Self.copy(of: path, version: found) + ".part")
        if found == version { return .unchanged }
        let connection = try Connection(path, .create, options)
        if found == 0 {
            try DatabaseFile.sync(DatabaseFile.folder(of: path))
        } else {
            try copy(connection, at: path, version: found)
        }
        do {
            try migrate(connection, from: found)
        } catch let error as SQLiteError where error.kind == .ioFailure {
            // What a failing disk makes of a commit is seen at the next start; the copy stays.
            throw error
        } catch {
            // The file is what it was, and the copy no longer of use.
            if found != 0 { try? DatabaseFile.remove(Self.copy(of: path, version: found)) }
            throw error
        }
        return found == 0 ? .created : .migrated(from: found)
    }

    /// The schema that the file has; 0 where there is none yet. Throws for a file that is not ours to change.
    private func check(_ path: String) throws -> Int32 {
        guard let header = try DatabaseHeader(ofDatabaseAt: path) else { return 0 }
        // A creation that was cut short leaves one page that says nothing.
        if header.applicationID == 0, header.schemaVersion == 0, header.pages <= 1 { return 0 }
        guard header.applicationID == applicationID else {
            throw SchemaFault.foreign(applicationID: header.applicationID)
        }
        guard header.schemaVersion <= version else {
            throw SchemaFault.newer(found: header.schemaVersion, known: version)
        }
        guard header.schemaVersion > 0 else { throw SchemaFault.foreign(applicationID: applicationID) }
        return header.schemaVersion
    }

    private func copy(_ connection: Connection, at path: String, version: Int32) throws {
        // One that is there was made for an attempt that came to nothing.
        try DatabaseFile.remove(Self.copy(of: path, version: version))
        try connection.checkpoint(.truncate)
        // The copy, and a log that may come to hold every page once more.
        let needed = try (DatabaseFile.size(path) ?? 0) * 2
        let free = try DatabaseFile.freeBytes(at: path)
        guard free >= needed else { throw SchemaFault.noRoom(bytesNeeded: needed, bytesFree: free) }
        try connection.backUp(to: Self.copy(of: path, version: version))
    }

    private func migrate(_ connection: Connection, from found: Int32) throws {
        // To make a table anew, the references to it must be allowed to hang for a while, and that can only be
        // said outside of a transaction. Indexes of large tables are sorted in files.
        try connection.execute("PRAGMA foreign_keys = OFF")
        try connection.execute("PRAGMA temp_store = FILE")
        try connection.transaction { transaction in
            for migration in migrations where migration.version > found { try migration.run(transaction) }
            try connection.handle.execute(numbers: "PRAGMA application_id = \(applicationID)")
            try connection.handle.execute(numbers: "PRAGMA user_version = \(version)")
            let broken = try connection.brokenReferences(atMost: 5)
            guard broken.isEmpty else { throw SchemaFault.brokenReferences(broken) }
        }
        try connection.checkpoint(.truncate)
    }

    // MARK: Copies

    /// The copies of what the database was before its migrations, which wait for somebody's verdict.
    package static func copies(besideDatabaseAt path: String) throws -> [String] {
        let folder = DatabaseFile.folder(of: path)
        let prefix = DatabaseFile.name(of: path) + ".schema-"
        return try DatabaseFile.names(in: folder).filter { name in
            name.hasPrefix(prefix) && Int32(name.dropFirst(prefix.count)) != nil
        }.map { "\(folder)/\($0)" }
    }

    /// The verdict: the database is good. Copies of before so long go.
    package static func removeCopies(besideDatabaseAt path: String, olderThanSeconds seconds: Int = 0) throws {
        let old = try copies(besideDatabaseAt: path).filter { try DatabaseFile.secondsSinceChange(of: $0) >= seconds }
        guard !old.isEmpty else { return }
        for copy in old { try DatabaseFile.remove(copy) }
        try DatabaseFile.sync(DatabaseFile.folder(of: path))
    }

    private static func copy(of path: String, version: Int32) -> String {
        "\(path).schema-\(version)"
    }
}
