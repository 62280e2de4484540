import Bytes
import Client
import EventLoop
import Gossip
import Keys
import Operations
import Peers
import RoomModel
import Testing
import Wire

/// Somebody with a node's keys who says what they like. Drives a loop of its own while it waits.
final class HostilePeer {
    let planned: PlannedNode
    private let victim: TestNode
    private let loop: EventLoop
    private let client: HTTPClient

    var id: NodeID { planned.id }
    var certificate: Certificate { planned.certificates[0] }
    var key: SigningKey { planned.keys[0] }

    struct Answer {
        let status: UInt16
        let body: [UInt8]
        let fields: HTTPFields
        /// Whether the victim has signed it, to this question.
        let isSigned: Bool

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// A request as it would be, and what is wrong with it.
    struct Request {
        var method = "POST"
        var target: String
        var body: [UInt8] = []
        var destination: NodeURL
        var created = Timestamp.now()
        var key: SigningKey
        var node: NodeID
        var nonce = RequestNonce()
        /// Sent in place of the body that was signed.
        var sentBody: [UInt8]?
        var isSigned = true
        /// Sent besides.
        var fields: [(name: String, value: String)] = []
    }

    init(_ planned: PlannedNode, against victim: TestNode) throws {
        self.planned = planned
        self.victim = victim
        loop = try EventLoop()
        client = HTTPClient(on: loop)
    }

    /// The victim takes it for a peer.
    func befriend() throws {
        let card = try self.card()
        try victim.change(id, .knock(card))
        try victim.change(id, .accept)
    }

    /// One that nobody can call, so that the victim does not try.
    func card() throws -> Card {
        let statement = Card.Statement(
            certificate: certificate, name: NodeName("mallory.example")!, url: nil, time: Timestamp.now())
        return try Card(statement, signingWith: key)
    }

    func request(_ method: String = "POST", _ target: String, _ body: [UInt8] = []) -> Request {
        Request(method: method, target: target, body: body, destination: victim.url, key: key, node: id)
    }

    func ask(_ method: String = "POST", _ target: String, _ body: [UInt8] = []) throws -> Answer {
        try send(request(method, target, body))
    }

    func push(_ items: [PushRequest.Item]) throws -> PushAnswer {
        let push = PushRequest(since: nil, through: Cursor(bytes: [1])!, items: items)
        let answer = try ask("POST", "/federation/v1/push", push.encoded)
        #expect(answer.status == (answer.body.isEmpty ? 204 : 200) && answer.isSigned)
        return try PushAnswer(decoding: answer.body.span)
    }

    func pull(_ asks: [PullRequest.Ask]) throws -> [PullAnswerItem] {
        let answer = try ask("POST", "/federation/v1/pull", PullRequest(asks: asks).encoded)
        #expect(answer.status == 200 && answer.isSigned)
        return try PullAnswerItem.decode(answer.body.span)
    }

    func send(_ request: Request) throws -> Answer {
        let signed = try PeerSigner(node: request.node, key: request.key).request(
            request.method, request.target, to: request.destination, content: request.body,
            now: request.created, nonce: request.nonce)
        var fields = request.fields
        if request.isSigned {
            signed.fields.forEach { name, value in
                fields.append((Self.text(name), Self.text(value)))
            }
        }
        let body = request.sentBody ?? request.body
        var result: Result<ClientResponse, ClientFault>?
        client.fetch(
            ClientRequest(
                HTTPMethod(request.method), request.target, fields: fields, body: body.isEmpty ? .none : .bytes(body)),
            from: Endpoint(victim.address)
        ) { result = $0 }
        let end = MonotonicTime.now() + 20_000
        while result == nil, MonotonicTime.now() < end { try loop.turn(waitingAtMost: 50) }
        let response = try #require(result).get()
        let keys = PeerKeys(victim.planned.certificates[0])
        let content = try? signed.checkAnswer(
            Int(response.status), response.head.fields, from: keys, now: Timestamp.now())
        return Answer(
            status: response.status, body: response.body, fields: response.head.fields,
            isSigned: content == .whole(ContentMark(of: response.body, in: signed.nonce)))
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Operations

    /// A feed of its own in a room.
    func feed(in room: RoomID?) -> FeedWriter { FeedWriter(beginningIn: room, under: certificate) }

    /// A little ahead of the clock, so that it is later than what the victim has just written.
    func write(
        _ kind: KnownKind = .messagePost, about target: OperationTarget = .none, saying text: String? = "Mallory",
        after dependencies: [OperationID] = [], at milliseconds: Int64? = nil, with feed: inout FeedWriter,
        signedBy key: SigningKey? = nil
    ) throws -> Operation {
        let time = HybridTime.next(
            after: lastTime, clockMilliseconds: milliseconds ?? Timestamp.now().milliseconds + 10)!
        lastTime = time
        let payload = text.map {
            kind == .roomCreate ? RoomCreation(name: $0).encoded : MessageContent(content: $0).encoded
        }
        return try feed.write(
            OperationDraft(
                author: TestNode.ada, kind: kind, target: target, payload: payload,
                dependencies: dependencies.sorted(), time: time), signingWith: key ?? self.key)
    }

    private var lastTime: HybridTime?

    func run(_ operations: [Operation]) -> [UInt8] {
        let runs = runs(of: operations)
        #expect(runs.count == 1)
        return runs[0]
    }

    /// In as few runs as may be: what may end a view is the last of its run.
    func runs(of operations: [Operation]) -> [[UInt8]] {
        var runs: [[UInt8]] = []
        var packer = RunPacker()
        for operation in operations {
            let first = operation.header.seq == 0 ? certificate.encoded : nil
            if packer.append(operation, certificate: first) { continue }
            runs.append(packer.finish()!)
            packer = RunPacker()
            let isTaken = packer.append(operation, certificate: first)
            #expect(isTaken)
        }
        return runs + [packer.finish()!]
    }
}

extension PushAnswer.Item {
    /// What is told of it; nil where nothing is.
    var taken: PushAnswer.Taken? { if case .taken(let taken) = self { taken } else { nil } }
}

extension PushRequest.Item {
    init(_ room: RoomID, runs: [[UInt8]]) {
        self.init(room: room)
        self.runs = runs
    }
}
