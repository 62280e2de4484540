import Foundation
import Glibc
import Testing
import Wires

/// What is true for a moment, what people have read, and keys that change: processes over sockets.
struct MomentTests {
    let organisations: Organisations
    let north: Organisation
    let south: Organisation
    let room: String

    init() throws {
        organisations = try Organisations(2)
        (north, south) = (organisations[0], organisations[1])
        room = try organisations.found()
    }

    /// As which number the other's Ada is known at a node.
    private func number(of person: String, at node: Organisation) throws -> Int {
        let found = try node.get("/api/users/?search=\(person)")["results"] as? [Organisation.Object]
        return found?.first?["id"] as? Int ?? 0
    }

    @Test func `who types, comes and goes on one node is seen on the other`() throws {
        let listening = try LiveSocket(to: south.serve.address, token: south.token)
        #expect(soon { !listening.frames("hello").isEmpty })
        let ada = try number(of: north.person, at: south)
        var talking: LiveSocket? = try LiveSocket(to: north.serve.address, token: north.token)
        let online = soon {
            listening.frames("presence").contains { $0["user"] as? Int == ada && $0["presence"] as? String == "online" }
        }
        #expect(online)
        #expect(try south.get("/api/users/\(ada)/")["presence"] as? String == "online")
        let typed = try soon {
            try talking?.send(["type": "typing", "room": room, "is_typing": true])
            return listening.frames("typing").contains {
                $0["user"] as? Int == ada && $0["is_typing"] as? Bool == true
            }
        }
        #expect(typed)
        talking = nil
        let offline = soon(within: 40) { listening.frames("presence").last?["presence"] as? String == "offline" }
        #expect(offline)
    }

    @Test func `what somebody has read is known on the other node, also when the wire was cut`() throws {
        let first = try north.say("Read this", in: room)
        #expect(try soon { try south.isThere(first) })
        organisations.set(.cut)
        try south.ask("POST", "/api/messaging/messages/\(first)/mark_read/")
        organisations.set(.fine)
        let isKnown = try soon(within: 40) {
            let seen = try north.get("/api/messaging/messages/\(first)/")
            return seen["read_by_count"] as? Int == 1 && seen["is_read"] as? Bool == true
        }
        #expect(isKnown)
        let receipts = try north.list("/api/messaging/read-receipts/?message=\(first)")
        let readers = receipts.compactMap { ($0["user_detail"] as? Organisation.Object)?["address"] as? String }
        #expect(readers == [south.person])
        try organisations.agree(on: room)
    }

    @Test func `F51 a key that was handed over goes on, and the one before is nobody's`() throws {
        let recovery = north.serve.said("recovery key") ?? ""
        let before = try north.say("Under the first key", in: room)
        #expect(try soon { try south.isThere(before) })
        // The node as it was, in somebody else's hands.
        let playground = organisations.playground
        #expect(try north.run("backup", playground.file("stolen")).status == 0)
        north.stop()
        // By the recovery key, so that the key before counts no more at once.
        let handed = try playground.run(
            ["key", "hand-over", "--recovery-key-stdin"], data: north.data, input: recovery + "\n")
        #expect(handed.status == 0)
        try north.start()
        let after = try north.say("Under the second key", in: room)
        #expect(try soon(within: 40) { try south.isThere(after) })
        let back = try south.say("I know you", in: room)
        #expect(try soon { try north.isThere(back) })
        #expect(try south.state(of: north) == "active")
        try organisations.agree(on: room)
        // The thief has the key before, Ada's session, and the way to south.
        #expect(try playground.run(["restore", playground.file("stolen")], data: "thief").status == 0)
        let thief = try playground.serve(
            "thief", ["--public-url", "http://\(north.host)", "--name", north.host, "--rate-limits", "off"])
        let forged = try thief.ask(
            "POST", "/api/messaging/messages/", #"{"channel": "\#(room)", "content": "Under the stolen key"}"#,
            token: north.token)
        #expect(forged.status == 201)
        let message = (forged.json as? Organisation.Object)?["uuid"] as? String ?? ""
        let isRefused = try soon {
            let peers = try thief.ask("GET", "/api/admin/peers/", token: north.token).json as? Organisation.Object
            let south = (peers?["results"] as? [Organisation.Object])?.first
            return south?["last_error"] is String
        }
        #expect(isRefused)
        #expect(try !south.isThere(message))
    }
}
