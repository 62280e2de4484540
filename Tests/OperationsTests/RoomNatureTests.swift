import OperationVectors
import Testing

@testable import Operations

struct RoomNatureTests {
    let north = SampleNode.north
    let south = SampleNode.south

    @Test
    func `the operations that found a room show what sort it is`() throws {
        let group = try SampleRoom()
        #expect(RoomNature(shownBy: group.operations[0]) == .group)
        #expect(RoomNature(shownBy: group.operations[2]) == nil)
        let pair = DirectPair(south.user("bo"), north.user("ada"))
        var writer = FeedWriter(beginningIn: RoomID(direct: pair), under: north.certificate)
        let opening = try writer.write(
            OperationDraft("ada", .directOpen, saying: DirectOpening(pair).encoded, at: 0), signingWith: nil)
        #expect(RoomNature(shownBy: opening) == .direct(pair))
        var directory = FeedWriter(beginningIn: RoomID(directoryOf: north.id), under: north.certificate)
        let closure = try directory.write(
            OperationDraft("", .userClose, about: .user(north.user("ada")), at: 0), signingWith: nil)
        #expect(RoomNature(shownBy: closure) == .directory(north.id))
    }

    @Test
    func `each sort of room has those who may write in it and how they begin`() throws {
        let feed = try SampleFeed(2)
        let (first, second) = (feed.operations[0].header, feed.operations[1].header)
        let here = RoomNature.direct(DirectPair(south.user("bo"), north.user("ada")))
        let elsewhere = RoomNature.direct(DirectPair(north.user("ada"), north.user("ada")))
        #expect(throws: OperationFault.wrongPlace) { try here.check(first) }
        #expect(throws: OperationFault.badRoom) { try elsewhere.check(second) }
        #expect(throws: OperationFault.badRoom) { try RoomNature.directory(north.id).check(second) }
        try here.check(second)
        try RoomNature.group.check(first)
        try RoomNature.directory(south.id).check(second)

        let notes = DirectPair(south.user("bo"), south.user("bo"))
        var writer = FeedWriter(beginningIn: RoomID(direct: notes), under: south.certificate)
        let opening = try writer.write(
            OperationDraft("bo", .directOpen, saying: DirectOpening(notes).encoded, at: 0), signingWith: nil)
        try RoomNature.direct(notes).check(opening.header)
        #expect(throws: OperationFault.wrongPlace) { try RoomNature.group.check(opening.header) }
    }
}
