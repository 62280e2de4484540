import Foundation
import Glibc
import Testing

/// A node whose disk fills up. Only root can make a small disk; elsewhere these are skipped, and say so.
@Suite(.enabled(if: SmallDisk.isPossible, "a small disk can only be mounted by root"))
struct FullDiskTests {
    @Test
    func `with a full disk writing is refused, reading goes on, and all is well again with room`() throws {
        let playground = Playground()
        let disk = try SmallDisk(at: playground.file("data"), mebibytes: 24)
        defer { disk.unmount() }
        let serve = try playground.serve("data", ["--rate-limits", "off"])
        let added = try playground.run(["user", "add", "ada", "--json"])
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
        let status = try playground.run(["status", "--json"])
        #expect(status.status == 1)
        #expect(status.json(as: [String: Any].self)?["can_write"] as? Bool == false)
        #expect(status.complaint.contains("isn't ready"))
        #expect(try serve.ask("GET", "/healthz").status == 200)

        disk.makeRoom()
        #expect(try serve.ask("POST", "/api/messaging/messages/", long, token: token).status == 201)
        #expect(try serve.ask("POST", "/api/messaging/attachments/", file, token: token, type: form).status == 201)
        // The node notices by itself, some seconds later.
        let deadline = Date() + 30
        while try serve.ask("GET", "/readyz").status != 200, Date() < deadline { usleep(50_000) }
        #expect(try serve.ask("GET", "/readyz").status == 200)
        #expect(try playground.run(["status"]).status == 0)
        #expect(serve.stop() == 0)
        #expect(try playground.run(["verify"]).status == 0)
    }
}

/// A folder with a file system of its own, in memory and small.
private struct SmallDisk {
    private let path: String
    private var filler: String { path + "/filler" }

    static let isPossible: Bool = {
        var template = Array("/tmp/parley-disk-XXXXXX".utf8CString)
        guard geteuid() == 0, mkdtemp(&template) != nil else { return false }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        guard let disk = try? SmallDisk(at: path, mebibytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    init(at path: String, mebibytes: Int) throws {
        self.path = path
        mkdir(path, 0o700)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m,mode=0700") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// What was open in it may stay so; nobody finds it any more.
    func unmount() {
        umount2(path, Int32(MNT_DETACH))
    }

    func fill() throws {
        let file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: 65_536)
        for size in [65_536, 4_096, 1] { while write(file, zeros, size) > 0 {} }
    }

    func makeRoom() {
        unlink(filler)
    }
}
