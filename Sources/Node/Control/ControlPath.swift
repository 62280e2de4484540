import CLinux
import EventLoop
import Glibc

/// Where the control socket is.
///
/// The path of a Unix socket has room for 107 bytes, and a data folder may lie deeper than that: so the kernel is
/// told the way over the open folder, which is short.
enum ControlPath {
    static func makeSocket() throws(SystemError) -> Descriptor {
        try Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0), "make a socket")
    }

    /// Calls `body`, which binds or connects, with the address as the kernel takes it.
    static func withAddress<Result>(
        in folder: DataFolder, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let opened = try Descriptor(open(folder.path, flags), "open \(folder.path)")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: "/proc/self/fd/\(opened.number)/control".utf8)
        }
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_un.self) }
        let outcome = withUnsafeBytes(of: &storage) { room in
            // The storage is aligned for every address.
            Swift.Result { () throws(SystemError) -> Result in
                try body(
                    room.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return try outcome.get()
    }
}
