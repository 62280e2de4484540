import Foundation
import Glibc
import Testing
import Wires

/// What an operator sees of a peer that writes more than what is kept of one: processes over sockets.
struct StorageTests {
    private func bound(_ size: String, for node: Organisation) throws {
        try "peer-storage = \(size)\n".write(
            toFile: "\(node.folder)/parley.conf", atomically: true, encoding: .utf8)
    }

    private func north(at south: Organisation) throws -> Organisation.Object {
        try #require(try south.list("/api/admin/peers/").first { $0["name"] as? String == "north.example" })
    }

    private func metrics(_ node: Organisation) throws -> String {
        String(decoding: try node.serve.ask("GET", "/metrics").body, as: UTF8.self)
    }

    @Test func `66 a flood ends at the bound, is told of, and heals when the bound is raised`() throws {
        let organisations = try Organisations(2) { _, _ in (["--log-level", "info", "--metrics-open"], [:]) }
        let (north, south) = (organisations[0], organisations[1])
        let room = try organisations.found()
        try organisations.agree(on: room)
        #expect(try self.north(at: south)["stored_bytes_max"] as? Int == 10 << 30)
        south.stop()
        try bound("100K", for: south)
        try south.start()

        for number in 0..<100 { try north.say("\(number) " + String(repeating: "~", count: 2_000), in: room) }
        let file = try upload(from: north, to: room)
        let answered = try south.say("We hear you", in: room)
        let isCrowding = try soon {
            try (self.north(at: south)["stored_bytes"] as? Int ?? 0) > 100 << 10 && north.isThere(answered)
                && south.digest(of: room) == north.digest(of: room)
        }
        #expect(isCrowding)
        #expect(try self.north(at: south)["stored_bytes_max"] as? Int == 100 << 10)
        #expect(try !south.isThere(file))
        let status = try south.run("status").text
        #expect(status.contains("of 102400 bytes stored"), "\(status)")
        let told = try soon { try metrics(south).contains("parley_peer_stored_bytes_max 102400\n") }
        #expect(told)
        #expect(try metrics(south).contains("parley_peer_stored_bytes{peer="))
        #expect(soon { south.serve.logText.contains("as much is kept of a node as may be") })

        south.stop()
        try bound("0", for: south)
        try south.start()
        try organisations.agree(on: room)
        #expect(soon { south.serve.logText.contains("there is room again for what a node writes") })
        #expect(try self.north(at: south)["stored_bytes_max"] is NSNull)
        #expect(try soon { try south.isThere(file) })
        // One line each, however often it was looked.
        #expect(south.serve.logText.components(separatedBy: "as much is kept of a node").count <= 2)
        try organisations.verify()
    }

    @Test func `66 a file for which there is no room is named, and its download says why it is not here`() throws {
        let organisations = try Organisations(2) { number, _ in (number == 1 ? ["--peer-storage", "20K"] : [], [:]) }
        let (north, south) = (organisations[0], organisations[1])
        let room = try organisations.found()
        let message = try upload(from: north, to: room)
        #expect(try soon { try south.isThere(message) })
        let files = try south.get("/api/messaging/messages/\(message)/")["attachments"] as? [Organisation.Object] ?? []
        #expect(files.count == 1 && files[0]["available"] as? Bool == false)
        let number = try #require(files[0]["id"] as? Int)
        let answer = try south.serve.ask(
            "GET", "/api/messaging/attachments/\(number)/download/", token: south.token)
        #expect(answer.status == 507)
        #expect((answer["detail"] as? String)?.contains("organisation") == true)
        // The node is as well as before.
        #expect(try south.serve.ask("GET", "/readyz").status == 200)
    }

    private func upload(from node: Organisation, to room: String) throws -> String {
        let file = String(repeating: "a file ", count: 10_000)
        let parts = [
            "--x\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n\(room)\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nLook\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\(file)\r\n--x--\r\n",
        ]
        let answer = try node.serve.ask(
            "POST", "/api/messaging/messages/", parts.joined(), token: node.token,
            type: "multipart/form-data; boundary=x")
        #expect(answer.status == 201)
        return (answer.json as? Organisation.Object)?["uuid"] as? String ?? ""
    }
}
