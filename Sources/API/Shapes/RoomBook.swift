import Bytes
import JSON
import Store

/// Rooms as answers of this loop have shown them, in the pieces that are the same for all of their members. Of one thread.
package final class RoomBook {
    struct Entry {
        let mark: RoomGlance.Mark
        /// Up to what is the viewer's own; from there on to the end, or to whether the last message is read; from there on.
        let bytes: [UInt8]
        let headBytes: Int
        let middleBytes: Int
        let last: LastMessage?

        var count: Int { bytes.count }
    }

    struct LastMessage {
        let sender: PersonNumber
        let isReadByOthers: Bool
    }

    private var entries: [RoomNumber: Entry] = [:]
    private var bytes = 0
    private var naming = 0
    private var base = ""

    /// Beyond that it begins anew.
    private static let bytesMax = 4 << 20

    /// Forgets rooms in which people are called otherwise, or whose URLs begin otherwise.
    func open(naming: Int, base: String) {
        guard naming != self.naming || base != self.base || bytes > Self.bytesMax else { return }
        (entries, bytes, self.naming, self.base) = ([:], 0, naming, base)
    }

    func entry(of glance: RoomGlance) -> Entry? {
        guard let entry = entries[glance.room], entry.mark == glance.mark else { return nil }
        return entry
    }

    func keep(_ entry: Entry, of room: RoomNumber) {
        bytes += entry.count
        if let former = entries.updateValue(entry, forKey: room) { bytes -= former.count }
    }
}

/// Where the parts of a room lie that is being written.
struct RoomPlaces {
    let room: RoomNumber
    let mark: RoomGlance.Mark
    let start: Int
    /// The members that are the viewer's own.
    var own = 0..<0
    var last: (isRead: Range<Int>, sender: PersonNumber, isReadByOthers: Bool)?

    init(_ glance: RoomGlance, at start: Int) {
        room = glance.room
        mark = glance.mark
        self.start = start
    }

    func entry(of json: borrowing JSONWriter) -> RoomBook.Entry {
        let end = last?.isRead.lowerBound ?? json.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count - start)
        json.withBytes(start..<own.lowerBound) { bytes.append(copying: $0) }
        json.withBytes(own.upperBound..<end) { bytes.append(copying: $0) }
        if let last { json.withBytes(last.isRead.upperBound..<json.count) { bytes.append(copying: $0) } }
        return RoomBook.Entry(
            mark: mark, bytes: bytes, headBytes: own.lowerBound - start, middleBytes: end - own.upperBound,
            last: last.map { RoomBook.LastMessage(sender: $0.sender, isReadByOthers: $0.isReadByOthers) })
    }
}
