import Glibc

/// A page of Spec, as it lies beside the tests.
enum SpecPage {
    /// Empty where there is none.
    static func text(_ name: String) -> String {
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let descriptor = open("/\(folder)/Spec/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            count = max(0, pread(descriptor, room.baseAddress, size, 0))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
