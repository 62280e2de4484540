import Bytes
import CSQLite
import Keys
import Operations
import Replica
import RoomModel
import Testing

@testable import SQLite
@testable import Store

extension Connection {
    /// Instructions that SQLite's machine has run for this connection's statements: what they cost, however busy the computer is.
    var machineSteps: Int {
        var sum = 0
        var statement = sqlite3_next_stmt(handle.database, nil)
        while let one = statement {
            sum += Int(sqlite3_stmt_status(one, SQLITE_STMTSTATUS_VM_STEP, 0))
            statement = sqlite3_next_stmt(handle.database, one)
        }
        return sum
    }
}

/// That lists cost what they return, and not what there is.
struct ListCostTests {
    private static let ada = PersonNumber(1)

    /// Somebody's node: rooms with a message and a file each, and one with many messages.
    private struct World {
        let node: LocalWritingTests.Node
        let busy: RoomNumber
        let half: MessageNumber

        var connection: Connection { node.state.log.connection }

        init(rooms: Int, messages: Int = 100) throws {
            node = try LocalWritingTests.Node()
            let node = node
            for number in 0..<rooms {
                let room = try node.found()
                var content = MessageContent(content: "Post \(number)", type: "file")
                content.attachments = [
                    Attachment(hash: Hash(of: [1, UInt8(number & 255)].span), name: "a", type: "b", size: 1)
                ]
                let (payload, now) = (content.encoded, node.now)
                _ = try node.command {
                    try $0.write(LocalDraft(by: Handle("ada")!, .messagePost, payload: payload), in: room, at: now)
                }
                node.now += 1
            }
            let room = try node.found()
            var serials: [Int64] = []
            for start in stride(from: 0, to: messages, by: 100) {
                let now = node.now
                let written = try node.group(
                    (start..<start + 100).map { number in
                        { state in
                            var content = MessageContent(content: "\(number)", type: number % 20 == 0 ? "code" : "text")
                            if number % 10 == 0 {
                                content.attachments = [
                                    Attachment(hash: Hash(of: [1, 0].span), name: "a", type: "b", size: 1)
                                ]
                            }
                            return try state.write(
                                LocalDraft(by: Handle("ada")!, .messagePost, payload: content.encoded), in: room,
                                at: now)
                        }
                    })
                serials += written.compactMap { $0?.serial }
            }
            busy = try #require(try Names.room(room.uuid, on: node.state.log.connection))
            half = MessageNumber(serials[messages / 2])
        }

        func steps(_ body: (Connection) throws -> Void) throws -> Int {
            // Statements are prepared, and know nothing of the last time.
            try body(connection)
            let before = connection.machineSteps
            try body(connection)
            return connection.machineSteps - before
        }
    }

    private static func lists(_ world: World) throws -> [(name: String, steps: Int)] {
        var found: [(String, Int)] = []
        func measure(_ name: String, _ body: (Connection) throws -> Void) throws {
            found.append((name, try world.steps(body)))
        }
        let window = ListWindow(limit: 10)
        for (name, filter) in [
            ("files", AttachmentFilter(for: ada)), ("files of a room", AttachmentFilter(for: ada, in: world.busy)),
            ("pictures", AttachmentFilter(for: ada, kind: .image)),
        ] {
            try measure(name) { _ = try AttachmentList.page(filter, window, on: $0) }
        }
        for (name, type) in [("messages", nil), ("code", "code"), ("texts", "text")] as [(String, String?)] {
            let filter = MessageFilter(in: .room(world.busy), type: type)
            for (place, cursors) in [("newest", MessageCursors()), ("older", MessageCursors(before: world.half))] {
                try measure("\(place) \(name)") {
                    var visitor = Shown()
                    _ = try MessageList.page(filter, cursors, window, to: ada, on: $0, &visitor)
                    #expect(visitor.messages.count == 10)
                }
            }
        }
        try measure("how many messages") {
            let count = try MessageList.count(
                MessageFilter(in: .room(world.busy)), MessageCursors(before: world.half), on: $0)
            #expect(count > 400)
        }
        return found
    }

    @Test func `somebody's rooms cost the same where there are four times as many`() throws {
        let costs = try [70, 280].map { count in
            try World(rooms: count).steps {
                var visitor = Shown()
                try RoomList.page(of: Self.ada, RoomFilter(), ListWindow(limit: 10), on: $0, &visitor)
                #expect(visitor.rooms.count == 10)
            }
        }
        #expect(costs[1] <= costs[0] * 3 / 2)
    }

    @Test func `a list costs the same where there is four times as much`() throws {
        let small = try Self.lists(try World(rooms: 10, messages: 1_000))
        let large = try Self.lists(try World(rooms: 10, messages: 4_000))
        for (one, other) in zip(small, large) {
            #expect(
                other.steps <= one.steps * 3 / 2 + 200, "\(one.name): \(one.steps) steps became \(other.steps)")
        }
    }

    @Test func `a register of a node costs its own people, however many others are in the room`() throws {
        let costs = try [20, 160].map { count in
            let node = try LocalWritingTests.Node()
            let room = try node.found()
            let (elsewhere, now) = (PlannedNode.all[1], node.now)
            let reader = UserID(node: elsewhere.id, handle: Handle("cy")!)
            let others = (0..<count).map { UserID(node: PlannedNode.all[2].id, handle: Handle("m\($0)")!) }
            let written = try node.group(
                ([reader] + others).map { user in
                    { state in
                        try state.write(
                            LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(user, .member)), in: room, at: now)
                    }
                })
            #expect(written.allSatisfy { $0 != nil })
            let post = try node.post("one", in: room)
            let register = try ReceiptRegister(
                room: room, origin: elsewhere.id, certificate: elsewhere.certificates[0].hash, counter: 1,
                readers: [ReceiptRegister.Reader(handle: reader.handle, upTo: post.id)])
            let signed = try SignedRegister(
                register, under: elsewhere.certificates[0], signingWith: elsewhere.keys[0])
            let before = node.state.log.connection.machineSteps
            let isTaken = try node.command { try #require(try $0.room(room)).take(signed, from: nil) }
            #expect(isTaken)
            return node.state.log.connection.machineSteps - before
        }
        #expect(costs[1] <= costs[0] + 100)
    }

    @Test func `rooms are in the same order whichever way they are looked for`() throws {
        let node = try LocalWritingTests.Node()
        let (bo, carl) = (Handle("bo")!, Handle("carl")!)
        for number in 0..<150 {
            node.now += Int64(number * 7_919 % 1_000)
            let (identity, now) = (node.identity, node.now)
            _ = try node.command { state in
                let creation = RoomCreation(name: "\(number)").encoded
                let room = try state.found(LocalDraft(by: Handle("ada")!, .roomCreate, payload: creation), at: now).room
                for (handle, isIn) in [(bo, number % 2 == 0), (carl, number < 70)] where isIn {
                    let user = UserID(node: identity.node, handle: handle)
                    _ = try state.write(
                        LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(user, .member)), in: room, at: now)
                }
            }
        }
        let connection = node.state.log.connection
        for handle in [Handle("ada")!, bo, carl] {
            let person = try #require(
                try PersonTable.number(ofHandle: handle.text, node: nil, on: connection))
            var rows = try connection.statement(
                """
                SELECT v.room FROM room_view v JOIN membership m ON m.room = v.room
                WHERE m.person = ?1 ORDER BY v.activity DESC, v.room DESC
                """)
            rows.bind(1, person)
            var expected: [RoomNumber] = []
            while try rows.step() { expected.append(RoomNumber(rows.int64(0))) }
            for window in [(0, 1), (0, 10), (3, 17), (40, 30), (0, 200)] {
                var visitor = Shown()
                try RoomList.page(
                    of: person, RoomFilter(), ListWindow(limit: window.1, offset: window.0), on: connection, &visitor)
                #expect(
                    visitor.rooms.map(\.number) == Array(expected.dropFirst(window.0).prefix(window.1)), "\(handle)")
            }
        }
    }
}
