import EventLoop
import Glibc

/// The folder that holds a node, and what lies where in it.
struct DataFolder: Sendable {
    let path: String

    var database: String { "\(path)/parley.db" }
    var key: String { "\(path)/node.key" }
    var configuration: String { "\(path)/parley.conf" }
    var reactions: String { "\(path)/reaction_list.json" }
    var control: String { "\(path)/control" }
    var lock: String { "\(path)/lock" }
    var blobs: String { "\(path)/blobs" }

    /// What copies of the database are called while they are made.
    static let copyPrefix = "backup-"

    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether there is such a folder.
    var exists: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a node was begun in it. The key comes first of all that a first start makes and keeps.
    var holdsNode: Bool { access(key, F_OK) == 0 }

    /// Makes the folder, unless it is there, for its owner alone.
    func make() throws(SystemError) {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST, exists { return }
            throw SystemError("make the folder \(path)")
        }
        try SmallFile.syncFolder(of: path)
    }

    /// What is in it, save what nobody would miss.
    func contents() throws(SystemError) -> [String] {
        guard let entries = opendir(path) else { throw SystemError("read \(path)") }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            // Through the pointer: the field is declared longer than an entry is.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name)!  // a stored property
            let name = String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if ![".", "..", "lock"].contains(name) { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes what a program that was killed left half done.
    func removeLeftovers() throws(SystemError) {
        // Of a key that was to be replaced when the power went.
        unlink(key + ".new")
        for name in try contents() where name.hasPrefix(Self.copyPrefix) { unlink("\(path)/\(name)") }
    }

    /// Removes all that a restoring made, as far as that goes.
    func clear() {
        for name in (try? contents()) ?? [] where name != "blobs" { unlink("\(path)/\(name)") }
        for folder in (try? DataFolder(blobs).contents()) ?? [] {
            let inner = DataFolder("\(blobs)/\(folder)")
            for name in (try? inner.contents()) ?? [] { unlink("\(inner.path)/\(name)") }
            rmdir(inner.path)
        }
        rmdir(blobs)
        unlink(lock)
    }
}
