import Glibc

/// A folder of a test's own, gone with the object.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/parley-loop-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink(self / name) }
        }
        closedir(folder)
        rmdir(path)
    }

    static func / (folder: TemporaryFolder, name: String) -> String {
        "\(folder.path)/\(name)"
    }

    func file(_ name: String, _ bytes: [UInt8]) -> String {
        let descriptor = open(self / name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(write(descriptor, bytes, bytes.count) == bytes.count, "not written: \(errno)")
        close(descriptor)
        return self / name
    }
}
