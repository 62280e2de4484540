import Keys
import Operations

/// Writes a room's history as honest nodes do: everybody sees what the others write a few messages late. The same history every
/// time, and no more of it in memory than its end.
struct HistoryWriter {
    let room: RoomID
    /// The room's beginning: its founding, and who was added.
    private(set) var beginning: [Operation] = []
    private(set) var certificates: [Feed: Certificate] = [:]
    private(set) var count = 0
    /// Of the last operation.
    private(set) var time: HybridTime
    private var nodes: [Node] = []
    /// The last ones, in their order: what anybody may not have seen yet.
    private var recent: [(id: OperationID, time: HybridTime)] = []
    private var random: UInt64 = 1

    private static let lagMax = 3

    private struct Node {
        let certificate: Certificate
        let key: SigningKey
        let handle: Handle
        var feed: FeedWriter
        /// How far it has seen all, and its own last one.
        var seen = 0
        var last: (number: Int, time: HybridTime)?
    }

    /// `guests` are added by the founder, beside somebody of each node.
    init(nodes count: Int, guests: [UserID] = []) throws {
        time = HybridTime(milliseconds: 1)
        var founding: Operation?
        for number in 0..<count {
            let key = Self.key(2 * number)
            let certificate = try Certificate(firstKey: key.publicKey, recoveryKey: Self.key(2 * number + 1).publicKey)
            let handle = Handle("user\(number)")!  // of letters and digits
            var feed = FeedWriter(beginningIn: founding?.room, under: certificate)
            if number == 0 {
                let creation = RoomCreation(name: "Measured").encoded
                founding = try feed.write(
                    OperationDraft(author: handle, kind: .roomCreate, payload: creation, time: time), signingWith: key)
            }
            nodes.append(Node(certificate: certificate, key: key, handle: handle, feed: feed))
        }
        guard let founding else { preconditionFailure("a history is written by somebody") }
        room = founding.room
        note(founding, by: 0)
        beginning.append(founding)
        let people = nodes.dropFirst().map { UserID(node: $0.certificate.node, handle: $0.handle) }
        for user in people + guests {
            beginning.append(try write(0, .memberAdd, .grant(user, .member), nil, seeing: self.count))
        }
    }

    /// The next message.
    mutating func post(_ text: String) throws -> Operation {
        let number = Int(random(below: UInt64(nodes.count)))
        let lag = nodes.count == 1 ? 0 : Int(random(below: UInt64(Self.lagMax + 1)))
        let seen = max(beginning.count, count - lag)
        return try write(number, .messagePost, .none, MessageContent(content: text).encoded, seeing: seen)
    }

    private mutating func write(
        _ number: Int, _ kind: KnownKind, _ target: OperationTarget, _ payload: [UInt8]?, seeing end: Int
    ) throws -> Operation {
        let known = recent[recent.count - 1 - (count - end)]
        let node = nodes[number]
        let isNews = end > node.seen && node.last.map { $0.number < end - 1 } ?? true
        let last = node.last?.time ?? known.time
        let past = isNews ? max(last, known.time) : last
        let draft = OperationDraft(
            author: node.handle, kind: kind, target: target, payload: payload, dependencies: isNews ? [known.id] : [],
            time: HybridTime(milliseconds: past.milliseconds + 1 + Int64(random(below: 8))))
        let operation = try nodes[number].feed.write(draft, signingWith: node.key)
        nodes[number].seen = max(node.seen, end)
        note(operation, by: number)
        return operation
    }

    private mutating func note(_ operation: Operation, by number: Int) {
        let header = operation.header
        if header.seq == 0 { certificates[header.feed] = nodes[number].certificate }
        nodes[number].last = (count, header.time)
        count += 1
        time = max(time, header.time)
        recent.append((operation.id, header.time))
        if recent.count > Self.lagMax + 1 { recent.removeFirst() }
    }

    /// SplitMix64.
    mutating func random(below limit: UInt64) -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ mixed >> 31) % limit
    }

    private static func key(_ number: Int) -> SigningKey {
        let seed = Hash(of: Array("parley-bench \(number)".utf8).span)
        return SigningKey(seed: SecretBytes(copying: seed.bytes.array.span))!  // of 32 bytes
    }
}
