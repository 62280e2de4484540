import Glibc

/// The system refused something with a file: what was attempted, and its code for why not.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let action: String
    package let code: Int32

    // The action is put together after the code has been taken: building a text may change `errno`.
    init(_ action: @autoclosure () -> String, code: Int32 = errno) {
        self.action = action()
        self.code = code
    }

    package var description: String { "\(action): \(String(cString: strerror(code)))" }
}

/// What is done with a database's file, and the files beside it, without SQLite.
package enum DatabaseFile {
    /// Makes an empty file that only its owner may read; SQLite gives its log and index the same rights.
    /// One that is there already is left alone, unless it has to be new.
    static func create(_ path: String, exclusively: Bool = false) throws(FileError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (exclusively ? O_EXCL : 0)
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw FileError("create \(path)") }
        close(descriptor)
    }

    /// Nil where there is none.
    static func size(_ path: String) throws(FileError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw FileError("examine \(path)")
        }
        return status.st_size
    }

    /// By the clock as it is now; never negative.
    static func secondsSinceChange(of path: String) throws(FileError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError("examine \(path)") }
        return max(0, time(nil) - status.st_mtim.tv_sec)
    }

    /// Removes a file; that there is none is fine.
    static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove \(path)") }
    }

    /// Gives a file its final name, in the place of one that may be there; survives a power cut.
    static func move(_ path: String, to final: String) throws(FileError) {
        guard rename(path, final) == 0 else { throw FileError("rename \(path)") }
        try sync(folder(of: final))
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    static func sync(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("sync \(path)") }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// Whatever stands in a folder, sorted.
    static func names(in folder: String) throws(FileError) -> [String] {
        guard let entries = opendir(folder) else { throw FileError("read \(folder)") }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.sorted()
    }

    /// What an ordinary user may still write to the file system that holds this file or folder.
    package static func freeBytes(at path: String) throws(FileError) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw FileError("examine the file system of \(path)") }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int(clamping: bytes)
    }
}
