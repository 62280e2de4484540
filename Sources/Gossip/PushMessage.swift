import CBOR
package import Operations

/// New operations of many rooms, as they are committed. `[version, since | null, through]` and then for each
/// room, once,
///
///     [room, told, runs, registers, proofs, announced, digest | null]
///
/// runs, registers and proofs as byte strings.
package struct PushRequest: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package var room: RoomID
        /// Who else gets the same from the sender at this moment, so that it need not be passed on to them.
        package var told: [NodeID] = []
        package var runs: [[UInt8]] = []
        package var registers: [[UInt8]] = []
        package var proofs: [[UInt8]] = []
        /// What there is and is not sent: to be pulled by whoever lacks it.
        package var announced = RoomClock()
        /// Of the sender's clock after this; nil for somebody who has left.
        package var digest: ShortDigest?

        package init(room: RoomID) {
            self.room = room
        }
    }

    /// This is all that the sender's log has for the receiver between these two; without `since`, or where
    /// the receiver's cursor is another, it is not known to be all.
    package var since: Cursor?
    package var through: Cursor
    package var items: [Item]

    package init(since: Cursor?, through: Cursor, items: [Item]) {
        self.since = since
        self.through = through
        self.items = items
    }
}

/// No bytes where all rooms of the push are agreed on; else `[version]` and then for each of them, in its order, `null` where
/// nothing was taken, because nothing more can be staged for the sender, `true` where both have the same now, or
/// `[entries, digest | null, [id, code, …]]`.
package struct PushAnswer: Equatable, Sendable {
    package enum Item: Equatable, Sendable {
        /// There is no room for it now.
        case turnedAway
        /// The receiver's clock is the one of which the push showed the digest; so all of it is taken.
        case agreed
        case taken(Taken)

        /// - Parameter digest: what the push shows.
        package init(_ taken: Taken, to digest: ShortDigest?) {
            let isAgreed = digest != nil && taken.digest == digest && taken.refusals.isEmpty
            self = isAgreed ? .agreed : .taken(taken)
        }
    }

    package struct Taken: Equatable, Sendable {
        /// The receiver's clock in the feeds that were pushed or announced.
        package let entries: RoomClock
        /// Of the receiver's whole clock; nil for a sender that has left, or for which the room is staged.
        package let digest: ShortDigest?
        package let refusals: [Refusal]

        package init(entries: RoomClock, digest: ShortDigest?, refusals: [Refusal]) {
            self.entries = entries
            self.digest = digest
            self.refusals = refusals
        }
    }

    package struct Refusal: Equatable, Sendable {
        package let id: OperationID
        package let code: String

        package init(id: OperationID, code: String) {
            self.id = id
            self.code = code
        }
    }

    /// None where all are agreed on.
    package let items: [Item]

    package init(items: [Item]) {
        self.items = items.allSatisfy { $0 == .agreed } ? [] : items
    }

    /// One for each room of the push; nil where there are more or fewer.
    func items(for rooms: Int) -> [Item]? {
        if items.isEmpty { return Array(repeating: .agreed, count: rooms) }
        return items.count == rooms ? items : nil
    }
}

extension PushRequest {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        if let since { writer.bytes(since.bytes) } else { writer.null() }
        writer.bytes(through.bytes)
        writer.endArray()
        for item in items {
            writer.beginArray()
            writer.bytes(item.room.bytes)
            writer.beginArray()
            for node in item.told { writer.bytes(node.bytes) }
            writer.endArray()
            writer.encodedItems(item.runs)
            writer.encodedItems(item.registers)
            writer.encodedItems(item.proofs)
            item.announced.write(to: &writer)
            writer.digest(item.digest)
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 3, bytesMax: GossipLimits.bodyBytesEnd)
        since = try reader.takeNull() ? nil : reader.cursor()
        through = try reader.cursor()
        items = []
        var rooms: Set<RoomID> = []
        while !reader.isAtEnd {
            guard items.count < GossipLimits.roomsPerPushMax else { throw .tooLarge }
            let item = try Item(reading: &reader)
            guard rooms.insert(item.room).inserted else { throw .unsorted }
            items.append(item)
        }
    }
}

extension PushRequest.Item {
    fileprivate init(reading reader: inout BodyReader) throws(GossipFault) {
        try reader.array(of: 7)
        room = RoomID(try reader.bytes32())
        for _ in 0..<(try reader.array(max: GossipLimits.toldMax)) { told.append(NodeID(try reader.bytes32())) }
        let count = GossipLimits.partsPerRoomMax
        runs = try reader.encodedItems(countMax: count, bytesMax: Limits.runBytesMax)
        registers = try reader.encodedItems(countMax: count, bytesMax: GossipLimits.signedRegisterBytesMax)
        proofs = try reader.encodedItems(countMax: count, bytesMax: Limits.forkProofBytesMax)
        announced = try RoomClock(reading: &reader)
        digest = try reader.digest()
    }
}

extension PushAnswer {
    package var encoded: [UInt8] {
        guard !items.isEmpty else { return [] }
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.endArray()
        for item in items {
            switch item {
            case .turnedAway: writer.null()
            case .agreed: writer.bool(true)
            case .taken(let taken):
                writer.beginArray()
                taken.entries.write(to: &writer)
                writer.digest(taken.digest)
                writer.beginArray()
                for refusal in taken.refusals {
                    writer.bytes(refusal.id.bytes)
                    writer.text(refusal.code)
                }
                writer.endArray()
                writer.endArray()
            }
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        guard !reader.isAtEnd else {
            items = []
            return
        }
        try reader.opening(of: 1)
        var items: [Item] = []
        while !reader.isAtEnd {
            guard items.count < GossipLimits.roomsPerPushMax else { throw .tooLarge }
            items.append(try Item(reading: &reader))
        }
        // That has a shorter writing.
        guard items.contains(where: { $0 != .agreed }) else { throw .badValue }
        self.items = items
    }
}

extension PushAnswer.Item {
    fileprivate init(reading reader: inout BodyReader) throws(GossipFault) {
        if try reader.takeNull() {
            self = .turnedAway
            return
        }
        if try reader.takeTrue() {
            self = .agreed
            return
        }
        try reader.array(of: 3)
        let entries = try RoomClock(reading: &reader)
        let digest = try reader.digest()
        var refusals: [PushAnswer.Refusal] = []
        let members = try reader.array(max: 2 * GossipLimits.refusalsMax)
        guard members % 2 == 0 else { throw .badValue }
        for _ in 0..<members / 2 {
            let id = OperationID(try reader.bytes32())
            refusals.append(PushAnswer.Refusal(id: id, code: try reader.text(max: GossipLimits.codeBytesMax)))
        }
        self = .taken(PushAnswer.Taken(entries: entries, digest: digest, refusals: refusals))
    }
}
