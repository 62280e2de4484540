import CBOR
package import Keys
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
        package var digest: Hash?

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

/// `[version]` and then for each room of the push, in its order, `[room, null]` where nothing was taken, because
/// nothing more can be staged for the sender, or `[room, entries, digest | null, [id, code, …]]`.
package struct PushAnswer: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let room: RoomID
        /// Nil where there is no room for it now.
        package let taken: Taken?

        package init(room: RoomID, taken: Taken?) {
            self.room = room
            self.taken = taken
        }
    }

    package struct Taken: Equatable, Sendable {
        /// The receiver's clock in the feeds that were pushed or announced.
        package let entries: RoomClock
        /// Of the receiver's whole clock; nil for a sender that has left, or for which the room is staged.
        package let digest: Hash?
        package let refusals: [Refusal]

        package init(entries: RoomClock, digest: Hash?, refusals: [Refusal]) {
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

    package var items: [Item]

    package init(items: [Item]) {
        self.items = items
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
            writer.hash(item.digest)
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
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.endArray()
        for item in items {
            writer.beginArray()
            writer.bytes(item.room.bytes)
            if let taken = item.taken {
                taken.entries.write(to: &writer)
                writer.hash(taken.digest)
                writer.beginArray()
                for refusal in taken.refusals {
                    writer.bytes(refusal.id.bytes)
                    writer.text(refusal.code)
                }
                writer.endArray()
            } else {
                writer.null()
            }
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 1)
        items = []
        while !reader.isAtEnd {
            guard items.count < GossipLimits.roomsPerPushMax else { throw .tooLarge }
            items.append(try Item(reading: &reader))
        }
    }
}

extension PushAnswer.Item {
    fileprivate init(reading reader: inout BodyReader) throws(GossipFault) {
        let count = try reader.array(max: 4)
        room = RoomID(try reader.bytes32())
        if count == 2 {
            guard try reader.takeNull() else { throw .badValue }
            taken = nil
            return
        }
        guard count == 4 else { throw .badValue }
        let entries = try RoomClock(reading: &reader)
        let digest = try reader.digest()
        var refusals: [PushAnswer.Refusal] = []
        let members = try reader.array(max: 2 * GossipLimits.refusalsMax)
        guard members % 2 == 0 else { throw .badValue }
        for _ in 0..<members / 2 {
            let id = OperationID(try reader.bytes32())
            refusals.append(PushAnswer.Refusal(id: id, code: try reader.text(max: GossipLimits.codeBytesMax)))
        }
        taken = PushAnswer.Taken(entries: entries, digest: digest, refusals: refusals)
    }
}
