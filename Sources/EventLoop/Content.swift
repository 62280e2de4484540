package import Bytes

/// What is sent as one body: bytes of its own, bytes that others send too, or a part of a file.
package enum Content: Sendable {
    case none
    case bytes([UInt8])
    case shared(SharedBytes)
    /// The kernel sends it.
    case file(OpenFile, offset: UInt64, count: UInt64)

    package var count: UInt64 {
        switch self {
        case .none: 0
        case .bytes(let bytes): UInt64(bytes.count)
        case .shared(let bytes): UInt64(bytes.count)
        case .file(_, _, let count): count
        }
    }
}

extension ByteStream {
    /// Writes a head and what follows it. Small content is copied behind its head and leaves with it.
    package func write(_ head: consuming [UInt8], _ content: Content) {
        switch content {
        case .none:
            write(head)
        case .bytes(let bytes) where bytes.count <= Self.joinedBytesMax:
            head.append(contentsOf: bytes)
            write(head)
        case .bytes(let bytes):
            write(head)
            write(SharedBytes(bytes))
        case .shared(let bytes):
            write(head)
            write(bytes)
        case .file(let file, let offset, let count):
            write(head)
            write(file, offset: offset, count: count)
        }
    }

    package static let joinedBytesMax = 64 * 1_024
}
