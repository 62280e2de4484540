import CBOR
package import Operations

/// What has changed since a cursor: `[version, cursor, more]` and then for each room, that with the oldest
/// change first, `[room, digest | null, entries | null, activity]`.
package struct ChangesAnswer: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let room: RoomID
        /// Nil for a room that the one who asks has left.
        package let digest: ShortDigest?
        /// The clock's entries that have changed; nil when they are too many to say.
        package let entries: RoomClock?
        /// The hybrid time of the room's newest operation: which rooms to pull first.
        package let activity: UInt64

        package init(room: RoomID, digest: ShortDigest?, entries: RoomClock?, activity: UInt64) {
            self.room = room
            self.digest = digest
            self.entries = entries
            self.activity = activity
        }
    }

    /// Where to go on from.
    package var cursor: Cursor
    /// There is more: ask again without waiting.
    package var more: Bool
    package var items: [Item]

    package init(cursor: Cursor, more: Bool, items: [Item]) {
        self.cursor = cursor
        self.more = more
        self.items = items
    }
}

extension ChangesAnswer {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.bytes(cursor.bytes)
        writer.bool(more)
        writer.endArray()
        for item in items {
            writer.beginArray()
            writer.bytes(item.room.bytes)
            writer.digest(item.digest)
            if let entries = item.entries { entries.write(to: &writer) } else { writer.null() }
            writer.unsigned(item.activity)
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 3)
        cursor = try reader.cursor()
        more = try reader.bool()
        items = []
        var rooms: Set<RoomID> = []
        while !reader.isAtEnd {
            guard items.count < GossipLimits.changesPerPageMax else { throw .tooLarge }
            try reader.array(of: 4)
            let room = RoomID(try reader.bytes32())
            guard rooms.insert(room).inserted else { throw .unsorted }
            let digest = try reader.digest()
            let entries = try reader.takeNull() ? nil : RoomClock(reading: &reader)
            items.append(Item(room: room, digest: digest, entries: entries, activity: try reader.unsigned()))
        }
    }
}
