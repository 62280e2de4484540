import Glibc
package import Keys

/// Why a blob could not be stored or read.
package enum BlobError: Error, Equatable, Sendable {
    // What came is not what was agreed on.

    /// More bytes than the limit.
    case tooLarge(bytesMax: UInt64)
    case sizeMismatch(expected: UInt64, found: UInt64)
    case hashMismatch(expected: Hash, found: Hash)

    // Not now.

    /// The same blob is being fetched by another `PartialBlob`.
    case beingFetched
    /// Another `BlobStore`, mostly one of another process, has this folder open.
    case inUse

    // The machine is in trouble.

    /// The file system, a quota or a limit of the process has no room for more.
    case noRoom
    /// Anything else the kernel refused: what was attempted, and its code.
    case system(action: String, code: Int32)

    // The action is put together after the code has been taken: building a text may change `errno`.
    init(_ action: @autoclosure () -> String, code: Int32 = errno) {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: self = .noRoom
        default: self = .system(action: action(), code: code)
        }
    }
}
