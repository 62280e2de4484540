import API
import Blobs
import Chat
import EventLoop
import Glibc
import Keys
import Log
import Operations
import SQLite
import Server
import Store

/// A node's API in this process: a real server on a port of its own, a real database in a folder of its own.
///
///     let node = try TestNode()
///     let alice = try node.user("alice")
///     let answer = try alice.get("/api/users/me/")
///     #expect(answer.status == 200)
///     #expect(answer.json["username"] == "alice")
final class TestNode: Sendable {
    static let name = "north.example"
    /// As cheap as Argon2 gets.
    static let cheap = PasswordCost(passes: 1, memoryKibibytes: 8)

    let context: APIContext
    let address: SocketAddress
    let parts: TestParts
    let disk: FullDisk?
    private let realTime: RealTime
    private let folder: String
    private let log: Int32
    private let threads: ServerThreads

    /// `canFill`: the database lies on a `disk` that can be filled. `change`: what is other than usual in the settings.
    init(
        canFill: Bool = false, limits: WriterLimits = .init(), _ change: (inout APISettings) -> Void = { _ in }
    ) throws {
        var template = Array("/tmp/parley-api-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        log = open(folder + "/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let path = folder + "/db"
        _ = try StoreSchema.current.prepare(databaseAt: path)

        var settings = APISettings(name: Self.name, requestSecret: [UInt8](repeating: 7, count: 32))
        settings.passwordCost = Self.cheap
        settings.rates = .none
        change(&settings)

        let sessions = SessionCache()
        let nodeLog = Log(to: log)
        let realTime = try RealTime(databaseAt: path, log: nodeLog)
        self.realTime = realTime
        let identity = try Self.identity()
        let chat = ChatSettings(name: settings.name)
        let disk = canFill ? FullDisk() : nil
        self.disk = disk
        let writer = try Writer(path, disk?.options ?? .init(), limits: limits) { connection in
            // No test here pulls the plug.
            try connection.execute("PRAGMA synchronous = OFF")
            return try ChatState(connection, databaseAt: path, as: identity, chat) { news in
                for ended in news.ended { sessions.forget(ended) }
                realTime.hear(news)
            }
        }
        parts = TestParts()
        context = APIContext(
            settings, writer: writer, databaseAt: path, sessions: sessions,
            workers: try Workers(count: 2, databaseAt: path), log: nodeLog,
            parts: parts.parts(presence: realTime.presence), realTime: realTime,
            files: try FileThreads(count: 1, blobs: try BlobStore(in: folder)))
        try realTime.start(settings, writer: writer, signalling: NoSignals())
        threads = try ServerThreads(
            listeningAt: [.ipv4(0x7F00_0001, port: 0)], threads: 2,
            refusal: { [context] in context.refusal($0, $1, $2) }, troubled: { fatalError("\($0)") },
            setup: { [context] loop, _ in
                Router(APIRoute.routes(of: RouteTable.lines, in: try LoopContext(context, on: loop)))
            })
        address = threads.addresses[0]
    }

    deinit {
        threads.drain(within: 100)
        realTime.stop()
        context.files.stop()
        context.workers.stop()
        context.writer.stop()
        close(log)
        FolderRemoval.remove(folder)
    }

    private static func identity() throws -> NodeIdentity {
        let key = SigningKey()
        let certificate = try Certificate(firstKey: key.publicKey, recoveryKey: SigningKey().publicKey)
        return NodeIdentity(certificate: certificate, key: key)
    }

    // MARK: People

    /// Somebody with an account and a session. The first of a node is its administrator only if it is said so.
    func user(_ name: String, isAdmin: Bool = false, password: String = "password") throws -> TestUser {
        let registration = try Registration(username: name, password: Password(password))
        let hash = try registration.hash(Self.cheap)
        let occasion = Occasion(now: .now(), by: nil)
        let signedIn = try context.writer.performLogged { transaction, state in
            let account = try Accounts.add(
                registration, hash: hash, isAdmin: isAdmin, state.accounts(at: occasion.now), on: occasion,
                in: transaction)
            return try Accounts.begin(account, userAgent: "test", &state.random, on: occasion, in: transaction)
        }
        return TestUser(
            name: name, number: signedIn.account.person.value, token: signedIn.secret.text,
            client: try TestClient(address))
    }

    func nobody() throws -> TestClient { try TestClient(address) }

    /// What the node has logged so far.
    func logged() throws -> String {
        let descriptor = open(folder + "/log", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var room = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &room, room.count)
        return String(decoding: room[..<max(0, count)], as: UTF8.self)
    }
}

/// Somebody who is signed in, with a connection of their own.
final class TestUser {
    let name: String
    let number: Int64
    let token: String
    let client: TestClient

    init(name: String, number: Int64, token: String, client: TestClient) {
        self.name = name
        self.number = number
        self.token = token
        self.client = client
    }

    /// `fields`: further lines of the head.
    func get(_ path: String, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("GET", path, fields: fields)
    }

    func post(_ path: String, _ json: String? = nil, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("POST", path, json, fields: fields)
    }

    func put(_ path: String, _ json: String, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("PUT", path, json, fields: fields)
    }

    func patch(_ path: String, _ json: String, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("PATCH", path, json, fields: fields)
    }

    func delete(_ path: String, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("DELETE", path, fields: fields)
    }

    func ask(
        _ method: String, _ path: String, _ json: String? = nil, fields: [String: String] = [:]
    ) throws -> TestAnswer {
        try client.ask(method, path, json, fields: ["Authorization": "Bearer \(token)"].merging(fields) { $1 })
    }
}
