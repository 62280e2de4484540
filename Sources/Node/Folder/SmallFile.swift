import EventLoop
import Glibc

/// Files that are read and written whole. Symbolic links are not followed.
enum SmallFile {
    /// Nil where there is none.
    static func read(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if number < 0, errno == ENOENT { return nil }
        let file = try Descriptor(number, "open \(path)")
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { room in
                Glibc.read(file.number, room.baseAddress! + filled, room.count - filled)  // room for one byte at least
            }
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw SystemError("read \(path)") }
            filled += max(count, 0)
        }
        guard filled <= bytesMax else { throw SystemError("read \(path)", code: EFBIG) }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// A new file of mode 0600, on the disk when this returns; one that is there already is left alone, and an error.
    static func create(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        try write(bytes, to: path, O_EXCL)
        try syncFolder(of: path)
    }

    /// In the place of one that may be there; after a power cut there is the one or the other.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let new = path + ".new"
        try write(bytes, to: new, O_TRUNC)
        guard rename(new, path) == 0 else { throw SystemError("rename \(new)") }
        try syncFolder(of: path)
    }

    private static func write(_ bytes: [UInt8], to path: String, _ flag: Int32) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flag
        let file = try Descriptor(open(path, flags, 0o600), "create \(path)")
        guard Console.write(bytes, to: file.number), fsync(file.number) == 0 else {
            let error = SystemError("write \(path)")
            unlink(path)
            throw error
        }
    }

    static func syncFolder(of path: String) throws(SystemError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = try Descriptor(open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open \(parent)")
        guard fsync(folder.number) == 0 else { throw SystemError("sync \(parent)") }
    }
}
