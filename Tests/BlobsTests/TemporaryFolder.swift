import Glibc

/// A folder of a test's own, gone with the object; names are relative to it.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        // In memory where that is possible: every store begins with 260 folders, and no test could see whether a
        // disk keeps what it was told to.
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/parley-blobs-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.removeTree(path)
    }

    static func / (folder: TemporaryFolder, name: String) -> String {
        "\(folder.path)/\(name)"
    }

    /// Every file and link below `name`, as paths from there, sorted.
    func files(in name: String) -> [String] {
        var files: [String] = []
        for entry in Self.names(self / name) {
            let below = "\(name)/\(entry)"
            if kind(below) == S_IFDIR {
                files += self.files(in: below).map { "\(entry)/\($0)" }
            } else {
                files.append(entry)
            }
        }
        return files.sorted()
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let descriptor = open(self / name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "not written: \(errno)")
        close(descriptor)
    }

    /// Nil where nothing is.
    func read(_ name: String) -> [UInt8]? {
        let descriptor = open(self / name, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, Int32(SEEK_END))))
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return count == bytes.count ? bytes : nil
    }

    func status(_ name: String) -> stat {
        var status = stat()
        precondition(lstat(self / name, &status) == 0, "nothing at \(name)")
        return status
    }

    func kind(_ name: String) -> mode_t {
        status(name).st_mode & S_IFMT
    }

    func permissions(_ name: String) -> mode_t {
        status(name).st_mode & 0o777
    }

    /// Sets when a file was last written to.
    func age(_ name: String, milliseconds: Int) {
        let moment = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
        precondition(utimensat(AT_FDCWD, self / name, [moment, moment], 0) == 0, "no other time: \(errno)")
    }

    private static func names(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let offset = MemoryLayout<dirent>.offset(of: \.d_name)!  // a stored property
            names.append(String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)))
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    private static func removeTree(_ path: String) {
        guard unlink(path) != 0 else { return }
        for name in names(path) { removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
