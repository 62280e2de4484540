import Glibc
import Keys

/// A blob that is open for reading. It can be read to its end even if it is removed meanwhile.
package struct BlobFile: ~Copyable, Sendable {
    /// Open for reading only, and close-on-exec.
    package let descriptor: Int32
    package let size: UInt64

    init(_ file: consuming OwnedFile, _ hash: Hash) throws(BlobError) {
        let status = try file.status()
        guard status.isRegular else { throw BlobError("open the blob \(hash)", code: EISDIR) }
        descriptor = file.release()
        size = status.size
    }

    deinit {
        close(descriptor)
    }

    /// Up to `count` bytes from `offset` on: fewer where the blob ends, none behind its end.
    package func read(at offset: UInt64, count: Int) throws(BlobError) -> [UInt8] {
        guard offset < size, count > 0 else { return [] }
        let wanted = Int(min(UInt64(count), size - offset))
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { room, filled in
            while filled < wanted {
                let target = room.baseAddress! + filled  // not empty
                let count = pread(descriptor, target, wanted - filled, off_t(offset) + off_t(filled))
                if count == 0 { return }
                if count < 0 && errno != EINTR {
                    code = errno
                    return
                }
                filled += max(count, 0)
            }
        }
        guard code == 0 else { throw BlobError("read a blob", code: code) }
        return bytes
    }

    /// Hands the descriptor over: the caller closes it.
    package consuming func release() -> Int32 {
        let number = descriptor
        discard self
        return number
    }
}
