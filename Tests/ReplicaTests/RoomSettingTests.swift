import Keys
import Operations
import Replica
import RoomModel
import Testing

/// Settings, direct rooms, directories and receipts.
struct RoomSettingTests {
    @Test func `each setting is that of its last writer, and void ones leave the one before`() {
        var story = Story.group()
        var change = Operations.RoomChange()
        change.name = .to("Port")
        change.details = .to("Cranes")
        let base = story.write(0, "ada", .roomSet, saying: change.encoded)
        var other = Operations.RoomChange()
        other.name = .to("Haven")
        let void = story.write(1, "bo", .roomSet, saying: other.encoded)
        let beside = story.remove(0, "ada", story.bo, seeing: .only([base]))
        var reader = story.reader(upTo: beside)
        #expect(reader.fields.name == "Haven" && reader.fields.details == "Cranes")
        reader.take(beside)
        #expect(reader.fields.name == "Port" && !reader.counts(void))
        #expect(reader.fields.school == "North" && reader.fields.type == "group")
        #expect(
            reader.changes.contains { change in
                if case .fields(_, _, let changed) = change { changed == [.name] } else { false }
            })
        story.told()
    }

    @Test func `a member who is no admin sets nothing`() {
        var story = Story.group()
        var change = Operations.RoomChange()
        change.name = .to("Mine")
        let void = story.write(2, "cy", .roomSet, saying: change.encoded)
        let end = story.told()
        #expect(!end.counts(void) && end.fields.name == "Harbour")
    }

    // MARK: Direct rooms

    private func open(_ story: inout Story, _ node: Int, _ handle: String, seeing: Story.Seeing = .everything) -> Int {
        guard case .direct(let pair) = story.nature else { return 0 }
        return story.write(node, handle, .directOpen, saying: DirectOpening(pair).encoded, seeing: seeing)
    }

    @Test func `a direct room opened on both ends at once is one room`() {
        var story = Story.direct()
        let one = open(&story, 0, "ada", seeing: .only([]))
        let other = open(&story, 1, "bo", seeing: .only([]))
        let message = story.post(0, "ada", "hello")
        var change = Operations.RoomChange()
        change.isArchived = .to(true)
        change.name = .to("ours")
        let setting = story.write(1, "bo", .roomSet, saying: change.encoded)
        let stranger = story.post(1, "eve", "let me in")
        let leave = story.write(1, "bo", .memberLeave)
        let end = story.told()
        #expect(end.counts(one) && end.counts(other) && end.counts(setting))
        #expect(!end.counts(stranger) && !end.counts(leave))
        #expect(end.text(message) == "hello")
        #expect(end.fields.isArchived && end.fields.name.isEmpty)
        #expect(end.room.members(in: end.records).map(\.user) == [story.ada, story.bo].sorted())
        #expect(end.room.participants(in: end.records) == story.nodes.map(\.id).sorted())
    }

    @Test func `a fork in a direct room freezes what the other has not seen, and a leave stays void`() {
        var story = Story.direct()
        let one = open(&story, 0, "ada")
        let leave = story.write(0, "ada", .memberLeave)
        let message = story.post(0, "ada", "hello")
        _ = story.post(0, "ada", "good-bye", seeing: .only([one]), in: .onto(one))
        _ = open(&story, 1, "bo", seeing: .only([one]))
        let endorsing = story.post(1, "bo", "seen", seeing: .only([message]))
        let end = story.told()
        #expect(end.counts(message) && end.counts(endorsing) && !end.counts(leave))
    }

    // MARK: Directories

    private func put(_ name: String) -> [UInt8] {
        var change = ProfileChange()
        change.name = .to(name)
        return change.encoded
    }

    @Test func `a profile is the last that was put, and a closed user is closed for good`() {
        var story = Story.directory()
        let first = story.write(0, "", .userPut, .user(story.ada), saying: put("Ada"))
        let second = story.write(0, "ada", .userPut, .user(story.ada), saying: put("Ada L."), seeing: .only([first]))
        _ = story.write(
            0, "ada", .userPut, .user(story.ada), saying: put("Earlier"), seeing: .only([first]), in: .fresh, at: 5)
        var reader = story.reader()
        #expect(reader.profile(story.ada)?.name == "Ada L.")
        story.told()
        let closing = story.write(0, "", .userClose, .user(story.ada))
        let late = story.write(
            0, "", .userPut, .user(story.ada), saying: put("Back"), seeing: .only([second]), in: .fresh)
        reader = story.told()
        #expect(reader.profile(story.ada)?.isClosed == true && reader.profile(story.ada)?.name == "")
        for number in [first, second, late] { #expect(!reader.hasPayload(number)) }
        #expect(reader.wanted.isEmpty)
        #expect(reader.room.deletion(covering: story.id(late), in: reader.records) == story.id(closing))
        #expect(reader.room.participants(in: reader.records) == [story.nodes[0].id])
    }

    // MARK: Receipts

    private func register(
        _ story: Story, _ counter: UInt64, _ certificate: Certificate, _ key: SigningKey, upTo: OperationID
    ) throws -> SignedRegister {
        let readers = [
            ReceiptRegister.Reader(handle: Handle("ada")!, upTo: upTo),
            ReceiptRegister.Reader(handle: Handle("nobody")!, upTo: upTo),
        ]
        let register = try ReceiptRegister(
            room: story.room!, origin: certificate.node, certificate: certificate.hash, counter: counter,
            readers: readers)
        return try SignedRegister(register, under: certificate, signingWith: key)
    }

    @Test func `the newest register stays, in every order, and a new key's before all`() throws {
        var story = Story.group()
        let message = story.post(2, "cy", "read me")
        let old = (story.nodes[0].certificate, story.nodes[0].key)
        story.handOver(0, to: "north second")
        let new = (story.nodes[0].certificate, story.nodes[0].key)
        let registers = [
            try register(story, 1, old.0, old.1, upTo: story.id(message)),
            try register(story, 900, old.0, old.1, upTo: story.id(0)),
            try register(story, 2, new.0, new.1, upTo: story.id(message)),
            try register(story, 1, new.0, new.1, upTo: story.id(0)),
        ]
        var ends: Set<[UInt8]> = []
        for seed in 1...30 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            var reader = story.reader()
            for register in registers.shuffled(using: &random) {
                let isTaken = reader.take(register)
                #expect(reader.changes == (isTaken ? [.receipts(register)] : []))
                let taken1 = reader.take(register)
                #expect(!taken1)
            }
            #expect(reader.records.registers.map(\.register.counter) == [2])
            ends.insert(reader.dump)
        }
        #expect(ends.count == 1)
    }
}
