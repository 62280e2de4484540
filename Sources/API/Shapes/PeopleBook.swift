import Bytes
import JSON
import Store

/// A `UserDetail` for everybody whom answers name, written once. Of one thread; it may last for many answers, each of
/// which opens it anew.
package final class PeopleBook {
    private typealias Entry = (node: Int64, place: Range<Int>)

    private var json = JSONWriter()
    private var entries: [PersonNumber: Entry] = [:]
    /// Who was asked for last is mostly written next.
    private var last: (person: PersonNumber, entry: Entry)?
    /// That of the names in it.
    private var version = 0

    /// Beyond that it begins anew.
    private static let bytesMax = 1 << 20

    package init() {
        json.beginArray()
    }

    /// Forgets what is not so any more in the state of the database that is read; `current` is the version of its names.
    package func open(naming current: Int) {
        guard current != version || json.count > Self.bytesMax else { return }
        entries = [:]
        last = nil
        json = JSONWriter()
        json.beginArray()
        version = current
    }

    func node(of person: PersonNumber) -> Int64? {
        entry(of: person)?.node
    }

    private func entry(of person: PersonNumber) -> Entry? {
        if let last, last.person == person { return last.entry }
        guard let entry = entries[person] else { return nil }
        last = (person, entry)
        return entry
    }

    func add(_ row: borrowing PersonRow) {
        let start = json.count
        json.object {
            $0.member("id", row.number)
            $0.member("uuid", row.uuid)
            $0.key("address")
            if row.nodeName.isEmpty {
                $0.string(row.handle)
            } else {
                $0.string(row.handle, at: row.nodeName)
            }
            $0.key("display_name")
            $0.string(row.name)
        }
        entries[row.number] = (row.node, start..<json.count)
        last = nil
    }

    func write(_ person: PersonNumber, to other: inout JSONWriter) {
        guard let place = entry(of: person)?.place else { preconditionFailure("who is named was shown before") }
        json.withBytes(place) { other.raw(element: $0) }
    }
}

extension JSONWriter {
    /// Other values than a closure can write, since it would have to hold what lies in a row.
    mutating func string(_ handle: Span<UInt8>, at node: Span<UInt8>) {
        var address: [UInt8] = []
        address.reserveCapacity(handle.count + node.count + 1)
        address.append(copying: handle)
        address.append(UInt8(ascii: "@"))
        address.append(copying: node)
        string(address.span)
    }
}
