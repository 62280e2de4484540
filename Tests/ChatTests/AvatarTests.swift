import Chat
import Keys
import Operations
import Replica
import Store
import Testing

struct AvatarTests {
    private static func picture(_ text: String) -> Operations.Attachment {
        Operations.Attachment(hash: Hash(of: Array(text.utf8).span), name: "avatar", type: "image/png", size: 7)
    }

    @Test func `a room's picture takes the place of the one before, which is let go`() throws {
        let node = try ChatNode()
        let ada = try node.add("ada")
        let room = try node.found("Harbour", by: ada)
        func set(_ picture: Operations.Attachment?) throws -> Bool {
            try node.command { try Rooms.setAvatar(of: room, to: picture, on: node.by(ada), in: $0, $1) }
        }
        #expect(try set(Self.picture("sun")))
        #expect(try !set(Self.picture("sun")))
        _ = node.takeNews()
        #expect(try set(Self.picture("moon")))
        let news = try #require(node.takeNews().last)
        #expect(news.events.map(\.entry.kind) == [.roomAvatar])
        #expect(news.released == [Self.picture("sun").hash])
        // What was the room's is given to nobody there any more, should it lie here for another.
        func isHere(_ name: String) throws -> Bool {
            try node.read { try RoomBlobs.isHere(Self.picture(name).hash, for: room, on: $0) }
        }
        #expect(try isHere("moon") && !isHere("sun"))
        #expect(try set(nil))
        #expect(try !isHere("moon"))
        #expect(try node.room(room).fields.avatar == nil)
        #expect(node.takeNews().last?.released == [Self.picture("moon").hash])
    }

    @Test func `a person's picture is kept as long as something shows it`() throws {
        let node = try ChatNode()
        let (ada, bo) = (try node.add("ada"), try node.add("bo"))
        func set(_ picture: Operations.Attachment?, of person: PersonNumber) throws -> Bool {
            try node.command { try Profiles.change(avatar: .to(picture), on: node.by(person), in: $0, $1) }
        }
        #expect(try set(Self.picture("sun"), of: ada))
        #expect(try set(Self.picture("sun"), of: bo))
        #expect(try node.read { try PersonTable.card(of: ada, on: $0) }?.hasAvatar == true)
        _ = node.takeNews()
        #expect(try set(nil, of: ada))
        #expect(try !set(nil, of: ada))
        #expect(node.takeNews().flatMap(\.released).isEmpty)
        try node.command { transaction, state in
            _ = try Accounts.close(
                bo, erasing: false, state.accounts(at: node.now), on: node.by(bo), in: transaction)
        }
        #expect(node.takeNews().last?.released == [Self.picture("sun").hash])
    }
}
