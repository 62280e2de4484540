import Foundation
import Testing
import Wires

/// Whom others are told of: processes over sockets.
struct DirectoryTests {
    @Test func `people of a node with a shared directory are shown to those who have met them, by name`() throws {
        let organisations = try Organisations(2) { number, _ in (number == 0 ? ["--directory", "shared"] : [], [:]) }
        let (north, south) = (organisations[0], organisations[1])
        try north.ask("PATCH", "/api/users/me/", ["display_name": "Ada of the North"])
        // Peers as they are, south knows nobody there.
        #expect(try south.get("/api/users/?search=north")["count"] as? Int == 0)
        let room = try organisations.found()
        let message = try north.say("Hello", in: room)
        let isShown = try soon {
            guard try south.isThere(message) else { return false }
            let sender = try south.get("/api/messaging/messages/\(message)/")["sender_detail"] as? Organisation.Object
            return sender?["display_name"] as? String == "Ada of the North"
        }
        #expect(isShown)
        try organisations.agree(on: room)
        try organisations.verify()
    }
}
