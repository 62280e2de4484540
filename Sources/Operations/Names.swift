package import Bytes
package import Keys

/// A node: the hash of its first working key and its recovery key, the same for ever.
package struct NodeID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bytes: Bytes32

    package init(_ bytes: Bytes32) {
        self.bytes = bytes
    }

    package init(firstKey: PublicKey, recoveryKey: PublicKey) {
        let keys = firstKey.bytes.array + recoveryKey.bytes.array
        bytes = Hash(.node, of: keys.span).bytes
    }

    package static func < (left: NodeID, right: NodeID) -> Bool { left.bytes < right.bytes }
    package var description: String { bytes.description }
}

package struct OperationID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bytes: Bytes32

    package init(_ bytes: Bytes32) {
        self.bytes = bytes
    }

    package init(ofHeader header: Span<UInt8>) {
        bytes = Hash(.operation, of: header).bytes
    }

    package static func < (left: OperationID, right: OperationID) -> Bool { left.bytes < right.bytes }
    package var description: String { bytes.description }

    /// What clients call the message that this operation posts.
    package var uuid: UUID { bytes.version8 }

    /// What clients call a file of that message. One that it has several times is told apart by how often it came before.
    package func uuid(ofFile blob: Hash, repetition: Int) -> UUID {
        let bytes = self.bytes.array + blob.bytes.array + [UInt8(clamping: repetition)]
        return Hash(.attachment, of: bytes.span).bytes.version8
    }
}

package struct RoomID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bytes: Bytes32

    package init(_ bytes: Bytes32) {
        self.bytes = bytes
    }

    /// A group is named by the operation that founds it.
    package init(group genesis: OperationID) {
        bytes = genesis.bytes
    }

    package init(direct pair: DirectPair) {
        bytes = Hash(.direct, of: pair.encoded.span).bytes
    }

    /// The room in which one node alone writes, about its users.
    package init(directoryOf node: NodeID) {
        bytes = node.bytes.withSpan { Hash(.directory, of: $0) }.bytes
    }

    package static func < (left: RoomID, right: RoomID) -> Bool { left.bytes < right.bytes }
    package var description: String { bytes.description }
    package var uuid: UUID { bytes.version8 }
}

/// The name of a user within their node: 1 to 64 of `a-z 0-9 . _ -`. The empty one is the node itself.
package struct Handle: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    package static let node = Handle(unchecked: "")

    package init?(_ text: String) {
        self.init(utf8: text.utf8.span)
    }

    /// Nil for the empty text as well, which is nobody's name.
    package init?(utf8: Span<UInt8>) {
        guard utf8.count >= 1, utf8.count <= Limits.handleBytesMax else { return nil }
        for index in 0..<utf8.count {
            switch utf8[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                continue
            default:
                return nil
            }
        }
        text = utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    private init(unchecked text: String) {
        self.text = text
    }

    package var isNode: Bool { text.isEmpty }
    package static func < (left: Handle, right: Handle) -> Bool { left.text < right.text }
    package var description: String { text }
}

package struct UserID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let node: NodeID
    package let handle: Handle

    package init(node: NodeID, handle: Handle) {
        self.node = node
        self.handle = handle
    }

    package var uuid: UUID {
        let bytes = node.bytes.array + Array(handle.text.utf8)
        return Hash(.user, of: bytes.span).bytes.version8
    }

    package static func < (left: UserID, right: UserID) -> Bool {
        left.node == right.node ? left.handle < right.handle : left.node < right.node
    }

    package var description: String { "\(handle)@\(node)" }
}

package enum Role: String, Sendable, CaseIterable {
    case admin
    case member
}

/// The two of a direct room, in their order. Both may be the same person: their notes to themselves.
package struct DirectPair: Hashable, Sendable {
    package let first: UserID
    package let second: UserID

    package init(_ one: UserID, _ other: UserID) {
        (first, second) = one <= other ? (one, other) : (other, one)
    }

    package func contains(_ user: UserID) -> Bool { user == first || user == second }
}

extension Bytes32 {
    fileprivate var version8: UUID {
        withSpan { UUID(version8: $0)! }  // 32 bytes are enough for one
    }
}
