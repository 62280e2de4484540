import Bytes
package import Keys
package import Operations

extension Tag {
    static let cursor = Tag("cursor")
}

/// Where a peer has got to in another node's log. To everybody but the node that made it these are bytes to
/// keep and to give back; equal bytes are the same place.
package struct Cursor: Hashable, Sendable {
    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= GossipLimits.cursorBytesMax else { return nil }
        self.bytes = bytes
    }
}

/// Makes cursors of positions and positions of cursors.
///
/// A bare position would tell every peer how much goes on in rooms it has no part in: it counts all that
/// the node writes. So it is hidden under a secret, by its own keyed hash, differently for each peer. Made of
/// the same position twice it is the same cursor, which is what lets a peer see that a push follows upon
/// what it has. The incarnation of the log is in the key: a cursor of another one is nobody's.
///
/// No check is needed for safety: who forges one chooses where to begin in what it may see anyway.
package struct CursorSeal: Sendable {
    private let secret: Bytes32
    private let incarnation: UInt64

    package init(secret: Bytes32, incarnation: UInt64) {
        self.secret = secret
        self.incarnation = incarnation
    }

    package func cursor(at position: UInt64, for peer: NodeID) -> Cursor {
        let mark = mark(of: position, for: peer)
        return Cursor(bytes: mark.bigEndianBytes + (position ^ mask(under: mark, for: peer)).bigEndianBytes)!
    }

    /// Nil for a cursor of another log, another incarnation or another peer, and for one that is none.
    package func position(of cursor: Cursor, for peer: NodeID) -> UInt64? {
        guard cursor.bytes.count == 16 else { return nil }
        let mark = UInt64(bigEndianBytes: cursor.bytes[..<8])
        let position = UInt64(bigEndianBytes: cursor.bytes[8...]) ^ mask(under: mark, for: peer)
        return self.mark(of: position, for: peer) == mark ? position : nil
    }

    private func mark(of position: UInt64, for peer: NodeID) -> UInt64 { hash(0, position, peer) }
    private func mask(under mark: UInt64, for peer: NodeID) -> UInt64 { hash(1, mark, peer) }

    private func hash(_ use: UInt8, _ value: UInt64, _ peer: NodeID) -> UInt64 {
        var content = secret.array
        content += incarnation.bigEndianBytes
        content += peer.bytes.array
        content.append(use)
        content += value.bigEndianBytes
        return UInt64(bigEndianBytes: Hash(.cursor, of: content.span).bytes.array[..<8])
    }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    fileprivate init(bigEndianBytes bytes: ArraySlice<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
