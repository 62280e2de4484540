import JSON
import Keys
import OperationVectors
import Operations
import Replica
import Testing

/// The vectors of authority.md and rooms.md, which the naive model has written, taken in by the real fold.
struct RoomVectorTests {
    @Test func `authority's examples end as the file says`() throws {
        let scenarios = try ["authority.json", "feeds.json"].flatMap { try vectors($0)["scenarios"].list }
        for number in 1...28 {
            #expect(scenarios.contains { $0["name"].text.hasPrefix("\(number). ") }, "example \(number)")
        }
        for vector in scenarios {
            let about = Comment(rawValue: vector["name"].text)
            var room = try VectorRoom(vector)
            for operation in vector["operations"].list { try room.take(operation["envelope"].hex) }
            for operation in vector["operations"].list {
                let position = try #require(room.records.position(of: OperationID(operation["id"].hash.bytes)))
                #expect(room.records.counts(at: position) == operation["counts"].isTrue, about)
                #expect(room.room.isPassedOn(position) == operation["passed_on"].isTrue, about)
            }
            for standing in vector["standings"].list.map(\.list) {
                let user = UserID(node: standing[0].node, handle: try #require(Handle(standing[1].text)))
                #expect("\(room.room.standing(of: user, in: room.records))" == standing[2].text, about)
            }
        }
    }

    @Test func `a room's states are those of the file`() throws {
        let file = try vectors("history.json")
        let envelopes = file["operations"].list.map { $0["envelope"].hex }
        var room = try VectorRoom(file)
        var taken = 0
        for state in file["states"].list {
            for envelope in envelopes[taken..<state["operations"].number] { try room.take(envelope) }
            taken = state["operations"].number
            if state["registers"].isTrue {
                for register in file["registers"].list { try room.take(register: register.hex) }
            }
            #expect(room.room.state(in: room.records) == state["state"].hash, "after \(taken)")
            #expect(room.room.dump(in: room.records) == state["dump"].hex, "after \(taken)")
        }
        #expect(taken == envelopes.count)
    }
}

/// A group as it is read from envelopes.
private struct VectorRoom {
    private(set) var room: Room
    private(set) var records = MemoryRecords()
    private var ranks: [Feed: KeyRank] = [:]

    init(_ vector: JSONValue) throws {
        room = Room(RoomID(vector["room"].hash.bytes), nature: .group)
    }

    mutating func take(_ bytes: [UInt8]) throws {
        let envelope = try Envelope(decoding: bytes.span)
        let feed = envelope.operation.header.feed
        if let certificate = envelope.certificate { ranks[feed] = try Certificate(decoding: certificate.span).rank }
        var changes: [StateChange] = []
        room.take(envelope.operation, rank: try #require(ranks[feed]), into: &records, changes: &changes)
    }

    mutating func take(register bytes: [UInt8]) throws {
        var changes: [StateChange] = []
        room.take(try SignedRegister(decoding: bytes.span), into: &records, changes: &changes)
    }
}
