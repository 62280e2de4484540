import CFaultyFiles
import CSQLite
import SQLite

/// A disk that has no room for what the database writes, when a test says so.
struct FullDisk: @unchecked Sendable {
    // Unchecked because of the pointer; all that is behind it is atomic.
    private let disk: OpaquePointer

    /// After the library has been used: its first connection configures it.
    init() {
        disk = faulty_disk_make()
    }

    var options: Connection.Options {
        var options = Connection.Options()
        options.fileSystem = String(cString: faulty_disk_name(disk))
        return options
    }

    func fill() { faulty_disk_fail_writes(disk, SQLITE_FULL, 0) }
    func mend() { faulty_disk_fail_writes(disk, 0, 0) }
}
