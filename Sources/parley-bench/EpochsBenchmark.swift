import Glibc
import Keys
import Operations
import Replica

/// What it costs a room when somebody who was removed begins feed after feed (Spec/authority.md, section 8).
struct EpochsBenchmark {
    let epochs: Int

    /// What the feeds' beginnings build upon.
    private enum Manner: String, CaseIterable {
        case apart = "each upon the founding alone"
        case chained = "each upon the one before"
        case endorsed = "each upon the founding, and an accomplice's feed upon each"
    }

    private struct Node {
        let certificate: Certificate
        let key: SigningKey
        let handle = Handle("ada")!  // of letters

        var user: UserID { UserID(node: certificate.node, handle: handle) }

        init(_ label: String) throws {
            key = Self.key("\(label) first")
            certificate = try Certificate(firstKey: key.publicKey, recoveryKey: Self.key("\(label) recovery").publicKey)
        }

        private static func key(_ label: String) -> SigningKey {
            let seed = Hash(of: Array("parley-bench \(label)".utf8).span)
            return SigningKey(seed: SecretBytes(copying: seed.bytes.array.span))!  // of 32 bytes
        }
    }

    func run() throws {
        for manner in Manner.allCases { try run(manner) }
    }

    private func run(_ manner: Manner) throws {
        let (founder, hostile, accomplice) = (try Node("founder"), try Node("hostile"), try Node("accomplice"))
        var clock: UInt64 = 1 << 40
        func write(
            _ node: Node, _ kind: KnownKind, _ target: OperationTarget = .none, saying payload: [UInt8]? = nil,
            after dependencies: [OperationID], in feed: inout FeedWriter
        ) throws -> Operation {
            clock += 1
            let draft = OperationDraft(
                author: node.handle, kind: kind, target: target, payload: payload, dependencies: dependencies,
                time: HybridTime(clock)!)  // far from the end
            return try feed.write(draft, signingWith: nil)
        }
        var feed = FeedWriter(beginningIn: nil, under: founder.certificate)
        let genesis = try write(
            founder, .roomCreate, saying: RoomCreation(name: "Measured").encoded, after: [], in: &feed)
        var operations: [Operation] = []
        for node in [hostile, accomplice] {
            operations.append(try write(founder, .memberAdd, .grant(node.user, .admin), after: [], in: &feed))
        }
        for node in [hostile, accomplice] {
            operations.append(try write(founder, .memberRemove, .user(node.user), after: [], in: &feed))
        }
        var room = Room(genesis.room, nature: .group)
        var records = MemoryRecords()
        var changes: [StateChange] = []
        func take(_ taken: [Operation], of node: Node) throws -> Double {
            let before = CPUTime.own()
            for operation in taken {
                room.take(operation, rank: node.certificate.rank, into: &records, changes: &changes)
                changes.removeAll(keepingCapacity: true)
            }
            return (CPUTime.own() - before).total
        }
        _ = try take([genesis] + operations, of: founder)

        var spent = 0.0
        var last = genesis.id
        var endorsing = FeedWriter(beginningIn: genesis.room, under: accomplice.certificate)
        let memory = try memory()
        for _ in 0..<epochs {
            var epoch = FeedWriter(beginningIn: genesis.room, under: hostile.certificate)
            let first = try write(hostile, .join, after: [manner == .chained ? last : genesis.id], in: &epoch)
            last = first.id
            spent += try take([first], of: hostile)
            guard manner == .endorsed else { continue }
            spent += try take([try write(accomplice, .join, after: [first.id], in: &endorsing)], of: accomplice)
        }
        let bytes = try self.memory() - memory
        let messages = try (0..<1_000).map { number in
            try write(
                founder, .messagePost, saying: MessageContent(content: "message \(number)").encoded, after: [],
                in: &feed)
        }
        let honest = try take(messages, of: founder)
        let restoring = CPUTime.own()
        let restored = Room(genesis.room, nature: .group, restoredFrom: &records)
        let starting = (CPUTime.own() - restoring).total
        guard restored.clock(in: records) == room.clock(in: records) else {
            throw LoadFailed(description: "the restored room is another")
        }
        Console.say(
            "\(Figures.grouped(epochs)) feeds, \(manner.rawValue): \(Figures.microseconds(spent / Double(epochs))) each, "
                + "\(bytes / epochs) bytes; \(Figures.grouped(room.clock(in: records).entries.count)) feeds are passed on; "
                + "a message after that \(Figures.microseconds(honest / 1_000)); "
                + "restored in \(Figures.duration(nanoseconds: UInt64(starting * 1e9)))")
    }

    private func memory() throws -> Int {
        guard let bytes = ObservedProcess(getpid(), label: "").flatMap({ $0.proportionalSetSize() }) else {
            throw LoadFailed(description: "our own memory can't be read")
        }
        return bytes
    }
}
