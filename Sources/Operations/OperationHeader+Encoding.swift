import Bytes
import CBOR
import Keys

// `[version, room, origin, epoch, seq, prev, deps, time, author, kind, target, payload_hash, payload_size]`

extension OperationHeader {
    /// Reads and checks a header as it was received. `id` is not computed here.
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.headerBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.versionedArray(of: 13)
        let room = try reader.takeNull() ? nil : RoomID(try reader.bytes32())
        let origin = NodeID(try reader.bytes32())
        let epochStart = reader.position
        let epoch = try reader.unsigned()
        let epochEnd = reader.position
        let seq = try reader.unsigned()
        let previous = try reader.bytes32()
        let dependencies = try reader.dependencies()
        guard let time = HybridTime(try reader.unsigned()) else { throw .badTime }
        let author = try reader.author()
        guard let kind = OperationKind(utf8: try reader.utf8()) else { throw .badKind }
        let target = try reader.target()
        let payload = try reader.payloadReference()
        try reader.finish()
        self.init(
            room: room, origin: origin, epoch: epoch, seq: seq, previous: previous, dependencies: dependencies,
            time: time, author: author, kind: kind, target: target, payload: payload)
        try check(isDirectory: isInDirectory)
        if seq == 0 {
            guard epoch == Self.epoch(ofFirst: bytes, at: epochStart..<epochEnd) else { throw .wrongEpoch }
        }
    }

    package var encoded: [UInt8] {
        var writer = HeadWriter(bytes: [])
        writer.bytes.reserveCapacity(256)
        encode(with: &writer)
        return writer.bytes
    }

    func encode(with writer: inout HeadWriter) {
        encodeFeed(with: &writer)
        encodeRest(with: &writer)
    }

    /// What is the same in all headers of a feed, save the one that founds a group.
    func encodeFeed(with writer: inout HeadWriter) {
        writer.head(.array, 13)
        writer.unsigned(1)
        if let room { writer.bytes32(room.bytes) } else { writer.null() }
        writer.bytes32(origin.bytes)
        writer.unsigned(epoch)
    }

    func encodeRest(with writer: inout HeadWriter) {
        writer.unsigned(seq)
        writer.bytes32(previous)
        writer.dependencies(dependencies)
        writer.unsigned(time.value)
        writer.text(author.text)
        writer.text(kind.name)
        writer.target(target)
        if let payload {
            writer.bytes32(payload.hash.bytes)
            writer.unsigned(UInt64(payload.size))
        } else {
            writer.null()
            writer.unsigned(0)
        }
    }

    /// A feed is named by its first operation: the epoch is the beginning of a hash of that one's header,
    /// with 0 where the epoch itself stands.
    static func epoch(ofFirst header: Span<UInt8>, at epoch: Range<Int>) -> UInt64 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.count)
        bytes.append(header.extracting(0..<epoch.lowerBound))
        bytes.append(0)
        bytes.append(header.extracting(epoch.upperBound..<header.count))
        return Self.epoch(ofFirst: bytes.span)
    }

    /// The same from a header that has 0 there already.
    static func epoch(ofFirst header: Span<UInt8>) -> UInt64 {
        Hash(.epoch, of: header).bytes.withSpan { hash in
            UInt64(bigEndian: hash.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
        }
    }
}

extension FieldReader<OperationFault> {
    mutating func dependencies() throws(OperationFault) -> [OperationID] {
        let count = try arrayHeader(countMax: Limits.dependenciesMax, else: .tooManyDependencies)
        guard count > 0 else { return [] }
        var dependencies: [OperationID] = []
        dependencies.reserveCapacity(count)
        for _ in 0..<count { dependencies.append(OperationID(try bytes32())) }
        return dependencies
    }

    mutating func author() throws(OperationFault) -> Handle {
        try Handle(author: try utf8())
    }

    /// null | id | `[node, handle]` | `[node, handle, role]`
    mutating func target() throws(OperationFault) -> OperationTarget {
        switch try nextType() {
        case .null:
            _ = try takeNull()
            return .none
        case .bytes:
            return .operation(OperationID(try bytes32()))
        case .array:
            let count = try arrayHeader(countMax: 3, else: .badTarget)
            guard count >= 2 else { throw .badTarget }
            let node = NodeID(try bytes32())
            let user = UserID(node: node, handle: try handle(else: .badHandle))
            guard count == 3 else { return .user(user) }
            let role = try utf8()
            guard let role = Role(utf8: role) else { throw .badTarget }
            return .grant(user, role)
        case .unsigned, .negative, .text, .map, .tag, .bool, .float, .simple:
            throw .badTarget
        }
    }

    /// Two items: hash and size, or null and 0.
    mutating func payloadReference() throws(OperationFault) -> PayloadReference? {
        let hash = try takeNull() ? nil : try hash()
        let size = try unsigned()
        guard let hash else {
            guard size == 0 else { throw .badPayloadSize }
            return nil
        }
        guard size >= 1, size <= UInt64(Limits.payloadBytesMax) else { throw .badPayloadSize }
        return PayloadReference(hash: hash, size: Int(size))
    }
}

extension Handle {
    /// Of a user, or the empty one of the node itself.
    init(author utf8: Span<UInt8>) throws(OperationFault) {
        if utf8.count == 0 {
            self = .node
        } else if let handle = Handle(utf8: utf8) {
            self = handle
        } else {
            throw .badHandle
        }
    }
}

extension Role {
    init?(utf8: Span<UInt8>) {
        self.init(rawValue: utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
    }
}
