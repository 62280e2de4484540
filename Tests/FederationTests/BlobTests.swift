import Blobs
import Keys
import Operations
import RoomModel
import Store
import Testing

@testable import Federation

/// Attachments that lie on other nodes.
struct BlobTests {
    private let north: BlobKeeper
    private let south: BlobKeeper
    private let room: RoomID
    private let message: OperationID
    private let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    private let blob: PublishedBlob

    init() throws {
        north = try BlobKeeper(PlannedNode.all[0])
        south = try BlobKeeper(PlannedNode.all[1])
        try north.node.add(south.node)
        try south.node.add(north.node)
        room = try north.node.found()
        try north.node.admit(south.node.user(), to: room)
        message = try north.node.post("See the file", in: room)
        #expect(try agree([north.node, south.node], on: room))
        blob = try north.store(bytes)
        for keeper in [north, south] { try keeper.attach(blob.hash, size: bytes.count, to: message) }
    }

    @Test func `a file is fetched piece by piece from who sent it, and is what its name says`() throws {
        let fetched = try south.fetch(blob.hash, bytes.count, for: room).get()
        #expect(fetched.size == UInt64(bytes.count))
        #expect(try south.blobs.verify(blob.hash) == .intact)
        // Once more, and it is here.
        #expect(try south.fetch(blob.hash, bytes.count, for: room).get().hash == blob.hash)
        // From now on it is the south's to give as well.
        let (room, hash, id) = (room, blob.hash, north.node.id)
        #expect(try south.node.keeper { $0.mayGive(hash, of: room, to: id) })
    }

    @Test func `a file is not what somebody says that it is`() throws {
        #expect(throws: BlobFetchFault.nobodyHasIt) { try south.fetch(blob.hash, 17, for: room).get() }
        let unknown = Hash(of: Array("nothing".utf8).span)
        #expect(throws: BlobFetchFault.nobodyHasIt) { try south.fetch(unknown, 17, for: room).get() }
    }

    @Test func `what lies here for another room must come from this one's nodes all the same`() throws {
        let ours = try south.node.found("Ours")
        let own = try south.node.post("Ours alone", in: ours)
        let secret = Array("what the south has for itself".utf8)
        let stored = try south.store(secret)
        try south.attach(stored.hash, size: secret.count, to: own)
        // Somebody of the north names it.
        let naming = try north.node.post("And this one", in: room)
        #expect(try agree([north.node, south.node], on: room))
        for keeper in [north, south] { try keeper.attach(stored.hash, size: secret.count, to: naming) }
        #expect(throws: BlobFetchFault.nobodyHasIt) { try south.fetch(stored.hash, secret.count, for: room).get() }
        let (shared, hash, id) = (room, stored.hash, north.node.id)
        #expect(try !south.node.keeper { $0.mayGive(hash, of: shared, to: id) })
        #expect(try south.fetch(hash, secret.count, for: ours).get().hash == hash)
        // Who has it shows that by sending it.
        let theirs = try north.store(secret)
        #expect(try south.fetch(hash, secret.count, for: room).get().hash == theirs.hash)
        #expect(try south.node.keeper { $0.mayGive(hash, of: shared, to: id) })
    }

    @Test func `D40 a file of another room is one that does not exist`() throws {
        let mallory = try HostilePeer(PlannedNode.all[3], against: north.node)
        try mallory.befriend()
        let own = try north.node.found("With mallory")
        try north.node.admit(mallory.planned.user(1), to: own)
        // To post its name gives no right to it.
        var feed = mallory.feed(in: own)
        let head = try north.node.post("Welcome", in: own)
        let post = try mallory.write(saying: "Mine too", after: [head], with: &feed)
        _ = try mallory.push([.init(own, runs: [mallory.run([post])])])
        try north.attach(blob.hash, size: bytes.count, to: post.id)
        let nothing = Hash(of: Array("nothing".utf8).span)
        let (inOwn, inOther, absent) = (
            try mallory.ask("GET", "/federation/v1/blobs/\(blob.hash)?room=\(own)"),
            try mallory.ask("GET", "/federation/v1/blobs/\(blob.hash)?room=\(room)"),
            try mallory.ask("GET", "/federation/v1/blobs/\(nothing)?room=\(own)")
        )
        for answer in [inOwn, inOther, absent] {
            #expect(answer.status == 404 && answer.isSigned && answer.text == "absent")
        }
        for target in ["/federation/v1/blobs/zz?room=\(own)", "/federation/v1/blobs/\(blob.hash)"] {
            #expect(try mallory.ask("GET", target).status == 404)
        }
    }
}
