import EventLoop
import Glibc
import SQLite

/// What can be told of a database at once, whatever its size.
enum DatabaseCheck {
    /// Below this a start could not even write down that it happened.
    private static let freeBytesMin = 4 << 20

    static func requireRoom(in folder: DataFolder) throws {
        let free = try DatabaseFile.freeBytes(at: folder.path)
        guard free >= freeBytesMin else {
            throw NodeFault("\(folder.path): the disk is full (\(free) bytes are free)")
        }
    }

    /// A file that was cut is known by its length: it is shorter than its own head says. Not where the write-ahead log
    /// holds anything: when its pages are put into the file, the head may come first, and SQLite goes on from there.
    /// All pages are looked at by `verify`.
    static func requireWhole(_ folder: DataFolder) throws {
        var log = stat()
        if stat(folder.database + "-wal", &log) == 0, log.st_size > 0 { return }
        let file = try Descriptor(open(folder.database, O_RDONLY | O_CLOEXEC), "open \(folder.database)")
        var head = [UInt8](repeating: 0, count: 100)
        var status = stat()
        guard fstat(file.number, &status) == 0, pread(file.number, &head, head.count, 0) == head.count else {
            throw NodeFault("\(folder.database) is cut short: restore a backup")
        }
        // The database file format, section 1.3: the page's size, and how many there are.
        let size = Int(head[16]) << 8 | Int(head[17])
        let pages = head[28..<32].reduce(0) { $0 << 8 | Int($1) }
        guard Int(status.st_size) >= pages * (size == 1 ? 65_536 : size) else {
            throw NodeFault("\(folder.database) is cut short: restore a backup")
        }
    }
}
