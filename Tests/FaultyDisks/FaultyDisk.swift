import CFaultyFiles
import CSQLite
package import SQLite

/// A disk that does what a test tells it.
package struct FaultyDisk: @unchecked Sendable {
    // Unchecked because of the pointer; all that is behind it is atomic.
    private let disk: OpaquePointer

    package init() throws {
        // The library is configured before anybody uses it.
        try SQLiteLibrary.start()
        disk = faulty_disk_make()
    }

    package var options: Connection.Options {
        var options = Connection.Options()
        options.fileSystem = String(cString: faulty_disk_name(disk))
        return options
    }

    package enum Fault: CaseIterable, Sendable {
        case full
        case failing

        package var code: Int32 {
            switch self {
            case .full: SQLITE_FULL
            case .failing: SQLITE_IOERR | 3 << 8
            }
        }

        package var kind: SQLiteError.Kind {
            switch self {
            case .full: .diskFull
            case .failing: .ioFailure
            }
        }
    }

    package func failWrites(_ fault: Fault, after writes: Int32 = 0) {
        faulty_disk_fail_writes(disk, fault.code, writes)
    }

    package func failSyncs() { faulty_disk_fail_syncs(disk, SQLITE_IOERR | 4 << 8) }
    package func failReads() { faulty_disk_fail_reads(disk, SQLITE_IOERR | 1 << 8) }

    package func mend() {
        faulty_disk_fail_writes(disk, 0, 0)
        faulty_disk_fail_syncs(disk, 0)
        faulty_disk_fail_reads(disk, 0)
    }

    package func keepSynced() { faulty_disk_keep_synced(disk) }

    package var writes: Int { Int(faulty_disk_writes(disk)) }
    package var logSyncs: Int { Int(faulty_disk_log_syncs(disk)) }
    package var databaseSyncs: Int { Int(faulty_disk_database_syncs(disk)) }
}
