import API
import JSON
import Operations
import SQLite
import Store

/// What it costs to show what the store has: the CPU of this process, over many rounds.
struct StoreReading {
    enum Figure: CaseIterable {
        case newest, asJSON, kept, before, between, unread, rooms, common, rare

        var words: String {
            switch self {
            case .newest: "newest 50 messages"
            case .asJSON: "the same as JSON"
            case .kept: "and as a loop keeps it"
            case .before: "50 before another"
            case .between: "how many before it"
            case .unread: "unread in 100 rooms"
            case .rooms: "20 of 100 rooms"
            case .common: "newest 20 with a common word"
            case .rare: "20 with a rare word"
            }
        }
    }

    private let reader: Reader
    private let room: RoomNumber
    private let person: PersonNumber
    private let anchors: [MessageNumber]
    // As each loop has them.
    private let people = PeopleBook()
    private let messages = MessageBook()

    init(_ path: String, _ room: RoomID, _ handle: Handle, messages: Int) throws {
        reader = Reader(path, StoreBenchmark.options)
        (self.room, person, anchors) = try reader.read { connection in
            guard let number = try Names.room(room.uuid, on: connection),
                let person = try PersonTable.number(ofHandle: handle.text, node: nil, on: connection)
            else { throw LoadFailed(description: "the room or its reader is not there") }
            return (number, person, try Self.anchors(in: number, on: connection))
        }
    }

    /// Messages from all over the room, in an order that never comes back to the same pages.
    private static func anchors(in room: RoomNumber, on connection: Connection) throws -> [MessageNumber] {
        let last = try UnreadRuns.newest(on: connection).value
        var anchors: [MessageNumber] = []
        for round in 1...Int64(200) {
            var row = try connection.statement(
                "SELECT serial FROM message WHERE room = ?1 AND serial >= ?2 AND flags & 1 AND flags & 10 LIMIT 1")
            row.bind(1, room.value)
            row.bind(2, last * (round * 127 % 199) / 200)
            if try row.step() { anchors.append(MessageNumber(row.int64(0))) }
        }
        return anchors
    }

    func cost(of figure: Figure) throws -> Double {
        let rounds = figure == .newest || figure == .asJSON || figure == .kept || figure == .unread ? 2_000 : 200
        return try reader.read { connection in
            for round in 0..<rounds / 10 { try show(figure, round, on: connection) }
            let before = CPUTime.own()
            for round in 0..<rounds { try show(figure, round, on: connection) }
            return (CPUTime.own() - before).total / Double(rounds)
        }
    }

    private func show(_ figure: Figure, _ round: Int, on connection: Connection) throws {
        var visitor = Bytes()
        let filter = MessageFilter(in: .room(room))
        let cursors = MessageCursors(before: anchors[round % anchors.count])
        switch figure {
        case .newest:
            _ = try MessageList.page(
                filter, MessageCursors(), ListWindow(limit: 50), to: person, on: connection, &visitor)
        case .asJSON:
            try write(filter, on: connection, ShapeWriter(JSONWriter(), for: person, base: Self.base))
        case .kept:
            let naming = try Store.People.version(on: connection)
            people.open(naming: naming)
            messages.open(naming: naming, base: Self.base)
            try write(
                filter, on: connection,
                ShapeWriter(JSONWriter(), for: person, base: Self.base, people: people, messages: messages))
        case .before:
            _ = try MessageList.page(filter, cursors, ListWindow(limit: 50), to: person, on: connection, &visitor)
        case .between: _ = try MessageList.count(filter, cursors, on: connection)
        case .unread: _ = try Readings.unreadTotal(of: person, on: connection)
        case .rooms: try RoomList.page(of: person, RoomFilter(), ListWindow(limit: 20), on: connection, &visitor)
        case .common: try search(Self.common, on: connection, &visitor)
        case .rare: try search(Self.rare, on: connection, &visitor)
        }
    }

    private static let base = "http://localhost"

    private func write(_ filter: MessageFilter, on connection: Connection, _ writer: consuming ShapeWriter) throws {
        var shapes = writer
        shapes.json.beginArray()
        _ = try MessageList.page(
            filter, MessageCursors(), ListWindow(limit: 50), to: person, on: connection, &shapes)
        shapes.json.endArray()
    }

    private func search(_ words: String, on connection: Connection, _ visitor: inout Bytes) throws {
        _ = try MessageList.page(
            MessageFilter(in: .all(of: person), search: "\(words) "), MessageCursors(), ListWindow(limit: 20),
            to: person,
            on: connection, &visitor)
    }

    /// Takes everything in, and writes nothing of it down but whom it was shown.
    private struct Bytes: RoomVisitor {
        var count = 0
        private var nodes: [PersonNumber: Int64] = [:]

        mutating func person(_ row: borrowing PersonRow) {
            count &+= row.name.count
            nodes[row.number] = row.node
        }

        func node(of person: PersonNumber) -> Int64? { nodes[person] }

        mutating func message(_ row: borrowing MessageRow) {
            count &+= Int(truncatingIfNeeded: row.number.value) &+ row.content.count
        }

        mutating func attachment(_ row: AttachmentRow) { count &+= row.name.utf8.count }
        mutating func mention(_ person: PersonNumber) { count &+= 1 }
        mutating func reaction(_ value: Span<UInt8>, count: Int) { self.count &+= count }
        mutating func endOfMessage() {}
        mutating func takes(_ glance: RoomGlance) -> Bool { false }
        mutating func room(_ row: borrowing RoomRow) { count &+= row.name.count }
        mutating func participant(_ person: PersonNumber) { count &+= 1 }
        mutating func endOfRoom() {}
    }
}
