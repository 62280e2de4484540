import Keys
import Operations

/// A room's history as honest nodes write it: everybody sees what the others write a few messages late.
struct ReplicaHistory {
    let room: RoomID
    /// In the order in which they were written, each signed.
    private(set) var operations: [Operation] = []
    private(set) var certificates: [Feed: Certificate] = [:]
    private var random: UInt64 = 1

    private struct Writer {
        let certificate: Certificate
        let key: SigningKey
        let handle: Handle
        var feed: FeedWriter
        /// How far in `operations` it has seen all, and its own last one.
        var seen = 0
        var last: Int?
    }

    init(nodes: Int, operations count: Int) throws {
        var writers: [Writer] = []
        var room: RoomID?
        for number in 0..<nodes {
            let key = Self.key(2 * number)
            let recovery = Self.key(2 * number + 1)
            let certificate = try Certificate(firstKey: key.publicKey, recoveryKey: recovery.publicKey)
            let handle = Handle("user\(number)")!  // of letters and digits
            writers.append(
                Writer(
                    certificate: certificate, key: key, handle: handle,
                    feed: FeedWriter(beginningIn: room, under: certificate)))
            if number == 0 {
                let creation = RoomCreation(name: "Measured").encoded
                let time = HybridTime(milliseconds: 1)
                let genesis = try writers[0].feed.write(
                    OperationDraft(author: handle, kind: .roomCreate, payload: creation, time: time), signingWith: key)
                room = genesis.room
                operations.append(genesis)
                certificates[genesis.header.feed] = certificate
                writers[0].last = 0
            }
        }
        self.room = operations[0].room
        for number in 1..<max(nodes, 1) {
            let user = UserID(node: writers[number].certificate.node, handle: writers[number].handle)
            try write(&writers[0], .memberAdd, .grant(user, .member), nil, seeing: operations.count)
        }
        let welcome = operations.count
        while operations.count < count {
            let number = Int(next() % UInt64(nodes))
            let lag = nodes == 1 ? 0 : Int(next() % 4)
            let text = MessageContent(
                content: "Message \(operations.count) of a hundred bytes or so, as people write them")
            try write(
                &writers[number], .messagePost, .none, text.encoded, seeing: max(welcome, operations.count - lag))
        }
    }

    private mutating func write(
        _ writer: inout Writer, _ kind: KnownKind, _ target: OperationTarget, _ payload: [UInt8]?, seeing end: Int
    ) throws {
        let known = operations[max(0, end - 1)]
        let isNews = end > writer.seen && writer.last.map { $0 < end - 1 } ?? true
        let last = writer.last.map { operations[$0].header.time } ?? known.header.time
        let past = isNews ? max(last, known.header.time) : last
        let draft = OperationDraft(
            author: writer.handle, kind: kind, target: target, payload: payload,
            dependencies: isNews ? [known.id] : [], time: HybridTime(past.value + 1 + next() % 8)!)
        let operation = try writer.feed.write(draft, signingWith: writer.key)
        if operation.header.seq == 0 { certificates[operation.header.feed] = writer.certificate }
        writer.seen = max(writer.seen, end)
        writer.last = operations.count
        operations.append(operation)
    }

    /// SplitMix64: the same history every time.
    private mutating func next() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private static func key(_ number: Int) -> SigningKey {
        let seed = Hash(of: Array("parley-bench \(number)".utf8).span)
        return SigningKey(seed: SecretBytes(copying: seed.bytes.array.span))!  // of 32 bytes
    }

    /// The feeds as they would travel, in runs with one signature each.
    func runs() throws -> [[UInt8]] {
        var runs: [[UInt8]] = []
        for (feed, certificate) in certificates {
            var packer = RunPacker()
            for operation in operations where operation.header.feed == feed {
                let start = operation.header.seq == 0 ? certificate.encoded : nil
                if packer.append(operation, certificate: start) { continue }
                if let run = packer.finish() { runs.append(run) }
                packer = RunPacker()
                _ = packer.append(operation, certificate: start)
            }
            if let run = packer.finish() { runs.append(run) }
        }
        return runs
    }
}
