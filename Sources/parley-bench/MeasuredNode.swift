import EventLoop
import Glibc
import JSON
import Wire

/// What is measured on a whole node, as its people's programs meet it.
protocol NodeBenchmark {
    func run(on node: MeasuredNode) throws
}

/// A node with as many people, rooms and messages as a measurement asks for.
///
/// With a folder of the user's choice they are kept, and found again the next time: a million messages take their minute.
final class MeasuredNode {
    struct Person {
        let id: Int
        let token: String
    }

    private(set) var served: ServedNode
    let loop: EventLoop
    private let program: String
    private let folder: String
    private let options: [String]
    private(set) var api: NodeAPI
    private var people: [Person]

    /// `program` is parley's (beside this one where it isn't said); without a folder, a temporary one beside this program:
    /// what lies in memory would be no disk to wait for.
    static func measure(_ benchmark: any NodeBenchmark, _ program: String?, in folder: String?) throws {
        let program = try self.program(program)
        let temporary = folder == nil ? try TemporaryDirectory(in: beside) : nil
        if let folder { mkdir(folder, 0o700) }
        let node = try MeasuredNode(program, in: folder ?? temporary?.path ?? "", on: EventLoop())
        defer {
            node.served.stop()
            temporary?.remove()
        }
        try benchmark.run(on: node)
    }

    /// The folder in which this program lies.
    static var beside: String {
        let own = ProcessFile.link("/proc/self/exe") ?? ""
        return own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
    }

    /// Parley's, as it was named, or beside this one.
    static func program(_ named: String?) throws(ArgumentFault) -> String {
        let program = named ?? "\(beside)/parley"
        guard access(program, X_OK) == 0 else {
            throw ArgumentFault("there is no program \(program); name parley's with --node")
        }
        return program
    }

    init(_ program: String, in folder: String, port: UInt16 = 0, options: [String] = [], on loop: EventLoop) throws {
        self.program = program
        self.folder = folder
        self.options = options
        self.loop = loop
        served = try ServedNode(program, in: "\(folder)/data", port: port, options: options)
        api = NodeAPI(served.target, on: loop)
        people = (ProcessFile.text("\(folder)/people") ?? "").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let id = Int(words[0]) else { return nil }
            return Person(id: id, token: String(words[1]))
        }
    }

    func restart() throws {
        stop()
        try start()
    }

    func stop() { served.stop() }

    /// Where it was.
    func start() throws {
        served = try ServedNode(
            program, in: "\(folder)/data", port: served.target.address.port ?? 0, options: options)
        api = NodeAPI(served.target, on: loop)
    }

    /// What one of parley's commands says of this node.
    @discardableResult
    func run(_ words: String...) throws -> String {
        let child = try ChildProcess(program, words + ["--data", "\(folder)/data"], readsOutput: true)
        var text = ""
        while let line = child.line(within: 20_000) { text += line + "\n" }
        return text
    }

    // MARK: What there is

    func people(_ count: Int) throws -> [Person] {
        guard people.count < count else { return Array(people[..<count]) }
        let requests = (people.count..<count).map { number in
            // Whoever comes first brings the code; the door is open to the others.
            let invite = number == 0 ? served.setupCode.map { #", "invite": "\#($0)""# } : nil
            return NodeAPI.Request(
                method: .post, path: "/api/auth/register/",
                json: #"{"username": "person\#(number)", "password": "correct horse"\#(invite ?? "")}"#)
        }
        let first = people.isEmpty ? 1 : 0
        for answer in try api.askAll(Array(requests.prefix(first))) + api.askAll(Array(requests.dropFirst(first))) {
            guard let id = answer["user"]?["id"]?.integer, let token = answer["token"]?.text else {
                throw LoadFailed(description: "registering was answered with something else")
            }
            people.append(Person(id: id, token: token))
        }
        try save()
        return people
    }

    private func save() throws {
        let text = people.map { "\($0.id) \($0.token)\n" }.joined()
        let file = "\(folder)/people"
        let descriptor = try Descriptor(open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600), "create \(file)")
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { write(descriptor.number, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw SystemError("write \(file)") }
    }

    /// A room of that name and those people; the first of them has made it.
    func room(_ name: String, of people: [Person]) throws -> Int {
        let known = try api.get("/api/messaging/channels/?name=\(name)", as: people[0].token)
        if let id = known["results"]?.elements.first?["id"]?.integer { return id }
        let others = people.dropFirst().map { "\($0.id)" }.joined(separator: ", ")
        let made = try api.post(
            "/api/messaging/channels/", #"{"name": "\#(name)", "participants": [\#(others)]}"#, as: people[0].token)
        guard let id = made["id"]?.integer else {
            throw LoadFailed(description: "making a room was answered with something else")
        }
        return id
    }

    func get(_ path: String, as person: Person) throws -> JSONValue {
        try api.get(path, as: person.token)
    }

    /// Writes what is missing until the room has so many messages, the members taking turns; tells what that has cost, where
    /// it was much.
    func fill(_ room: Int, of people: [Person], to count: Int) throws {
        let path = "/api/messaging/channels/\(room)/messages/?limit=1"
        let known = try api.get(path, as: people[0].token)["count"]?.integer ?? 0
        guard known < count else { return }
        var plan = LoadPlan()
        plan.connections = min(64, count - known)
        plan.warmupMilliseconds = 0
        plan.extent = .operations(count - known)
        let result = try send(to: room, from: people, plan)
        guard count - known >= 10_000 else { return }
        Console.say(
            "wrote \(Figures.grouped(result.count)) messages behind \(Figures.grouped(known)): "
                + "\(Figures.fixed(result.rate, 0)) per second, "
                + "\(Figures.microseconds(result.cpuPerOperation(0))) of parley's processor time for each")
    }

    // MARK: Loads

    /// Messages of a hundred bytes, by `plan.connections` senders.
    func send(to room: Int, from people: [Person], _ plan: LoadPlan) throws -> LoadResult {
        let text =
            "Message of a hundred bytes or so, as people write them to each other: short, and without much in it."
        let json = #"{"channel": \#(room), "content": "\#(text)"}"#
        var next = 0
        return try load(plan) {
            defer { next += 1 }
            return ["/api/messaging/messages/"].map { self.request($0, as: people[next % people.count], json: json) }
        }
    }

    /// The same pages again and again: each client goes round them.
    func read(_ paths: [String], as people: [Person], _ plan: LoadPlan) throws -> LoadResult {
        var next = 0
        return try load(plan) {
            defer { next += 1 }
            let person = people[next % people.count]
            return paths.map { self.request($0, as: person, json: nil) }
        }
    }

    private func load(_ plan: LoadPlan, _ requests: () -> [HTTPLoadClient.Request]) throws -> LoadResult {
        try Load(plan, observing: [served.process], on: loop).run { load in
            HTTPLoadClient(load, served.target, requests: requests())
        }
    }

    private func request(_ path: String, as person: Person, json: String?) -> HTTPLoadClient.Request {
        var head = "\(json == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: \(served.target.authority)\r\n"
        head += "Authorization: Bearer \(person.token)\r\nAccept: application/json\r\n"
        if let json { head += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        return HTTPLoadClient.Request(
            method: json == nil ? .get : .post, bytes: Array("\(head)\r\n\(json ?? "")".utf8))
    }
}
