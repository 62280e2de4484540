import Keys
package import Operations

extension Tag {
    static let rooms = Tag("rooms")
}

/// Rooms from `lower` on, up to but without `upper`; without an upper end, all that follow.
package struct RoomRange: Hashable, Sendable {
    package let lower: RoomID
    package let upper: RoomID?

    package static let all = RoomRange(lower: RoomID(Bytes32()), upper: nil)

    package init(lower: RoomID, upper: RoomID?) {
        self.lower = lower
        self.upper = upper
    }

    package var isEmpty: Bool { upper.map { $0 <= lower } ?? false }

    func contains(_ range: RoomRange) -> Bool {
        guard range.lower >= lower else { return false }
        guard let upper else { return true }
        return range.upper.map { $0 <= upper } ?? false
    }

    /// Where its rooms lie among `rooms`, which ascend.
    package func slice(of rooms: [RoomDigest]) -> ArraySlice<RoomDigest> {
        let start = rooms.firstIndex(notBefore: lower)
        let end = upper.map { rooms.firstIndex(notBefore: $0) } ?? rooms.count
        return rooms[start..<max(start, end)]
    }

    /// About `parts` ranges that together are this one, with as equal a share of the rooms as can be.
    func split(_ rooms: ArraySlice<RoomDigest>, into parts: Int) -> [RoomRange] {
        let parts = max(1, min(parts, rooms.count))
        var ranges: [RoomRange] = []
        var lower = lower
        for part in 1..<max(parts, 1) {
            let index = rooms.startIndex + part * rooms.count / parts
            let bound = RoomID(shortestBetween: rooms[index - 1].room, and: rooms[index].room)
            ranges.append(RoomRange(lower: lower, upper: bound))
            lower = bound
        }
        ranges.append(RoomRange(lower: lower, upper: upper))
        return ranges
    }
}

/// Of the rooms in a range, how many there are, and a hash of their names and digests.
///
/// 16 bytes: to make two ranges look alike somebody would have to find a collision among rooms of their own,
/// with 2⁶⁴ hashes, and would hide no more than those until the next message in one of them.
package struct RangeFingerprint: Hashable, Sendable {
    package static let bytesCount = 16

    package let count: UInt64
    package let bytes: [UInt8]

    package init(count: UInt64, bytes: [UInt8]) {
        self.count = count
        self.bytes = bytes
    }

    package init(of rooms: ArraySlice<RoomDigest>) {
        count = UInt64(rooms.count)
        var hash = BLAKE2b(.rooms)
        for entry in rooms {
            entry.room.bytes.withSpan { hash.update($0) }
            entry.digest.bytes.withSpan { hash.update($0) }
        }
        bytes = Array(hash.finish().bytes.array.prefix(Self.bytesCount))
    }
}

extension RoomID {
    /// The shortest bound, in bytes before its zeros, that lies above `left` and not above `right`.
    init(shortestBetween left: RoomID, and right: RoomID) {
        let (left, right) = (left.bytes.array, right.bytes.array)
        let common = zip(left, right).prefix { $0 == $1 }.count
        self.init(padding: right.prefix(common + 1))
    }

    /// From up to 32 bytes, filled up with zeros.
    init(padding bytes: some Collection<UInt8>) {
        precondition(bytes.count <= Bytes32.count, "an id has 32 bytes")
        let padded = Array(bytes) + [UInt8](repeating: 0, count: Bytes32.count - bytes.count)
        self.init(Bytes32(padded.span)!)  // 32 of them, as was just made sure
    }
}

extension [RoomDigest] {
    fileprivate func firstIndex(notBefore room: RoomID) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].room < room { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
