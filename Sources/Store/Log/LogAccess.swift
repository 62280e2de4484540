import Keys
import Operations
import SQLite

/// The numbers of what comes into the log, in order.
final class Serials {
    private let connection: Connection
    private var known: Int64 = 0
    /// False until the file is asked, and after what it says may have changed.
    var isKnown = false

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// The last one given.
    func last() throws -> Int64 {
        if !isKnown {
            known = try read()
            isKnown = true
        }
        return known
    }

    func next() throws -> Int64 {
        known = try last() + 1
        return known
    }

    /// What has a serial is replaced by something with a later one, and never removed: so the last one is there, or it is the floor
    /// (`RestoredNumbers`).
    private func read() throws -> Int64 {
        var row = try connection.statement(
            """
            SELECT max(coalesce((SELECT max(serial) FROM operation), 0), coalesce((SELECT max(serial) FROM announced), 0),
                coalesce((SELECT max(serial) FROM register), 0), coalesce((SELECT max(serial) FROM fork), 0),
                coalesce((SELECT max(number) FROM text), 0), (SELECT floor FROM log WHERE id = 1))
            """)
        return try row.step() ? row.int64(0) : 0
    }
}

/// What all rooms of one connection share. Of one thread.
final class LogAccess {
    let connection: Connection
    let failure = StoreFailure()
    let names: NameCache
    let recent = RecentOperations()
    let pending = PendingChanges()
    let serials: Serials
    let filedMessages: Filing
    let filedIDs: Filing
    let storage: StorageCount
    var knownCertificates: Set<Hash> = []
    var certificates: [Int64: Certificate] = [:]

    init(_ connection: Connection) throws {
        self.connection = connection
        names = NameCache(connection)
        serials = Serials(connection)
        filedMessages = .messages(connection)
        filedIDs = .ids(connection)
        storage = StorageCount(connection)
    }

    /// What memory says of the file still holds, and there is more.
    func othersHaveWritten() {
        serials.isKnown = false
    }

    /// Nothing that memory says of the file need hold any more.
    func forget() {
        names.forget()
        recent.forget()
        knownCertificates = []
        certificates = [:]
        failure.forget()
        serials.isKnown = false
        filedMessages.forget()
        filedIDs.forget()
        storage.forget()
    }
}
