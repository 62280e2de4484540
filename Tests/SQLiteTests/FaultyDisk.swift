import CFaultyFiles
import CSQLite

@testable import SQLite

/// A disk that does what a test tells it.
struct FaultyDisk: @unchecked Sendable {
    // Unchecked because of the pointer; all that is behind it is atomic.
    private let disk: OpaquePointer

    init() throws {
        // The library is configured before anybody uses it.
        try SQLiteLibrary.start()
        disk = faulty_disk_make()
    }

    var options: Connection.Options {
        var options = Connection.Options()
        options.fileSystem = String(cString: faulty_disk_name(disk))
        return options
    }

    enum Fault: CaseIterable {
        case full
        case failing

        var code: Int32 {
            switch self {
            case .full: SQLITE_FULL
            case .failing: SQLITE_IOERR | 3 << 8
            }
        }

        var kind: SQLiteError.Kind {
            switch self {
            case .full: .diskFull
            case .failing: .ioFailure
            }
        }
    }

    func failWrites(_ fault: Fault, after writes: Int32 = 0) { faulty_disk_fail_writes(disk, fault.code, writes) }
    func failSyncs() { faulty_disk_fail_syncs(disk, SQLITE_IOERR | 4 << 8) }
    func failReads() { faulty_disk_fail_reads(disk, SQLITE_IOERR | 1 << 8) }

    func mend() {
        faulty_disk_fail_writes(disk, 0, 0)
        faulty_disk_fail_syncs(disk, 0)
        faulty_disk_fail_reads(disk, 0)
    }

    func keepSynced() { faulty_disk_keep_synced(disk) }

    var writes: Int { Int(faulty_disk_writes(disk)) }
    var logSyncs: Int { Int(faulty_disk_log_syncs(disk)) }
    var databaseSyncs: Int { Int(faulty_disk_database_syncs(disk)) }
}
