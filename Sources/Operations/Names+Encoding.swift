import Bytes
package import CBOR
package import Keys

extension CBORWriter {
    package mutating func bytes32(_ value: Bytes32) {
        value.withSpan { bytes($0) }
    }

    package mutating func signature(_ value: Signature) {
        value.bytes.withSpan { bytes($0) }
    }

    /// `[node, handle]`
    package mutating func user(_ user: UserID) {
        beginArray()
        bytes32(user.node.bytes)
        text(user.handle.text)
        endArray()
    }
}

extension FieldReader {
    mutating func handle(else fault: Fault) throws(Fault) -> Handle {
        guard let handle = Handle(utf8: try utf8()) else { throw fault }
        return handle
    }

    mutating func user(else fault: Fault) throws(Fault) -> UserID {
        try array(of: 2)
        let node = NodeID(try bytes32())
        return UserID(node: node, handle: try handle(else: fault))
    }
}

extension DirectPair {
    /// What the id of their room is the hash of.
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.directPair(self)
        return writer.finish()
    }
}

extension CBORWriter {
    mutating func directPair(_ pair: DirectPair) {
        beginArray()
        user(pair.first)
        user(pair.second)
        endArray()
    }
}
