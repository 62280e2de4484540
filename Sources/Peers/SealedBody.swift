import Bytes
import Keys
package import Operations

/// A body that only one node can read, for a path on which others listen:
///
///     version (1 byte: 1) ‖ box with the stream's key (80) ‖ the stream's header (24) ‖ chunk ‖ chunk …
///
/// Open, the chunks are the content's length (8 bytes, the highest first), the content, and zeros up to a padded size.
/// The first has 256 bytes, so that the length is known at once; each other 65,536, the last what remains.
package enum SealedBody {
    package static let contentType = "application/vnd.parley.sealed"
    package static let openingBytes = 1 + SealedStream.openingBytes
    static let version: UInt8 = 1
    static let firstChunkBytes = 256
    static let chunkBytes = 65_536
    static let lengthBytes = 8
    /// Far beyond all that is sent, and far below where sums overflow.
    package static let contentBytesEnd = 1 << 50

    /// The length, the content and the padding together (Padmé of PURBs, section 4): of the number's binary form only
    /// as many leading digits may be other than zero as its logarithm has. At most an eighth more, and
    /// contents of up to 4 MiB have 320 sizes.
    package static func paddedBytes(contentBytes: Int) -> Int {
        let bytes = max(contentBytes + lengthBytes, firstChunkBytes)
        let exponent = Int.bitWidth - 1 - bytes.leadingZeroBitCount
        let kept = Int.bitWidth - exponent.leadingZeroBitCount
        let mask = (1 << (exponent - kept)) - 1
        return (bytes + mask) & ~mask
    }

    /// All that is sent for a content of so many bytes.
    package static func sealedBytes(contentBytes: Int) -> Int {
        let padded = paddedBytes(contentBytes: contentBytes)
        let chunks = 1 + (padded - firstChunkBytes + chunkBytes - 1) / chunkBytes
        return openingBytes + padded + chunks * SealedStream.overhead
    }
}

/// Between whom a body goes, and what it answers. Not sent: both ends know it. Else somebody could take the sealed body
/// of another for their own, and have it answered.
package struct SealContext: Equatable, Sendable {
    let bytes: [UInt8]

    package init(requestFrom sender: NodeID, to receiver: NodeID) {
        bytes = sender.bytes.array + receiver.bytes.array + [UInt8](repeating: 0, count: 32)
    }

    /// - Parameter opening: of the sealed request; nil where that was not sealed.
    package init(answerFrom sender: NodeID, to receiver: NodeID, requestOpening opening: [UInt8]?) {
        let opening = opening ?? []
        let request = Hash(.seal, of: opening.span)
        bytes = sender.bytes.array + receiver.bytes.array + request.bytes.array
    }
}

/// Why a sealed body was refused. The other side is told `seal`, and not which of these.
package enum SealedBodyFault: Error, Equatable, Sendable {
    case unknownVersion(UInt8)
    /// Not sealed to this key, between these nodes, for this request; or altered, or out of order.
    case broken
    /// An answer with another beginning than the one that was signed.
    case anotherOpening
    case tooLarge
    /// A length that can't be, or other padding than there must be.
    case badPadding
    case truncated
    case trailingBytes

    package static let code = "seal"
}
