import Glibc

/// A file below `/proc`, which has no size and is made as it is read.
enum ProcessFile {
    /// Its text; nil where it can't be read, as when its process has ended.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &room, room.count)
            guard count >= 0 else { return nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: room[..<count])
        }
    }

    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func numbers(in directory: String) -> [Int32] {
        names(in: directory).compactMap { Int32($0) }
    }

    static func link(_ path: String) -> String? {
        var room = [UInt8](repeating: 0, count: 4_096)
        let count = room.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count >= 0 ? String(decoding: room[..<count], as: UTF8.self) : nil
    }

    /// The fields of `/proc/PID/stat` behind the program's name, which may hold anything: the state first.
    static func status(_ pid: Int32) -> [Substring]? {
        guard let text = text("/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: name)...].split { $0 == " " || $0 == "\n" }
    }
}
