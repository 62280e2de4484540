import RoomModel
import SQLite
import Testing

@testable import Store

/// Whoever keeps messages as they were shown is told which of them are still so.
struct KeptMessageTests {
    /// Somebody to whom pages are shown one after the other.
    private struct Keeper: MessageVisitor {
        private(set) var page: [Shown.Message] = []
        private(set) var repeated = 0
        private var shown = Shown()
        private var versions: [MessageNumber: Int64] = [:]
        private var messages: [MessageNumber: Shown.Message] = [:]
        private var version: Int64?

        mutating func begin() {
            page = []
            shown = Shown()
        }

        mutating func sender(ofKept message: MessageNumber, _ version: Int64) -> PersonNumber? {
            versions[message] == version ? messages[message]?.sender : nil
        }

        mutating func kept(_ number: MessageNumber, readByCount: Int, isRead: Bool) {
            guard var message = messages[number] else { return }
            (message.readByCount, message.isRead) = (readByCount, isRead)
            page.append(message)
            repeated += 1
        }

        mutating func message(_ row: borrowing MessageRow) {
            version = row.version
            shown.message(row)
        }

        mutating func endOfMessage() {
            guard let message = shown.messages.last else { return }
            page.append(message)
            (versions[message.number], messages[message.number]) = (version, message)
        }

        func node(of person: PersonNumber) -> Int64? { shown.node(of: person) }
        mutating func person(_ row: borrowing PersonRow) { shown.person(row) }
        mutating func attachment(_ row: AttachmentRow) { shown.attachment(row) }
        mutating func mention(_ person: PersonNumber) { shown.mention(person) }
        mutating func reaction(_ value: Span<UInt8>, count: Int) { shown.reaction(value, count: count) }
    }

    @Test func `a page with messages that were kept is what it is without, whatever happens`() throws {
        var repeated = 0
        for seed in UInt64(1)...60 {
            guard var world = try ViewWorld(seed: seed &+ 9_000, operations: 12...40) else { continue }
            var keeper = Keeper()
            let arrivals = Arrival.all(of: world.plan, &world.random)
            for index in arrivals.indices {
                try world.take(arrivals[index...index])
                if Bool.random(using: &world.random) { try look(at: &world, &keeper, seed) }
                if Bool.random(using: &world.random) { try world.read() }
                if Int.random(in: 0..<4, using: &world.random) == 0 { try judge(in: &world) }
                if Int.random(in: 0..<32, using: &world.random) == 0 { try world.rebuild() }
                try look(at: &world, &keeper, seed)
            }
            repeated += keeper.repeated
        }
        #expect(repeated > 2_000)
    }

    private func look(at world: inout ViewWorld, _ keeper: inout Keeper, _ seed: UInt64) throws {
        guard let number = try world.number else { return }
        let room = RoomNumber(number)
        let viewers = try MembershipTable.localMembers(of: room, on: world.connection) + [PersonNumber(0)]
        guard let viewer = viewers.randomElement(using: &world.random) else { return }
        let window = ListWindow(limit: [3, 50].randomElement(using: &world.random) ?? 50)
        let order = Bool.random(using: &world.random) ? MessageOrder.newestFirst : .oldestFirst
        var fresh = Shown()
        let ends = try MessageList.page(
            MessageFilter(in: .room(room)), MessageCursors(), window, order, to: viewer, on: world.connection, &fresh)
        keeper.begin()
        let keptEnds = try MessageList.page(
            MessageFilter(in: .room(room)), MessageCursors(), window, order, to: viewer, on: world.connection, &keeper)
        #expect(keeper.page == fresh.messages, "seed \(seed)")
        #expect(keptEnds == ends)
    }

    /// The bytes of some file are here.
    private func judge(in world: inout ViewWorld) throws {
        var rows: [AttachmentNumber] = []
        try read("SELECT id FROM attachment", on: world.connection) { rows.append(AttachmentNumber($0.int64(0))) }
        guard let file = rows.randomElement(using: &world.random) else { return }
        let kind = FileJudgement.Kind.allCases.randomElement(using: &world.random) ?? .other
        try world.command { _, transaction in
            try AttachmentList.judge(file, FileJudgement(kind: kind, contentType: "\(kind)"), in: transaction)
        }
    }

    private func read(
        _ sql: StaticString, on connection: Connection, _ body: (borrowing Statement) -> Void
    ) throws {
        var rows = try connection.statement(sql)
        while try rows.step() { body(rows) }
    }
}
