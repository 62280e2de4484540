import EventLoop
import Foundation
import Glibc
import Testing
import Wires

/// An organisation: its node, a process of its own, and Ada, who administers it and talks. Others reach it over wires.
final class Organisation {
    typealias Object = [String: Any]

    struct Refused: Error {
        let request: String
        let status: Int
        let text: String
    }

    let name: String
    /// The data folder's name in the playground.
    private(set) var data: String
    private let playground: Playground
    private let options: [String]
    private let environment: [String: String]
    private(set) var serve: Serve!
    private(set) var token = ""
    /// Of Ada: the same on all nodes, while her address hangs on who knows whose name.
    private(set) var uuid = ""
    private var ways: [Proxy] = []

    var host: String { "\(name).example" }
    var person: String { "ada@\(host)" }

    init(
        _ name: String, in playground: Playground, data: String? = nil, options: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        (self.name, self.playground, self.data) = (name, playground, data ?? name)
        (self.options, self.environment) = (options, environment)
        try start()
        let made = try ask(
            "POST", "/api/auth/register/",
            ["username": "ada", "password": "correct horse", "invite": serve.said("set-up code") ?? ""])
        token = (made as? Object)?["token"] as? String ?? ""
        uuid = ((made as? Object)?["user"] as? Object)?["uuid"] as? String ?? ""
    }

    // MARK: The process

    func start() throws {
        serve = try playground.serve(
            data,
            [
                "--public-url", "http://\(host)", "--name", host, "--rate-limits", "off",
            ] + (options.contains("--log-level") ? [] : ["--log-level", "warning"]) + options, environment: environment)
        for way in ways { way.lead(to: place) }
    }

    func stop() {
        #expect(serve.stop() == 0, "\(serve.logText)")
    }

    func kill() { serve.kill() }

    private var place: SocketAddress { .ipv4(0x7F00_0001, port: serve.address.port) }

    /// A new wire to this node.
    func way() throws -> Proxy {
        let way = try Proxy(to: place)
        ways.append(way)
        return way
    }

    /// Ends for good.
    func end() {
        serve.kill()
        for way in ways { way.stop() }
    }

    func run(_ words: String...) throws -> Playground.Outcome { try playground.run(words, data: data) }

    /// Makes the node anew of a backup, in another folder.
    func restore(_ backup: String) throws {
        data = "\(name)-restored"
        let outcome = try playground.run(["restore", playground.file(backup)], data: data)
        #expect(outcome.status == 0, "\(outcome.complaint)")
    }

    var folder: String { playground.file(data) }

    // MARK: What people ask

    /// What is answered with a 2xx.
    @discardableResult
    func ask(_ method: String, _ path: String, _ body: Object? = nil) throws -> Any {
        let text = try body.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }
        let answer = try serve.ask(method, path, text ?? "", token: token.isEmpty ? nil : token)
        guard (200..<300).contains(answer.status) else {
            throw Refused(
                request: "\(name): \(method) \(path)", status: answer.status,
                text: String(decoding: answer.body, as: UTF8.self))
        }
        return answer.json ?? Object()
    }

    func get(_ path: String) throws -> Object { try ask("GET", path) as? Object ?? [:] }

    /// All pages of a list.
    func list(_ path: String) throws -> [Object] {
        var all: [Object] = []
        while true {
            let mark = path.contains("?") ? "&" : "?"
            let page = try get("\(path)\(mark)limit=200&offset=\(all.count)")
            let results = page["results"] as? [Object] ?? []
            all += results
            if results.isEmpty || page["next"] is NSNull { return all }
        }
    }

    /// Whether something is there that answers 2xx.
    func has(_ path: String) throws -> Bool {
        do {
            try ask("GET", path)
            return true
        } catch let refusal as Refused where refusal.status == 404 {
            return false
        }
    }

    // MARK: What Ada does

    /// A room, by its uuid.
    func found(_ name: String = "Harbour") throws -> String {
        (try ask("POST", "/api/messaging/channels/", ["name": name]) as? Object)?["uuid"] as? String ?? ""
    }

    func admit(_ person: String, to room: String, as role: String = "admin") throws {
        try ask("POST", "/api/messaging/channels/\(room)/add_member/", ["user": person, "role": role])
    }

    func remove(_ person: String, from room: String) throws {
        try ask("POST", "/api/messaging/channels/\(room)/remove_member/", ["user": person])
    }

    /// A message, by its uuid.
    @discardableResult
    func say(_ text: String, in room: String) throws -> String {
        let body: Object = ["channel": room, "content": text]
        return (try ask("POST", "/api/messaging/messages/", body) as? Object)?["uuid"] as? String ?? ""
    }

    func edit(_ message: String, to text: String) throws {
        try ask("PATCH", "/api/messaging/messages/\(message)/", ["content": text])
    }

    func delete(_ message: String) throws { try ask("DELETE", "/api/messaging/messages/\(message)/") }

    func react(_ reaction: String?, to message: String) throws {
        try ask("POST", "/messages/\(message)/reaction/", ["reaction": reaction ?? NSNull()])
    }

    func isThere(_ message: String) throws -> Bool { try has("/api/messaging/messages/\(message)/") }

    // MARK: Peers

    /// Wants another node as a peer, over a wire of their own.
    func add(_ other: Organisation) throws -> Proxy {
        let way = try other.way()
        try ask("POST", "/api/admin/peers/", ["url": way.url])
        return way
    }

    func state(of other: Organisation) throws -> String? {
        try list("/api/admin/peers/").first { $0["name"] as? String == other.host }?["state"] as? String
    }
}
