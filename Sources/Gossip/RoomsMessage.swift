import CBOR
import Keys
package import Operations

/// What a node asks of `rooms`: are these ranges the same with you?
package struct RoomsRequest: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let range: RoomRange
        package let fingerprint: RangeFingerprint
    }

    package var items: [Item]

    package init(items: [Item]) {
        self.items = items
    }
}

/// Of the ranges asked, in their order: how many were looked at, and for each of those that differs, parts that
/// make it up without a gap. A range without any is the same.
package struct RoomsAnswer: Equatable, Sendable {
    package enum Item: Equatable, Sendable {
        /// Too many to name: look again at this part.
        case part(RoomRange, RangeFingerprint)
        /// All of the answering node's rooms in this part.
        case list(RoomRange, [Listed])

        var range: RoomRange {
            switch self {
            case .part(let range, _), .list(let range, _): range
            }
        }
    }

    package struct Listed: Hashable, Sendable {
        package let room: RoomID
        package let digest: ShortDigest
    }

    package var answered: Int
    package var items: [Item]

    package init(answered: Int, items: [Item]) {
        self.answered = answered
        self.items = items
    }
}

// Bodies: `[version]` and `[lower, upper | null, count, fingerprint] …`; `[version, answered]` and
// `[0, lower, upper | null, count, fingerprint]` or `[1, lower, upper | null, [room, digest, …]] …`.
extension RoomsRequest {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(GossipLimits.version)
        writer.endArray()
        for item in items {
            writer.beginArray()
            writer.range(item.range)
            writer.fingerprint(item.fingerprint)
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 1)
        items = []
        while !reader.isAtEnd {
            guard items.count < GossipLimits.rangesPerMessageMax else { throw .tooLarge }
            try reader.array(of: 4)
            let range = try reader.range(notBefore: items.last?.range)
            items.append(Item(range: range, fingerprint: try reader.fingerprint()))
        }
        guard !items.isEmpty else { throw .badValue }
    }
}

extension RoomsAnswer {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(GossipLimits.version)
        writer.unsigned(UInt64(answered))
        writer.endArray()
        for item in items {
            writer.beginArray()
            switch item {
            case .part(let range, let fingerprint):
                writer.unsigned(0)
                writer.range(range)
                writer.fingerprint(fingerprint)
            case .list(let range, let rooms):
                writer.unsigned(1)
                writer.range(range)
                writer.beginArray()
                for listed in rooms {
                    writer.bytes(listed.room.bytes)
                    writer.digest(listed.digest)
                }
                writer.endArray()
            }
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 2)
        let answered = try reader.unsigned()
        guard answered <= UInt64(GossipLimits.rangesPerMessageMax) else { throw .tooLarge }
        self.answered = Int(answered)
        items = []
        var roomsLeft = GossipLimits.roomsPerMessageMax
        while !reader.isAtEnd {
            guard items.count < GossipLimits.rangesPerMessageMax * GossipLimits.rangeParts else { throw .tooLarge }
            let count = try reader.array(max: 5)
            let kind = try reader.unsigned()
            switch (kind, count) {
            case (0, 5):
                let range = try reader.range(notBefore: items.last?.range)
                items.append(.part(range, try reader.fingerprint()))
            case (1, 4):
                let range = try reader.range(notBefore: items.last?.range)
                items.append(.list(range, try reader.listed(in: range, roomsLeft: &roomsLeft)))
            case (0...1, _): throw .badValue
            default: throw .unknownItem(kind)
            }
        }
    }
}

extension CBORWriter {
    fileprivate mutating func range(_ range: RoomRange) {
        bound(range.lower)
        if let upper = range.upper { bound(upper) } else { null() }
    }

    /// Without the zeros at its end.
    private mutating func bound(_ room: RoomID) {
        let bytes = room.bytes.array
        self.bytes(Array(bytes.prefix((bytes.lastIndex { $0 != 0 } ?? -1) + 1)))
    }

    fileprivate mutating func fingerprint(_ fingerprint: RangeFingerprint) {
        unsigned(fingerprint.count)
        bytes(fingerprint.bytes)
    }
}

extension BodyReader {
    fileprivate mutating func range(notBefore last: RoomRange?) throws(GossipFault) -> RoomRange {
        let lower = try bound()
        let upper = try takeNull() ? nil : bound()
        let range = RoomRange(lower: lower, upper: upper)
        guard !range.isEmpty else { throw .badValue }
        if let last {
            guard let end = last.upper, end <= lower else { throw .unsorted }
        }
        return range
    }

    private mutating func bound() throws(GossipFault) -> RoomID {
        let bytes = try bytes(max: 32)
        guard bytes.last != 0 else { throw .badValue }
        return RoomID(padding: bytes)
    }

    fileprivate mutating func fingerprint() throws(GossipFault) -> RangeFingerprint {
        let count = try unsigned()
        let bytes = try bytes(max: RangeFingerprint.bytesCount)
        guard bytes.count == RangeFingerprint.bytesCount else { throw .badValue }
        return RangeFingerprint(count: count, bytes: bytes)
    }

    fileprivate mutating func listed(
        in range: RoomRange, roomsLeft: inout Int
    ) throws(GossipFault) -> [RoomsAnswer.Listed] {
        let count = try array(max: 2 * roomsLeft)
        guard count % 2 == 0 else { throw .badValue }
        roomsLeft -= count / 2
        var rooms: [RoomsAnswer.Listed] = []
        for _ in 0..<count / 2 {
            let room = RoomID(try bytes32())
            let digest = try shortDigest()
            if let last = rooms.last, last.room >= room { throw .unsorted }
            guard range.contains(RoomRange(lower: room, upper: range.upper)) else { throw .badValue }
            if let upper = range.upper, room >= upper { throw .badValue }
            rooms.append(RoomsAnswer.Listed(room: room, digest: digest))
        }
        return rooms
    }
}
