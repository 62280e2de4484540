import Bytes
import JSON
import Store

/// Rooms as answers of this loop have shown them, in the pieces that are the same for all of their members. Of one thread.
package final class RoomBook {
    struct Entry {
        let mark: RoomGlance.Mark
        /// Up to what is the viewer's own.
        let head: [UInt8]
        /// From there on: to the end, or to whether the last message is read.
        let middle: [UInt8]
        let last: LastMessage?

        var count: Int { head.count + middle.count + (last?.tail.count ?? 0) }
    }

    struct LastMessage {
        let sender: PersonNumber
        let isReadByOthers: Bool
        /// From there on.
        let tail: [UInt8]
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
        func bytes(_ range: Range<Int>) -> [UInt8] { json.withBytes(range) { [UInt8](copying: $0) } }
        return RoomBook.Entry(
            mark: mark, head: bytes(start..<own.lowerBound),
            middle: bytes(own.upperBound..<(last?.isRead.lowerBound ?? json.count)),
            last: last.map { last in
                RoomBook.LastMessage(
                    sender: last.sender, isReadByOthers: last.isReadByOthers,
                    tail: bytes(last.isRead.upperBound..<json.count))
            })
    }
}
