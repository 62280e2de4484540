import Bytes
import JSON
import Store

/// Messages as answers of this loop have shown them last, in the pieces that are the same for all who see them. Of one thread.
package final class MessageBook {
    struct Entry {
        /// That of the room.
        let version: Int64
        let sender: PersonNumber
        /// Up to who has read it, and from there on.
        let bytes: [UInt8]
        let headBytes: Int
        /// In which answer it was shown last.
        var used = 0

        /// With what stands around it in memory.
        fileprivate var weight: Int { bytes.count + 128 }
    }

    private var entries: [MessageNumber: Entry] = [:]
    private(set) var weight = 0
    private var answer = 0
    private var naming = 0
    private var base = ""
    private let bytesMax: Int

    /// There is room for the newest pages of some twenty rooms.
    package init(bytesMax: Int = 1 << 20) {
        self.bytesMax = bytesMax
    }

    var count: Int { entries.count }

    /// For another answer. Forgets everything where people are called otherwise, or URLs begin otherwise.
    package func open(naming: Int, base: String) {
        answer += 1
        guard naming != self.naming || base != self.base else { return }
        (entries, weight, self.naming, self.base) = ([:], 0, naming, base)
    }

    func entry(of message: MessageNumber) -> Entry? { entries[message] }

    /// Who sent it, if it was shown when its room had the same version, and will be shown again.
    func sender(of message: MessageNumber, _ version: Int64) -> PersonNumber? {
        guard let place = entries.index(forKey: message), entries.values[place].version == version else { return nil }
        entries.values[place].used = answer
        return entries.values[place].sender
    }

    func keep(_ entry: Entry, of message: MessageNumber) {
        var entry = entry
        entry.used = answer
        weight += entry.weight
        if let former = entries.updateValue(entry, forKey: message) { weight -= former.weight }
        if weight > bytesMax { forgetOld() }
    }

    /// Half of them at once, so that it is seldom done.
    private func forgetOld() {
        let used = entries.values.map(\.used).sorted()
        let middle = used[used.count / 2]
        entries = entries.filter { $0.value.used > middle }
        weight = entries.values.reduce(0) { $0 + $1.weight }
    }
}

/// Where the parts of a message lie that is being written.
struct MessagePlaces {
    let message: MessageNumber
    let version: Int64
    let sender: PersonNumber
    let start: Int
    /// The members that say who has read it.
    let reading: Range<Int>

    func entry(of json: borrowing JSONWriter) -> MessageBook.Entry {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count - start - reading.count)
        json.withBytes(start..<reading.lowerBound) { bytes.append(copying: $0) }
        json.withBytes(reading.upperBound..<json.count) { bytes.append(copying: $0) }
        return MessageBook.Entry(
            version: version, sender: sender, bytes: bytes, headBytes: reading.lowerBound - start)
    }
}
