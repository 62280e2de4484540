import FaultyDisks
import Testing

@testable import SQLite

struct TransactionTests {
    private let folder = TemporaryFolder()

    @Test func `a transaction stays whole or is gone whole`() throws {
        let connection = try Items.connection(in: folder)
        let result = try connection.transaction { transaction in
            try Items.insert("a", transaction.connection)
            #expect(try Items.committed(folder / "db") == [])
            return 5
        }
        #expect(result == 5)
        #expect(throws: Refused.self) {
            try connection.transaction { _ in
                try Items.insert("b", connection)
                throw Refused()
            }
        }
        #expect(try Items.committed(folder / "db") == ["a"])
    }

    @Test func `a savepoint is undone alone, and within another one too`() throws {
        let connection = try Items.connection(in: folder)
        try connection.transaction { transaction in
            try Items.insert("a", connection)
            try? transaction.savepoint {
                try Items.insert("b", connection)
                throw Refused()
            }
            try transaction.savepoint {
                try Items.insert("c", connection)
                let error = refusal {
                    try transaction.savepoint {
                        try Items.insert("d", connection)
                        try Items.insert("a", connection)
                    }
                }
                #expect(error?.kind == .constraint(.unique))
                try Items.insert("e", connection)
            }
        }
        #expect(try Items.committed(folder / "db") == ["a", "c", "e"])
    }

    /// Fills so much that the cache can't hold it, so that writing fails long before the commit.
    private func fill(_ connection: Connection, _ name: String) throws(SQLiteError) {
        let padding = String(repeating: "x", count: 3_000)
        for number in 0..<1_500 { try Items.insert("\(name) \(number) \(padding)", connection) }
    }

    @Test(arguments: FaultyDisk.Fault.allCases)
    func `what fails in the middle fails to the end, even if it was taken lightly`(fault: FaultyDisk.Fault) throws {
        let disk = try FaultyDisk()
        let connection = try Items.connection(in: folder, disk.options)
        try Items.insert("before", connection)
        let error = refusal {
            try connection.transaction { transaction in
                try Items.insert("a", connection)
                disk.failWrites(fault)
                let inner = refusal { try transaction.savepoint { try fill(connection, "b") } }
                #expect(inner?.kind == fault.kind)
                // The disk is well again, and SQLite alone: this would be a transaction, and commit, of its own.
                disk.mend()
                #expect(refusal { try Items.insert("c", connection) } == inner)
                #expect(refusal { try transaction.connection.execute("DELETE FROM item") } == inner)
                #expect(refusal { try transaction.savepoint {} } == inner)
            }
        }
        #expect(error?.kind == fault.kind)
        #expect(try Items.committed(folder / "db") == ["before"])
        try connection.transaction { _ in try Items.insert("after", connection) }
        #expect(try Items.committed(folder / "db") == ["before", "after"])
        #expect(try connection.problems(.full) == [])
    }

    @Test(arguments: FaultyDisk.Fault.allCases)
    func `a commit that can't be written leaves what was there`(fault: FaultyDisk.Fault) throws {
        let disk = try FaultyDisk()
        let connection = try Items.connection(in: folder, disk.options)
        try Items.insert("before", connection)
        disk.failWrites(fault)
        let error = #expect(throws: SQLiteError.self) {
            try connection.transaction { _ in try Items.insert("a", connection) }
        }
        #expect(error?.kind == fault.kind)
        #expect(try Items.all(connection) == ["before"])
        disk.mend()
        try connection.transaction { _ in try Items.insert("b", connection) }
        #expect(try Items.committed(folder / "db") == ["before", "b"])
    }

    @Test func `a commit that can't be synced did not happen`() throws {
        let disk = try FaultyDisk()
        let connection = try Items.connection(in: folder, disk.options)
        try Items.insert("before", connection)
        disk.failSyncs()
        let error = #expect(throws: SQLiteError.self) {
            try connection.transaction { _ in try Items.insert("a", connection) }
        }
        #expect(error?.kind == .ioFailure)
        disk.mend()
        #expect(try Items.committed(folder / "db") == ["before"])
        try connection.transaction { _ in try Items.insert("b", connection) }
        #expect(try Items.committed(folder / "db") == ["before", "b"])
    }

    @Test func `a disk that can't be read fails the snapshot, and no later one`() throws {
        let disk = try FaultyDisk()
        try Items.insert("a", Items.connection(in: folder))
        let reader = try Connection(folder / "db", .readOnly, disk.options)
        disk.failReads()
        let error = #expect(throws: SQLiteError.self) { try reader.snapshot { try Items.all(reader) } }
        #expect(error?.kind == .ioFailure)
        disk.mend()
        #expect(try reader.snapshot { try Items.all(reader) } == ["a"])
    }

    @Test func `a transaction in a transaction is our own mistake`() async {
        await #expect(processExitsWith: .failure) {
            let folder = TemporaryFolder()
            let connection = try Items.connection(in: folder)
            try connection.transaction { _ in try connection.transaction { _ in } }
        }
    }
}
