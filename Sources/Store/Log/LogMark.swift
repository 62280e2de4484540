import Bytes
import Glibc
import Keys
import SQLite

/// A small file beside the database, by which a start knows whether this is the database that was written last, or one that
/// was restored, copied or rolled back. If it isn't, whoever has the later one has operations of ours that we don't, and to write
/// on in our feeds would make two histories: so a new incarnation of the log begins, and with it new epochs.
///
/// It holds a token that the database holds too and that changes with every start, which file that was, and the last serial
/// that was committed. After a crash it may be behind the database, never ahead: it is written after the commit.
final class LogMark {
    private static let magic: [UInt8] = Array("parlmark".utf8)
    private static let byteCount = 48
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw MarkError(action: "open \(path)", code: errno) }
    }

    deinit {
        close(descriptor)
    }

    struct Contents: Equatable {
        var token: [UInt8]
        /// Which file the database is.
        var file: UInt64
        var lastSerial: Int64
        /// The token before, until the database has the new one.
        var formerToken: UInt64
    }

    /// Nil where there is none, or none that can be read.
    func read() -> Contents? {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count, Array(bytes[0..<8]) == Self.magic else {
            return nil
        }
        func number(_ offset: Int) -> UInt64 {
            UInt64(bigEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return Contents(
            token: Array(bytes[8..<24]), file: number(24), lastSerial: Int64(bitPattern: number(32)),
            formerToken: number(40))
    }

    func write(_ contents: Contents, isSynced: Bool) throws {
        var bytes = Self.magic + contents.token
        for number in [contents.file, UInt64(bitPattern: contents.lastSerial), contents.formerToken] {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw MarkError(action: "write the log's mark", code: errno)
        }
        if isSynced, fsync(descriptor) != 0 { throw MarkError(action: "sync the log's mark", code: errno) }
    }

    /// By which the database's file is known while it keeps its place.
    static func file(at path: String) throws -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw MarkError(action: "examine \(path)", code: errno) }
        return UInt64(status.st_ino)
    }
}

struct MarkError: Error, Equatable, CustomStringConvertible {
    let action: String
    let code: Int32

    var description: String { "\(action): \(String(cString: strerror(code)))" }
}
