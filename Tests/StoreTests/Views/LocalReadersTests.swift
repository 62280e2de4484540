import Bytes
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// What others are told that people here have read.
struct LocalReadersTests {
    private let node: LocalWritingTests.Node
    private let room: RoomID
    private let number: RoomNumber
    private var elsewhere = Elsewhere()
    /// Of the grant that lets somebody elsewhere in.
    private let welcome: WrittenOperation

    init() throws {
        node = try LocalWritingTests.Node()
        room = try node.found()
        number = try #require(try Names.room(room.uuid, on: node.state.log.connection))
        let (user, room, now) = (elsewhere.user, room, node.now)
        welcome = try node.command {
            try $0.write(LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(user, .member)), in: room, at: now)
        }
    }

    private var connection: Connection { node.state.log.connection }
    private var readers: [ReceiptRegister.Reader] {
        get throws { try LocalReaders.readers(of: number, on: connection) }
    }

    private func readAll() throws {
        _ = try connection.transaction {
            try Readings.markAll(in: number, by: PersonNumber(1), at: Timestamp(milliseconds: 5), in: $0)
        }
    }

    private func read(_ message: OperationID) throws {
        let message = try #require(try Names.message(message.uuid, on: connection))
        let isNew = try connection.transaction {
            try Readings.mark(message, in: number, by: PersonNumber(1), at: Timestamp(milliseconds: 5), in: $0)
        }
        #expect(isNew == true)
    }

    /// Later than the grant, and earlier than all that is written here from now on.
    private func early(_ ticks: UInt64) -> HybridTime { HybridTime(welcome.time.value + ticks)! }

    @Test func `who has read nothing is not named, and who has is with the last in canonical order`() throws {
        _ = try node.post("one", in: room)
        let two = try node.post("two", in: room)
        #expect(try readers == [])
        try readAll()
        _ = try node.post("three", in: room)
        #expect(try readers == [ReceiptRegister.Reader(handle: Handle("ada")!, upTo: two.id, exceptions: [])])
    }

    @Test mutating func `what came late, and stands before what was read, is told as not read`() throws {
        let last = try node.post("last", in: room)
        try readAll()
        let late = try elsewhere.post("late", in: room, after: [welcome.id], at: early(1))
        _ = try elsewhere.arrive([late], at: node)
        #expect(try readers == [ReceiptRegister.Reader(handle: Handle("ada")!, upTo: last.id, exceptions: [late.id])])
        try read(late.id)
        #expect(try readers == [ReceiptRegister.Reader(handle: Handle("ada")!, upTo: last.id, exceptions: [])])
    }

    @Test mutating func `what is read by itself is told as such where it stands behind the rest`() throws {
        let one = try elsewhere.post("one", in: room, after: [welcome.id], at: early(1))
        let two = try elsewhere.post("two", in: room, at: early(2))
        let three = try elsewhere.post("three", in: room, at: early(3))
        _ = try elsewhere.arrive([one, two, three], at: node)
        try read(two.id)
        #expect(try readers == [ReceiptRegister.Reader(handle: Handle("ada")!, upTo: nil, exceptions: [two.id])])
        try readAll()
        #expect(try readers == [ReceiptRegister.Reader(handle: Handle("ada")!, upTo: three.id, exceptions: [])])
    }

    @Test mutating func `of more exceptions than a register may hold the newest are told`() throws {
        var posts: [Operation] = []
        for tick in 1...UInt64(Limits.exceptionsMax + 3) {
            posts.append(
                try elsewhere.post("\(tick)", in: room, after: tick == 1 ? [welcome.id] : [], at: early(tick)))
        }
        _ = try elsewhere.arrive(posts, at: node)
        for post in posts { try read(post.id) }
        #expect(try readers.map(\.exceptions) == [posts.suffix(Limits.exceptionsMax).map(\.id).sorted()])
    }

    @Test func `rooms with news wait in their order, until they were told`() throws {
        let other = try node.found()
        let second = try #require(try Names.room(other.uuid, on: connection))
        for room in [room, other] { _ = try node.post("one", in: room) }
        #expect(try LocalReaders.rooms(limit: 9, on: connection) == [])
        for number in [second, number, second] {
            _ = try connection.transaction {
                try Readings.markAll(in: number, by: PersonNumber(1), at: Timestamp(milliseconds: 5), in: $0)
            }
        }
        var waiting = try LocalReaders.rooms(limit: 9, on: connection)
        #expect(waiting == [second, number])
        waiting = try LocalReaders.rooms(limit: 1, on: connection)
        #expect(waiting == [second])
        try connection.transaction { try LocalReaders.told(second, in: $0) }
        waiting = try LocalReaders.rooms(limit: 9, on: connection)
        #expect(waiting == [number])
    }
}

/// What is told as having happened, and what as having been so before.
struct RoomEventTests {
    @Test func `what came before anybody here was in is history, and what comes after is not`() throws {
        let node = try LocalWritingTests.Node()
        var elsewhere = Elsewhere()
        let ada = UserID(node: node.identity.node, handle: Handle("ada")!)
        func time(_ tick: Int64) -> HybridTime { HybridTime(milliseconds: node.now - 1_000 + tick) }
        let genesis = try elsewhere.found(at: time(1))
        let before = try elsewhere.post("before", in: genesis.room, at: time(2))
        let grant = try elsewhere.add(ada, in: genesis.room, at: time(3))
        let after = try elsewhere.post("after", in: genesis.room, at: time(4))
        let events = try elsewhere.arrive([genesis, before, grant, after], at: node)
        let appeared = events.filter { if case .appeared = $0.kind { true } else { false } }
        #expect(appeared.map(\.isHistory) == [true, false])
        #expect(events.allSatisfy { !$0.isLocal })
        // That they are in is news, to them as well.
        let joined = events.filter { if case .member(_, .joined, _) = $0.kind { true } else { false } }
        #expect(joined.last?.isHistory == false)
        let later = try elsewhere.post("later", in: genesis.room, at: time(5))
        #expect(try elsewhere.arrive([later], at: node).map(\.isHistory) == [false])
    }

    @Test func `what is written here is never history`() throws {
        let node = try LocalWritingTests.Node()
        let state = node.state
        let events = try state.log.connection.transaction { transaction in
            state.commandBegins()
            let draft = LocalDraft(by: Handle("ada")!, .roomCreate, payload: RoomCreation(name: "Harbour").encoded)
            let room = try state.found(draft, at: node.now).room
            _ = try state.write(.post("one"), in: room, at: node.now)
            return try state.derive(at: Timestamp(milliseconds: node.now), in: transaction)
        }
        #expect(events.count > 1 && events.allSatisfy { $0.isLocal && !$0.isHistory })
    }
}
