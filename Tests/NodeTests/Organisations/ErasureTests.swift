import Foundation
import Glibc
import Testing
import Wires

/// What is deleted is in no file of any node: processes over sockets.
struct ErasureTests {
    private static let words = ["XylophoneQuokka", "ZephyrMarmalade"]
    private static let picture = "PerkyWombatBytes"

    @Test func `C7 a deleted text, its edits and its file are found nowhere in any node's folder`() throws {
        let organisations = try Organisations(3)
        let (south, east) = (organisations[1], organisations[2])
        let room = try organisations.found()
        let message = try upload("Look: \(Self.words[0])", from: south, to: room)
        try south.edit(message, to: "Rather: \(Self.words[1])")
        let other = try south.say("That stays", in: room)
        try organisations.agree(on: room)
        #expect(try soon { try organisations.all.allSatisfy { try hasFile(message, $0) } })
        // All have it on their disks; else nothing would be shown by what follows.
        for node in organisations.all {
            for word in [Self.words[1], Self.picture] { #expect(try !files(with: word, of: node).isEmpty, "\(word)") }
        }
        // East is away when it happens.
        organisations.links[1].set(.cut)
        try south.delete(message)
        #expect(try soon { try delivery(of: message, south)["erased_on"] as? Int == 2 })
        let offline = try soon { try names(delivery(of: message, south)["offline"]) == [east.host] }
        #expect(offline)
        organisations.links[1].set(.fine)
        try organisations.agree(on: room)
        for node in organisations.all {
            #expect(try soon { try delivery(of: message, node)["erased_on"] as? Int == 3 })
            for word in Self.words + [Self.picture] {
                var found: [String] = []
                #expect(
                    try soon {
                        found = try files(with: word, of: node)
                        return found.isEmpty
                    }, "\(word) is in \(found)")
            }
            #expect(try node.isThere(other))
        }
        try organisations.verify()
        for node in organisations.all {
            for word in Self.words + [Self.picture] { #expect(try files(with: word, of: node).isEmpty, "\(word)") }
        }
    }

    private func upload(_ text: String, from node: Organisation, to room: String) throws -> String {
        let file = (0..<2_000).map { "\(Self.picture) \($0)" }.joined(separator: " ")
        let parts = [
            "--x\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n\(room)\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\(text)\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\(file)\r\n--x--\r\n",
        ]
        let answer = try node.serve.ask(
            "POST", "/api/messaging/messages/", parts.joined(), token: node.token,
            type: "multipart/form-data; boundary=x")
        #expect(answer.status == 201)
        return (answer.json as? Organisation.Object)?["uuid"] as? String ?? ""
    }

    private func hasFile(_ message: String, _ node: Organisation) throws -> Bool {
        let files = try node.get("/api/messaging/messages/\(message)/")["attachments"] as? [Organisation.Object] ?? []
        return files.count == 1 && files[0]["available"] as? Bool == true
    }

    private func delivery(of message: String, _ node: Organisation) throws -> Organisation.Object {
        try node.get("/api/messaging/messages/\(message)/delivery/")
    }

    private func names(_ nodes: Any?) -> [String] {
        (nodes as? [Organisation.Object] ?? []).compactMap { $0["name"] as? String }
    }

    /// Every file in the data folder that has these bytes somewhere: database, its log, attachments, whatever there is.
    private func files(with word: String, of node: Organisation) throws -> [String] {
        let wanted = Data(word.utf8)
        let names = FileManager.default.enumerator(atPath: node.folder)?.allObjects as? [String] ?? []
        return names.filter { name in
            let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: "\(node.folder)/\(name)"))
            guard let bytes = try? file?.readToEnd() else { return false }
            return bytes.range(of: wanted) != nil
        }
    }
}
