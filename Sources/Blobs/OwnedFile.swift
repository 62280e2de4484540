import Glibc

/// An open file and the duty to close it.
struct OwnedFile: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Hands the descriptor over: the caller closes it.
    consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Writes all of it where the file stands.
    func write(_ bytes: Span<UInt8>) throws(BlobError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress! + written, $0.count - written) }
            // A write can only be cut short by a signal or by a disk that is full; then the next one says so.
            guard count >= 0 || errno == EINTR else { throw BlobError("write a blob") }
            written += max(count, 0)
        }
    }

    /// Shows everything from the beginning, in pieces. How many bytes that were.
    @discardableResult
    func readAll(_ body: (Span<UInt8>) -> Void) throws(BlobError) -> UInt64 {
        var room = [UInt8](repeating: 0, count: Self.pieceBytes)
        var offset: UInt64 = 0
        while true {
            let count = room.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, off_t(offset)) }
            if count == 0 { return offset }
            guard count > 0 || errno == EINTR else { throw BlobError("read a blob") }
            guard count > 0 else { continue }
            body(room.span.extracting(0..<count))
            offset += UInt64(count)
        }
    }

    private static let pieceBytes = 64 * 1_024

    func truncate(to size: UInt64) throws(BlobError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw BlobError("truncate a blob") }
    }

    func sync() throws(BlobError) {
        guard fsync(number) == 0 else { throw BlobError("sync a blob") }
    }

    func status() throws(BlobError) -> FileStatus {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw BlobError("examine a blob") }
        return FileStatus(status)
    }
}

/// What the file system says of an entry.
struct FileStatus {
    let isRegular: Bool
    let size: UInt64
    let modifiedMilliseconds: Int64

    init(_ status: stat) {
        isRegular = status.st_mode & S_IFMT == S_IFREG
        size = UInt64(max(status.st_size, 0))
        modifiedMilliseconds = Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    }
}
