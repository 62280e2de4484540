import EventLoop
import Glibc

/// A directory of our own, gone with this object.
final class TemporaryDirectory: Sendable {
    let path: String

    /// In `parent`, or where temporary files lie here.
    init(in parent: String? = nil) throws(SystemError) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(parent)/parley-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("make a directory in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws(SystemError) {
        let file = "\(path)/\(name)"
        let descriptor = try Descriptor(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644), "create \(file)")
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw SystemError("write \(file)") }
    }

    func remove() {
        Self.remove(path)
    }

    deinit {
        remove()
    }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in ProcessFile.names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
