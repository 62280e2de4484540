import Bytes
import Keys
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// What this node writes for its own people.
struct LocalWritingTests {
    /// A node with a database, started.
    final class Node {
        let folder: DatabaseFolder
        let identity: NodeIdentity
        private var open: LogState?
        var state: LogState { open! }  // until it is closed
        private(set) var start: LogStart
        private var connection: Connection { state.log.connection }
        var now: Int64 = 1_800_000_000_000

        init(_ folder: DatabaseFolder = DatabaseFolder(), as planned: PlannedNode = PlannedNode.all[0], key: Int = 0)
            throws
        {
            self.folder = folder
            identity = NodeIdentity(certificate: planned.certificates[key], key: planned.keys[key])
            let state = try LogState(folder.open())
            start = try state.start(databaseAt: folder.database, as: identity)
            open = state
        }

        func close() { open = nil }

        func checkpoint() throws {
            let result = try connection.checkpoint(.truncate)
            #expect(result.isComplete)
        }

        func group<Result>(_ commands: [(LogState) throws -> Result]) throws -> [Result?] {
            var results: [Result?] = []
            try connection.transaction { transaction in
                for command in commands {
                    var result: Result?
                    do {
                        try transaction.savepoint {
                            state.commandBegins()
                            result = try command(state)
                            try state.finish(in: transaction)
                        }
                        results.append(result)
                    } catch {
                        state.commandRolledBack()
                        results.append(nil)
                    }
                }
                try state.groupEnds()
            }
            state.groupCommitted()
            return results
        }

        func command<Result>(_ body: @escaping (LogState) throws -> Result) throws -> Result {
            var thrown: (any Error)?
            let results = try group([
                { state in
                    do { return try body(state) } catch {
                        thrown = error
                        throw error
                    }
                }
            ])
            if let thrown { throw thrown }
            return try #require(results[0])
        }

        func found() throws -> RoomID {
            let now = now
            return try command {
                try $0.found(
                    LocalDraft(by: Handle("ada")!, .roomCreate, payload: RoomCreation(name: "Harbour").encoded), at: now
                ).room
            }
        }

        func post(_ text: String, in room: RoomID) throws -> WrittenOperation {
            now += 1
            let now = now
            return try command { try $0.write(.post(text), in: room, at: now) }
        }
    }

    @Test func `who founds two rooms of one name in one millisecond has two`() throws {
        let node = try Node()
        let rooms = try (0..<3).map { _ in try node.found() }
        #expect(Set(rooms).count == 3)
        for room in rooms { _ = try node.post("one", in: room) }
        var verification = try LogVerification(node.state.log.connection)
        try verification.run()
        #expect(verification.findings == [])
    }

    @Test func `what is written can be read by others, in runs that end signed`() throws {
        let node = try Node()
        let room = try node.found()
        let now = node.now
        let written = try node.group((0..<5).map { index in { try $0.write(.post("\(index)"), in: room, at: now) } })
        #expect(written.allSatisfy { $0 != nil })
        let stored = try #require(try node.state.room(room))
        let operations = try (0...5).map { try #require(stored.records.operation(at: Position(Line(0), $0))) }
        // The first by its own transaction; of the second only the last.
        #expect(operations.map { $0.signature != nil } == [true, false, false, false, false, true])
        #expect(operations.last?.isSigned(under: node.identity.certificate) == true)
        var packer = RunPacker()
        for operation in operations {
            let certificate = operation.header.seq == 0 ? node.identity.certificate.encoded : nil
            let isTaken = packer.append(operation, certificate: certificate)
            #expect(isTaken)
        }
        let packed = try #require(packer.finish())
        let run = try Run(decoding: packed.span)
        try run.verify(under: node.identity.certificate)
        #expect(run.operations.map(\.id) == operations.map(\.id))
        #expect(Set(operations.map(\.header.time)).count == 6)
    }

    @Test func `a command that is undone leaves no gap and no trace`() throws {
        struct Wrong: Error {}
        let node = try Node()
        let room = try node.found()
        let now = node.now
        let results = try node.group([
            { try $0.write(.post("one"), in: room, at: now) },
            { state in
                _ = try state.write(.post("two"), in: room, at: now)
                throw Wrong()
            },
            { try $0.write(.post("three"), in: room, at: now) },
            { state in
                _ = try state.write(.post("four"), in: room, at: now)
                throw Wrong()
            },
        ])
        #expect(results.map { $0 != nil } == [true, false, true, false])
        let stored = try #require(try node.state.room(room))
        #expect(stored.records.tip(of: Line(0)) == 2)
        let last = try #require(stored.records.operation(at: Position(Line(0), 2)))
        #expect(last.id == results[2]?.id)
        #expect(last.isSigned(under: node.identity.certificate))
        #expect(try node.post("five", in: room).serial > results[2]!.serial)
        #expect(stored.records.tip(of: Line(0)) == 3)
    }

    @Test func `a feed goes on after a restart, and not on a database that was restored`() throws {
        let folder = DatabaseFolder()
        var node = try Node(folder)
        #expect(node.start.isNew)
        let room = try node.found()
        _ = try node.post("one", in: room)
        let first = node.start.incarnation
        node.close()
        node = try Node(folder)
        #expect(node.start == LogStart(incarnation: first, isNew: false))
        _ = try node.post("two", in: room)
        #expect(try node.state.room(room)?.records.lineCount == 1)

        let backup = folder.path + "/backup"
        try Reader(folder.database).read { try $0.backUp(to: backup) }
        _ = try node.post("three", in: room)
        // The same file, overwritten with what it held before.
        node.close()
        folder.replaceDatabase(with: backup)
        node = try Node(folder)
        #expect(node.start.isNew && node.start.incarnation != first)
        let written = try node.post("other three", in: room)
        let stored = try #require(try node.state.room(room))
        #expect(stored.records.lineCount == 2)
        #expect(stored.records.position(of: written.id) == Position(Line(1), 0))
        // What was known before is its past.
        #expect(stored.records.seen(Line(0), by: Position(Line(1), 0)) == 2)
    }

    @Test func `what was numbered since the backup is not numbered so again`() throws {
        let folder = DatabaseFolder()
        var node = try Node(folder)
        let room = try node.found()
        _ = try node.post("one", in: room)
        let backup = folder.path + "/backup"
        try Reader(folder.database).read { try $0.backUp(to: backup) }

        func newest() throws -> [Int64] {
            let room = try node.found()
            let serial = try node.post("number", in: room).serial
            let connection = node.state.log.connection
            let user = UserID(node: PlannedNode.all[1].id, handle: try #require(Handle("p\(serial)")))
            let person = try node.command { try $0.number(for: user) }
            let event = try connection.transaction {
                try EventJournal.append(JournalEntry(.roomUpdated, at: Timestamp(milliseconds: 1)), in: $0)
            }
            let number = try #require(try Names.room(room.uuid, on: connection)).value
            var member = try connection.statement("SELECT max(id) FROM membership")
            _ = try member.step()
            return [serial, number, person.value, event.value, member.int64(0)]
        }
        var last: [Int64] = []
        for _ in 0..<5 { last = try newest() }
        node.close()
        folder.replaceDatabase(with: backup)
        node = try Node(folder)
        node.now += 60_000
        #expect(node.start.isNew)
        let next = try newest()
        #expect(zip(last, next).allSatisfy { $0 < $1 }, "\(last), \(next)")
        // Whoever has the last event of before is told to load anew.
        #expect(next[3] - last[3] > 10_000)
        node.close()
        node = try Node(folder)
        node.now += 120_000
        #expect(!node.start.isNew)
        let later = try newest()
        #expect(zip(next, later).allSatisfy { $0 < $1 && $1 < $0 + 100 }, "\(next), \(later)")
    }

    @Test func `a new key begins new feeds`() throws {
        let node = try Node()
        let room = try node.found()
        _ = try node.post("one", in: room)
        let planned = PlannedNode.all[0]
        node.state.handOver(to: NodeIdentity(certificate: planned.certificates[1], key: planned.keys[1]))
        let written = try node.post("two", in: room)
        let stored = try #require(try node.state.room(room))
        #expect(stored.records.position(of: written.id) == Position(Line(1), 0))
        let operation = try #require(stored.records.operation(at: Position(Line(1), 0)))
        #expect(operation.isSigned(under: planned.certificates[1]))
    }

    /// Whether a peer brought it or a file that was exported before the disk went back to an older state.
    @Test(arguments: [PlannedNode.all[1].id, nil])
    func `a feed that somebody else continues is left`(source: NodeID?) throws {
        let node = try Node()
        let room = try node.found()
        let written = try node.post("one", in: room)
        let stored = try #require(try node.state.room(room))
        let header = stored.records.header(at: Position(Line(0), 1))
        var clone = FeedWriter(goingOnAfter: header, id: written.id)
        let operation = try clone.write(
            OperationDraft(author: Handle("ada")!, kind: .join, time: HybridTime(header.time.value + 1)!),
            signingWith: node.identity.key)
        _ = try node.command { state in
            try state.room(room)?.take(
                operation, under: node.identity.certificate, from: source)
        }
        let next = try node.post("two", in: room)
        #expect(try node.state.room(room)?.records.position(of: next.id) == Position(Line(1), 0))
    }

    @Test func `times never go back in a room, and a clock that is far behind is told`() throws {
        let node = try Node()
        let room = try node.found()
        let first = try node.post("one", in: room)
        node.now -= 60_000
        let second = try node.post("two", in: room)
        #expect(second.time > first.time)
        node.now -= 400_000
        #expect(throws: WriteFault.clockIsWrong) { try node.post("three", in: room) }
    }

    @Test func `what others would refuse is not written`() throws {
        let node = try Node()
        let room = try node.found()
        #expect(throws: WriteFault.refused(.badPayloadSize)) {
            try node.command {
                try $0.write(LocalDraft(by: Handle("ada")!, .messagePost, payload: []), in: room, at: node.now)
            }
        }
        #expect(throws: WriteFault.noSuchRoom) { try node.post("lost", in: RoomID(directoryOf: node.identity.node)) }
        #expect(try node.state.room(room)?.records.tip(of: Line(0)) == 0)
    }

    @Test func `a direct room begins with its pair`() throws {
        let node = try Node()
        let ada = UserID(node: node.identity.node, handle: Handle("ada")!)
        let pair = DirectPair(ada, PlannedNode.all[1].user(2))
        let room = RoomID(direct: pair)
        let now = node.now
        let post = try node.command { try $0.write(.post("psst"), in: room, nature: .direct(pair), at: now) }
        let stored = try #require(try node.state.room(room))
        #expect(stored.records.kept(at: Position(Line(0), 0)).kind == .directOpen)
        #expect(stored.records.position(of: post.id) == Position(Line(0), 1))
    }
}

extension LocalDraft {
    static func post(_ text: String, by handle: String = "ada") -> LocalDraft {
        LocalDraft(by: Handle(handle)!, .messagePost, payload: MessageContent(content: text).encoded)
    }
}
