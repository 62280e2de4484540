import Foundation
import Glibc
import Synchronization
import Testing

/// A room in which people write, react, read and upload while the node is killed again and again.
@Suite struct KilledRoomTests {
    private static let people = ["ada", "bob", "eve"]
    private static let rounds = 6
    private let playground = Playground()

    /// Somebody at work. Each step has its key, and is asked for until it is answered.
    private final class Writer: Sendable {
        let name: String
        let token: String
        private let done = Mutex(Done())

        struct Done {
            /// Steps that were answered.
            var steps = 0
            /// The ids of messages, by what they say.
            var messages: [String: Int64] = [:]
            /// Messages to which they have reacted, and that they have read.
            var liked: Set<Int64> = []
            var read: Set<Int64> = []
            /// The ids of uploads, by their content.
            var uploads: [String: Int64] = [:]
            /// What was answered otherwise than it may be.
            var faults: [String] = []
        }

        init(_ name: String, _ token: String) {
            (self.name, self.token) = (name, token)
        }

        var current: Done { done.withLock { $0 } }

        /// Until nobody answers any more. What was not answered is the first thing of the next time.
        func work(in room: Int64, beside others: [Writer], on node: NodeAddress) {
            while (try? step(room, others, node)) != nil {}
        }

        /// One step, answered; throws where no answer came.
        func step(_ room: Int64, _ others: [Writer], _ node: NodeAddress) throws {
            let number = current.steps
            let (text, key) = ("\(name)-\(number)", ["Idempotency-Key": "\(name)-\(number)"])
            switch number % 5 {
            case 3:
                guard let id = current.messages.values.max() else { break }
                let answer = try node.ask(
                    "POST", "/messages/\(id)/reaction/", #"{"reaction": "like"}"#, token: token, fields: key)
                note(answer, [200, 201]) { done, _ in done.liked.insert(id) }
            case 4 where number % 10 == 4:
                let form =
                    "--b\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n\(room)\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n\(text)\r\n--b--\r\n"
                let answer = try node.ask(
                    "POST", "/api/messaging/attachments/", form, token: token,
                    type: "multipart/form-data; boundary=b", fields: key)
                note(answer, [201]) { $0.uploads[text] = $1 }
            case 4:
                guard let id = others.compactMap({ $0.current.messages.values.max() }).max() else { break }
                let answer = try node.ask("POST", "/api/messaging/messages/\(id)/mark_read/", token: token)
                note(answer, [200]) { done, _ in done.read.insert(id) }
            default:
                let body = #"{"channel": \#(room), "content": "\#(text)"}"#
                let answer = try node.ask("POST", "/api/messaging/messages/", body, token: token, fields: key)
                note(answer, [201]) { $0.messages[text] = $1 }
            }
            done.withLock { $0.steps = number + 1 }
        }

        private func note(_ answer: NodeAddress.Answer, _ good: Set<Int>, _ change: (inout Done, Int64) -> Void) {
            done.withLock { done in
                guard good.contains(answer.status) else {
                    done.faults.append("\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
                    return
                }
                change(&done, answer["id"] as? Int64 ?? 0)
            }
        }
    }

    private func serve() throws -> Serve {
        try playground.serve("data", ["--rate-limits", "off", "--log-level", "warning"])
    }

    private func signIn(_ serve: Serve) throws -> [Writer] {
        try Self.people.map { name in
            let added = try playground.run(["user", "add", name, "--json"])
            let password = added.json(as: [String: Any].self)?["password"] as? String ?? ""
            let body = #"{"username": "\#(name)", "password": "\#(password)"}"#
            return Writer(name, try serve.ask("POST", "/api/auth/login/", body)["token"] as? String ?? "")
        }
    }

    @Test
    func `what was answered is there once, and whoever follows hears all of it once`() throws {
        var serve = try self.serve()
        let writers = try signIn(serve)
        let made = try serve.ask(
            "POST", "/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob", "eve"]}"#,
            token: writers[0].token)
        let room = try #require(made["id"] as? Int64)
        let followers = Follower.Way.allCases.map { Follower($0, token: writers[1].token, since: 0) }

        for _ in 0..<Self.rounds {
            let address = serve.address
            let threads =
                writers.map { writer in thread { writer.work(in: room, beside: writers, on: address) } }
                + followers.map { follower in thread { follower.follow(address) } }
            usleep(.random(in: 50_000...300_000))
            serve.signal(SIGKILL)
            #expect(serve.wait() == -SIGKILL)
            while threads.contains(where: { !$0.isFinished }) { usleep(1_000) }
            serve = try self.serve()
        }
        // What was under way when the node was killed for the last time.
        for writer in writers { try writer.step(room, writers, serve.address) }

        let messages = try self.messages(of: room, writers[0].token, serve.address)
        try check(writers, against: messages, serve.address)
        try check(followers, against: messages.map(\.id), serve)
        let verified = try playground.run(["verify"])
        #expect(verified.status == 0, "\(verified.text)\(verified.complaint)")
    }

    private func thread(_ body: @escaping @Sendable () -> Void) -> Foundation.Thread {
        let thread = Foundation.Thread(block: body)
        thread.start()
        return thread
    }

    // MARK: What is there

    private struct Message {
        let id: Int64
        let content: String
        let likes: Int
    }

    private func messages(of room: Int64, _ token: String, _ node: NodeAddress) throws -> [Message] {
        var found: [Message] = []
        while true {
            let path = "/api/messaging/channels/\(room)/messages/?limit=200&offset=\(found.count)"
            let page = try #require(try node.ask("GET", path, token: token)["results"] as? [[String: Any]])
            guard !page.isEmpty else { return found }
            found += page.map { row in
                Message(
                    id: row["id"] as? Int64 ?? 0, content: row["content"] as? String ?? "",
                    likes: (row["reactions"] as? [String: Any])?["like"] as? Int ?? 0)
            }
        }
    }

    private func check(_ writers: [Writer], against messages: [Message], _ node: NodeAddress) throws {
        #expect(Set(messages.map(\.content)).count == messages.count, "a message is there twice")
        let ids = Dictionary(uniqueKeysWithValues: messages.map { ($0.content, $0.id) })
        let likes = Dictionary(uniqueKeysWithValues: messages.map { ($0.id, $0.likes) })
        for writer in writers {
            let done = writer.current
            #expect(done.faults == [], "\(writer.name)")
            #expect(!done.messages.isEmpty && !done.uploads.isEmpty && !done.liked.isEmpty && !done.read.isEmpty)
            for (text, id) in done.messages { #expect(ids[text] == id, "\(text)") }
            for id in done.liked { #expect(likes[id, default: 0] >= 1, "the reaction to \(id)") }
            for id in done.read where !done.messages.values.contains(id) {
                let receipts = try node.ask(
                    "GET", "/api/messaging/read-receipts/?message=\(id)&user=\(writer.name)", token: writer.token)
                #expect(receipts["count"] as? Int == 1, "the receipt of \(id)")
            }
            for (content, id) in done.uploads {
                let file = try node.ask("GET", "/api/messaging/attachments/\(id)/download/", token: writer.token)
                #expect(file.body == Array(content.utf8), "\(content)")
            }
            // A key that was used makes nothing, also after all this.
            let (text, id) = try #require(done.messages.max { $0.value < $1.value })
            let room = try #require(try node.ask("GET", "/api/messaging/messages/\(id)/", token: writer.token)["room"])
            let again = try node.ask(
                "POST", "/api/messaging/messages/", #"{"channel": \#(room), "content": "\#(text)"}"#,
                token: writer.token, fields: ["Idempotency-Key": text])
            #expect(again["id"] as? Int64 == id)
        }
    }

    private func check(_ followers: [Follower], against ids: [Int64], _ serve: Serve) throws {
        let address = serve.address
        let threads = followers.map { follower in thread { follower.follow(address) } }
        let deadline = Date() + 30
        while followers.contains(where: { $0.current.messages.count < ids.count }), Date() < deadline { usleep(1_000) }
        for follower in followers {
            let heard = follower.current
            #expect(heard.faults == [], "\(follower.way)")
            #expect(heard.messages.sorted() == ids.sorted(), "\(follower.way)")
        }
        #expect(serve.stop() == 0)
        while threads.contains(where: { !$0.isFinished }) { usleep(1_000) }
    }
}
