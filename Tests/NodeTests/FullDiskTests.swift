import Foundation
import Glibc
import Testing

/// A node whose disk fills up. Only root can make a small disk; elsewhere these are skipped, and say so.
@Suite(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted by root"))
struct FullDiskTests {
    private let data = "disk/data"

    @Test
    func `with a full disk writing is refused, reading goes on, and all is well again with room`() throws {
        let disk = try SmallDisk(megabytes: 24)
        defer { disk.end() }
        let playground = disk.playground
        let serve = try playground.serve(data, ["--rate-limits", "off"])
        let added = try playground.run(["user", "add", "ada", "--json"], data: data)
        let password = added.json(as: [String: Any].self)?["password"] as? String ?? ""
        let body = #"{"username": "ada", "password": "\#(password)"}"#
        let token = try #require(try serve.ask("POST", "/api/auth/login/", body)["token"] as? String)
        let made = try serve.ask("POST", "/api/messaging/channels/", #"{"name": "Garden"}"#, token: token)
        let room = try #require(made["id"] as? Int64)
        let long = #"{"channel": \#(room), "content": "\#(String(repeating: "x", count: 40_000))"}"#

        try disk.fill()
        // What lies in the log may be written over until it is used up.
        var refused: NodeAddress.Answer?
        var written = 0
        while refused == nil, written < 2_000 {
            let answer = try serve.ask("POST", "/api/messaging/messages/", long, token: token)
            if answer.status == 201 { written += 1 } else { refused = answer }
        }
        #expect(refused?.status == 507)
        #expect(refused?["detail"] as? String == "The node's disk is full.")
        let file =
            "--b\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n\(room)\r\n--b\r\nContent-Disposition: "
            + "form-data; name=\"file\"; filename=\"f\"\r\n\r\n\(String(repeating: "y", count: 200_000))\r\n--b--\r\n"
        let form = "multipart/form-data; boundary=b"
        #expect(try serve.ask("POST", "/api/messaging/attachments/", file, token: token, type: form).status == 507)
        #expect(try serve.ask("GET", "/api/messaging/messages/", token: token)["count"] as? Int == written)
        let unready = try serve.ask("GET", "/readyz")
        #expect(unready.status == 503)
        #expect(unready["status"] as? String == "not_ready")
        let status = try playground.run(["status", "--json"], data: data)
        #expect(status.status == 1)
        #expect(status.json(as: [String: Any].self)?["can_write"] as? Bool == false)
        #expect(status.complaint.contains("isn't ready"))
        #expect(try serve.ask("GET", "/healthz").status == 200)

        try disk.makeRoom()
        #expect(try serve.ask("POST", "/api/messaging/messages/", long, token: token).status == 201)
        #expect(try serve.ask("POST", "/api/messaging/attachments/", file, token: token, type: form).status == 201)
        // The node notices by itself, some seconds later.
        let deadline = Date() + 30
        while try serve.ask("GET", "/readyz").status != 200, Date() < deadline { usleep(50_000) }
        #expect(try serve.ask("GET", "/readyz").status == 200)
        #expect(try playground.run(["status"], data: data).status == 0)
        #expect(serve.stop() == 0)
        #expect(try playground.run(["verify"], data: data).status == 0)
    }
}
